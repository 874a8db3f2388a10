#include "media/transport/dtls_identity.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdexcept>

#include "appliance/base/random.h"
#include "media/transport/dtls_native.h"

namespace sightline::transport {
namespace {

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

void require(bool done, const char* step) {
    if (done) return;
    ERR_clear_error();
    throw std::runtime_error(std::string("making the DTLS certificate failed: ") + step);
}

constexpr long kSecondsPerDay = 24 * 60 * 60;

std::unique_ptr<X509, FreeCertificate> self_sign(EVP_PKEY* key) {
    std::unique_ptr<X509, FreeCertificate> certificate(X509_new());
    require(certificate != nullptr, "out of memory");
    X509* x = certificate.get();
    require(X509_set_version(x, X509_VERSION_3) == 1, "version");
    // 63 bits: RFC 5280 section 4.1.2.2 wants a positive serial number.
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), base::random_u64() >> 1) == 1,
            "serial number");
    // Peers compare the fingerprint and not the dates; the margin is for those that look at both.
    require(X509_gmtime_adj(X509_getm_notBefore(x), -kSecondsPerDay) != nullptr, "dates");
    require(X509_gmtime_adj(X509_getm_notAfter(x), 365 * kSecondsPerDay) != nullptr, "dates");
    require(X509_set_pubkey(x, key) == 1, "public key");
    X509_NAME* name = X509_get_subject_name(x);
    // Every peer's certificate has the same name, so that it tells nothing about the machine.
    const auto* common_name = reinterpret_cast<const unsigned char*>("WebRTC");
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1,
            "name");
    require(X509_set_issuer_name(x, name) == 1, "issuer");
    require(X509_sign(x, key, EVP_sha256()) != 0, "signature");
    return certificate;
}

int accept_any_chain(X509_STORE_CTX*, void*) {
    // RFC 8122 section 5: certificates are self-signed, and trusted because SDP named their
    // fingerprint. DtlsSession compares it before any key is used.
    return 1;
}

}  // namespace

bool certificate_digest(const X509* certificate, std::uint8_t (&digest)[32]) {
    unsigned int size = 0;
    return X509_digest(certificate, EVP_sha256(), digest, &size) == 1 && size == sizeof digest;
}

DtlsIdentity DtlsIdentity::generate() {
    const std::unique_ptr<EVP_PKEY, FreeKey> key(EVP_EC_gen("P-256"));
    require(key != nullptr, "P-256 key");
    const auto certificate = self_sign(key.get());

    auto native = std::make_unique<Native>();
    native->context.reset(SSL_CTX_new(DTLS_method()));
    SSL_CTX* context = native->context.get();
    require(context != nullptr, "TLS context");
    require(SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1, "DTLS 1.2");
    require(
        SSL_CTX_set_cipher_list(context,
                                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                                "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384") == 1,
        "cipher suites");
    require(SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1, "groups");
    require(SSL_CTX_use_certificate(context, certificate.get()) == 1, "certificate");
    require(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "private key");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(context, accept_any_chain, nullptr);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // A peer's certificate is one self-signed leaf; more than this is not one.
    SSL_CTX_set_max_cert_list(context, 8192);

    std::uint8_t digest[32];
    require(certificate_digest(certificate.get(), digest), "fingerprint");
    static constexpr char kHex[] = "0123456789ABCDEF";
    for (const std::uint8_t byte : digest) {
        if (!native->fingerprint.empty()) native->fingerprint += ':';
        native->fingerprint += kHex[byte >> 4];
        native->fingerprint += kHex[byte & 15];
    }
    return DtlsIdentity(std::move(native));
}

DtlsIdentity::DtlsIdentity(std::unique_ptr<Native> native) : native_(std::move(native)) {}
DtlsIdentity::DtlsIdentity(DtlsIdentity&&) noexcept = default;
DtlsIdentity::~DtlsIdentity() = default;

const std::string& DtlsIdentity::fingerprint() const { return native_->fingerprint; }

}  // namespace sightline::transport
