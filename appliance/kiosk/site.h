// Where the kiosk's interviews take place, and by what it signs: what SessionAuthority is told of
// the world around it. Plain data.
#pragma once

#include <cstdint>
#include <string>

#include "session/signature/device_key.h"

namespace sightline::kiosk {

// Where people and the engine find the hub.
struct Site {
    std::string public_url;       // links begin with it; no slash at the end; empty: hub_url
    std::string hub_url;          // for the engine
    std::string hub_fingerprint;  // for the engine: hexadecimal, or empty
};
// Of the hub that we are connected with; empty: the one there is.
struct HubPlace {
    std::string url;
    std::string fingerprint;  // hexadecimal, or empty
};
// By what this start of the program signs.
struct Identity {
    signature::DeviceKey key;
    std::uint64_t incarnation = 0;
};

}  // namespace sightline::kiosk
