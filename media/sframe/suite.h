// The cipher suites of RFC 9605 section 4.5. We send AES_256_GCM_SHA512_128; the others are here so
// that the RFC's vectors prove the whole of the scheme, and for peers of other makes. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightline::sframe {

enum class Suite : std::uint16_t {
    Aes128CtrHmacSha256_80 = 1,
    Aes128CtrHmacSha256_64 = 2,
    Aes128CtrHmacSha256_32 = 3,
    Aes128GcmSha256_128 = 4,
    Aes256GcmSha512_128 = 5,
};
inline constexpr Suite kSuite = Suite::Aes256GcmSha512_128;

inline constexpr std::size_t kNonceBytes = 12;  // of every suite
inline constexpr std::size_t kMaxTagBytes = 16;

struct SuiteTraits {
    std::size_t encryption_key;      // bytes
    std::size_t authentication_key;  // bytes; 0: the cipher authenticates by itself
    std::size_t tag;                 // bytes
    const char* digest;              // of HKDF and HMAC, as OpenSSL calls it
    std::size_t digest_bytes;
    const char* cipher;
};
constexpr SuiteTraits traits(Suite suite) {
    switch (suite) {
        case Suite::Aes128CtrHmacSha256_80:
            return {16, 32, 10, "SHA256", 32, "AES-128-CTR"};
        case Suite::Aes128CtrHmacSha256_64:
            return {16, 32, 8, "SHA256", 32, "AES-128-CTR"};
        case Suite::Aes128CtrHmacSha256_32:
            return {16, 32, 4, "SHA256", 32, "AES-128-CTR"};
        case Suite::Aes128GcmSha256_128:
            return {16, 0, 16, "SHA256", 32, "AES-128-GCM"};
        case Suite::Aes256GcmSha512_128:
            break;
    }
    return {32, 0, 16, "SHA512", 64, "AES-256-GCM"};
}

}  // namespace sightline::sframe
