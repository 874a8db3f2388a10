// What only the holder of a P-256 key can read: JWE (RFC 7516) with ECDH-ES+A256KW and A256GCM, by
// libjose; flattened for one (section 7.2.2), general for several (7.2.1, shared_seal.h). Sealing
// does not say who sealed: whoever opens needs a signature too. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "session/signature/device_key.h"

namespace sightline::signature {

// Somebody's half that is handed out has the same form as a key for signatures.
class SealingKey {
  public:
    static SealingKey random();
    // From what `secret_jwk` gave. Malformed.
    static base::Result<SealingKey> parse(const base::Secret& jwk);
    base::Secret secret_jwk() const { return base::Secret(jwk_.reveal()); }
    const PublicKey& public_key() const { return public_; }
    // What was sealed to this key. Errors: Malformed (no such JWE, or too large), Forbidden
    // (altered, or for another key).
    base::Result<base::Secret> open(std::string_view jwe) const;
    // What was sealed to several keys, this one among them. Errors: Malformed (no such JWE, or
    // beyond the bounds of shared_seal.h), NotFound (sealed to others), Forbidden (altered).
    base::Result<base::Secret> open_shared(std::string_view jwe) const;

  private:
    SealingKey() = default;

    base::Secret jwk_;
    PublicKey public_;
};

inline constexpr std::size_t kMaxSealedBytes = std::size_t{64} * 1024;

// A JSON object, of about 4/3 of the text's size and 600 bytes.
std::string seal(const PublicKey& to, std::string_view text);

}  // namespace sightline::signature
