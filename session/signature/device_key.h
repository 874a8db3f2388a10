// The P-256 key of a device, and what it signs: compact JWS (RFC 7515) with ES256, by libjose. The
// header names a purpose (`typ`) and nothing else, so that what was signed as one thing is never
// taken for another. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::signature {

class PublicKey {
  public:
    PublicKey() = default;  // of nobody: verifies nothing

    // A public JWK (RFC 7517) of kty EC, crv P-256. Malformed otherwise, and for a secret one.
    static base::Result<PublicKey> parse(std::string_view jwk);
    std::string jwk() const { return jwk_; }  // canonical: in the form of RFC 7638
    std::string thumbprint() const;           // RFC 7638 with SHA-256, in base64url: 43 characters
    // The payload of a compact JWS that this key signed for `purpose`. Errors: Malformed,
    // Forbidden (another key, another algorithm, another purpose, or more in the header).
    base::Result<std::string> verify(std::string_view jws, std::string_view purpose) const;
    bool operator==(const PublicKey&) const = default;

  private:
    friend class DeviceKey;
    friend class SealingKey;
    std::string jwk_;
};

class DeviceKey {
  public:
    static DeviceKey random();
    // From what `secret_jwk` gave. Malformed.
    static base::Result<DeviceKey> parse(const base::Secret& jwk);
    base::Secret secret_jwk() const;
    const PublicKey& public_key() const { return public_; }
    std::string sign(std::string_view payload, std::string_view purpose) const;

  private:
    DeviceKey() = default;

    base::Secret jwk_;
    PublicKey public_;
};

}  // namespace sightline::signature
