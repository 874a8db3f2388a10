// What the command line may ask of the running kiosk: one JSON line in, one JSON line out. No
// sockets.
#pragma once

#include <string>
#include <string_view>

#include "appliance/kiosk/engine_link.h"
#include "appliance/kiosk/hub_link.h"
#include "appliance/kiosk/session_authority.h"

namespace sightline::kiosk {

// What a request can reach. `engine` and `hub` may be null: a kiosk that is starting or a test.
struct ControlTargets {
    SessionAuthority& authority;
    EngineLink* engine = nullptr;
    HubLink* hub = nullptr;
};

// The reply, without a line feed: {"ok":true,...}, or {"ok":false,"error":"...","code":"..."}.
std::string answer_request(std::string_view line, const ControlTargets& targets, Now now);

}  // namespace sightline::kiosk
