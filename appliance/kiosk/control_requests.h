// What the command line and the touch screen may ask of the running kiosk: one JSON object in, one
// out. Who asks
// must have signed in, and the access table must let their role do it as the interview stands; a
// change may name the state its asker saw, and is refused when that has passed. No sockets.
#pragma once

#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {

// The longest note, of 32 KiB, fits with room to spare.
// A piece of an attachment: 1 MiB, a third more as text. A registration form has less.
inline constexpr std::size_t kMaxRequestBytes = 1536 * 1024;

// The reply, without a line feed: {"ok":true,...}, or {"ok":false,"error":"...","code":"..."}.
std::string answer_request(std::string_view line, const Desk& desk, Now now);

// A reply that refuses.
std::string refusal_text(const base::Error& why);

}  // namespace sightline::kiosk
