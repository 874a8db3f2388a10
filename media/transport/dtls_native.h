// The OpenSSL objects behind DtlsIdentity, for DtlsSession alone.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "media/transport/dtls_identity.h"

namespace sightline::transport {

struct DtlsIdentity::Native {
    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, Free> context;  // holds certificate and key; immutable once made
    std::string fingerprint;
};

// SHA-256 over the DER form of a certificate; false when OpenSSL cannot.
bool certificate_digest(const X509* certificate, std::uint8_t (&digest)[32]);

}  // namespace sightline::transport
