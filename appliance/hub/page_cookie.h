// The cookie that a signed-in page has. Console and observers' page have one each, so that one
// browser can hold two people: the header "Sightline-Page" says which page asks. Over TLS the name
// begins with
// "__Host-", so that no other host of the domain can plant it (RFC 6265bis section 4.1.3.2). Any
// thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "appliance/hub/http_message.h"

namespace sightline::hub {

// By the page and by its origin's scheme: something in front of the hub may do TLS for it.
std::string cookie_name(const Request& request);
// The cookie's value; empty: not there, or not of the form of our tokens.
std::string_view page_cookie(const Request& request);

// Values of Set-Cookie. The cookie lasts for `life` in this browser; whether it still means
// anything is for the hub to say.
std::string set_page_cookie(const Request& request, std::string_view value,
                            std::chrono::seconds life);
std::string clear_page_cookie(const Request& request);

}  // namespace sightline::hub
