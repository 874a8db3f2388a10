// The two public keys by which a site is in a circle, as it sends them to the delegation: one that
// signs, one that is sealed to. Plain data. Any thread.
//
//     {"signing":JWK,"sealing":JWK}
#pragma once

#include <string>
#include <string_view>

#include "session/signature/device_key.h"

namespace sightline::storage::sync {

struct SiteKeys {
    signature::PublicKey signing;
    signature::PublicKey sealing;

    // Malformed: another form, or one key twice.
    static base::Result<SiteKeys> parse(std::string_view text);
    std::string text() const;
    // Of both, in the form of a key's (RFC 7638): 43 characters. Whoever compares it knows that
    // neither was changed on its way.
    std::string thumbprint() const;
};

}  // namespace sightline::storage::sync
