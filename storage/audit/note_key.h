// Keys of signed notes, always Ed25519 (RFC 8032): what a verifier is given, and what signs. A key
// has a name, and one purpose that its key ID depends on, so that a signature made for one purpose
// is never taken for the other. C2SP signed-note and tlog-cosignature. Any thread; a SigningKey is
// used by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"

struct evp_pkey_st;

namespace sightline::storage::audit {

using PublicKey = std::array<std::uint8_t, 32>;
using RawSignature = std::array<std::uint8_t, 64>;

inline constexpr std::size_t kMaxKeyNameBytes = 255;

// The signature type identifier bytes of C2SP signed-note that we know.
enum class KeyType : std::uint8_t {
    Ed25519 = 0x01,      // signs the text itself: the log
    Cosignature = 0x04,  // signs a time and the text: a witness that saw the log grow
};

// Not empty, UTF-8, at most 255 bytes, no plus sign, no space and no control character.
bool is_key_name(std::string_view name);

struct VerifierKey {
    std::string name;
    KeyType type = KeyType::Ed25519;
    PublicKey key{};
    bool operator==(const VerifierKey&) const = default;

    // The first four bytes of SHA-256(name || 0x0A || type || key). Names a key; proves nothing.
    std::uint32_t id() const;
    // NAME+ID+BASE64(type || key), ID in eight hexadecimal digits.
    std::string vkey() const;
    bool verify(base::ByteView message, const RawSignature& signature) const;
};

// Takes only what vkey() would write. Unsupported: a well-formed key of another type.
base::Result<VerifierKey> parse_vkey(std::string_view text);

class SigningKey {
  public:
    // The seed is the 32-byte private key of RFC 8032 section 5.1.5.
    static base::Result<SigningKey> from_seed(std::string name, KeyType type,
                                              const base::Secret& seed);

    const VerifierKey& verifier() const { return verifier_; }
    RawSignature sign(base::ByteView message) const;

  private:
    struct FreeKey {
        void operator()(evp_pkey_st* key) const;
    };
    SigningKey(VerifierKey verifier, std::unique_ptr<evp_pkey_st, FreeKey> key);

    VerifierKey verifier_;
    std::unique_ptr<evp_pkey_st, FreeKey> key_;
};

}  // namespace sightline::storage::audit
