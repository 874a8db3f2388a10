// Two device keys that are the same in every run. They protect nothing.
#pragma once

#include "session/signature/device_key.h"

namespace sightline::tests {

// The key of RFC 7515, appendix A.3.
inline constexpr std::string_view kKioskJwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)"
    R"("d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
// The key of RFC 7517, appendix A.2.
inline constexpr std::string_view kOtherJwk =
    R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
    R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",)"
    R"("d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"})";

inline signature::DeviceKey kiosk_key() {
    return signature::DeviceKey::parse(base::Secret(kKioskJwk)).value();
}
inline signature::DeviceKey other_key() {
    return signature::DeviceKey::parse(base::Secret(kOtherJwk)).value();
}

}  // namespace sightline::tests
