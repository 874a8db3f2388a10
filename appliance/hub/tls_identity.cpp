#include "appliance/hub/tls_identity.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"

namespace sightline::hub {
namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;

constexpr long kLifetimeSeconds = 10L * 365 * 24 * 3600;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
    throw std::runtime_error("--state: " + path.string() + ": " + what);
}

void add_extension(X509* certificate, int nid, const std::string& value) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
        throw std::runtime_error("making the hub's certificate: OpenSSL refused an extension");
    }
}

Certificate make_certificate(EVP_PKEY* key, const std::vector<std::string>& addresses) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    // 63 random bits: positive, as RFC 5280 section 4.1.2.2 wants it.
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), base::random_u64() >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kLifetimeSeconds);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("sightline-hub"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_set_pubkey(certificate.get(), key);
    std::string names = "DNS:localhost";
    for (const std::string& address : addresses) names += ",IP:" + address;
    add_extension(certificate.get(), NID_subject_alt_name, names);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
    if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) {
        throw std::runtime_error("making the hub's certificate: OpenSSL could not sign it");
    }
    return certificate;
}

// Written beside and renamed, so that a crash leaves either no file or a whole one.
template <class Write>
void write_file(const fs::path& path, mode_t mode, Write write) {
    const fs::path part = path.string() + ".part";
    ::unlink(part.c_str());
    const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) fail(part, "cannot be written; make the directory writable for this user");
    File file(::fdopen(fd, "w"));
    if (!file || !write(file.get()) || std::fflush(file.get()) != 0 || ::fsync(fd) != 0) {
        fail(part, "cannot be written; is the disk full?");
    }
    file.reset();
    std::error_code ec;
    fs::rename(part, path, ec);
    if (ec) fail(path, "cannot be replaced (" + ec.message() + ")");
}

void make_identity(const TlsIdentity& identity, const std::vector<std::string>& addresses) {
    const Key key(EVP_EC_gen("P-256"));
    if (!key) throw std::runtime_error("making the hub's key: OpenSSL could not");
    const Certificate certificate = make_certificate(key.get(), addresses);
    write_file(identity.key, 0600, [&](std::FILE* file) {
        return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
    });
    write_file(identity.certificate, 0644,
               [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()) == 1; });
}

}  // namespace

TlsIdentity load_or_make_tls_identity(const fs::path& state,
                                      const std::vector<std::string>& addresses) {
    std::error_code ec;
    fs::create_directories(state, ec);
    if (ec) fail(state, "cannot be made (" + ec.message() + "); choose a directory of this user");
    TlsIdentity identity{state / "hub-cert.pem", state / "hub-key.pem", ""};
    // The certificate is written last: where it is, the key is too.
    if (!fs::exists(identity.certificate) || !fs::exists(identity.key)) {
        make_identity(identity, addresses);
    }
    const File file(std::fopen(identity.certificate.c_str(), "re"));
    const Certificate certificate(file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr)
                                       : nullptr);
    if (!certificate) fail(identity.certificate, "is no certificate; remove it to have one made");
    std::array<std::uint8_t, 32> digest;
    unsigned size = 0;
    X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size);
    identity.fingerprint = base::to_hex(digest);
    write_file(state / "hub-cert.sha256", 0644, [&](std::FILE* out) {
        return std::fputs((identity.fingerprint + "\n").c_str(), out) >= 0;
    });
    return identity;
}

std::vector<std::string> local_addresses() {
    std::vector<std::string> outside, loopback;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return {"127.0.0.1"};
    for (const ifaddrs* entry = list; entry; entry = entry->ifa_next) {
        if (!entry->ifa_addr || !(entry->ifa_flags & IFF_UP)) continue;
        char text[INET6_ADDRSTRLEN] = {};
        if (entry->ifa_addr->sa_family == AF_INET) {
            const auto* v4 = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
            ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        } else if (entry->ifa_addr->sa_family == AF_INET6) {
            const auto* v6 = reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr);
            if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) continue;  // useless without a zone
            ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        } else {
            continue;
        }
        ((entry->ifa_flags & IFF_LOOPBACK) ? loopback : outside).emplace_back(text);
    }
    ::freeifaddrs(list);
    outside.insert(outside.end(), loopback.begin(), loopback.end());
    return outside;
}

}  // namespace sightline::hub
