// What the command line may ask of the running kiosk: one JSON line in, one JSON line out. No
// sockets.
#pragma once

#include <string>
#include <string_view>

#include "appliance/kiosk/engine_link.h"
#include "appliance/kiosk/hub_link.h"
#include "appliance/kiosk/session_authority.h"
#include "appliance/kiosk/store_requests.h"

namespace sightline::kiosk {

// What a request can reach. All but the authority may be null: a kiosk that is starting, or a test.
struct ControlTargets {
    SessionAuthority& authority;
    EngineLink* engine = nullptr;
    HubLink* hub = nullptr;
    const StoreDesk* store = nullptr;
};

// The reply, without a line feed: {"ok":true,...}, or {"ok":false,"error":"...","code":"..."}.
std::string answer_request(std::string_view line, const ControlTargets& targets, Now now);

}  // namespace sightline::kiosk
