// The certificate and key that DTLS shows: self-signed P-256, made at start, never written to disk.
// Immutable after creation, so it may be shared between threads.
#pragma once

#include <memory>
#include <string>

namespace sightline::transport {

class DtlsIdentity {
  public:
    static DtlsIdentity generate();  // throws std::runtime_error when OpenSSL cannot
    DtlsIdentity(DtlsIdentity&&) noexcept;
    ~DtlsIdentity();

    // SHA-256 of the DER certificate, "AB:CD:..." as in a=fingerprint (RFC 8122 section 5).
    const std::string& fingerprint() const;

    struct Native;  // the OpenSSL objects, for DtlsSession
    const Native& native() const { return *native_; }

  private:
    explicit DtlsIdentity(std::unique_ptr<Native> native);
    std::unique_ptr<Native> native_;
};

}  // namespace sightline::transport
