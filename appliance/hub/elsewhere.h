// What somebody is told who came to one hub of several with what counts at another one: where that
// is. Nothing of a request decides it but whose it is. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "appliance/hub/http_message.h"

namespace sightline::hub {

// 307 (RFC 9110 section 15.4.8): the same request, to the same path at `origin`.
Reply moved_to(std::string_view origin, const Request& request);
// 503: this hub cannot be certain at the moment that it is the place, or that no other one is.
Reply place_unsure();
// On a WebSocket, before it closes with CloseCode::Elsewhere and the origin as its reason.
std::string elsewhere_message(std::string_view origin);

}  // namespace sightline::hub
