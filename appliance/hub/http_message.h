// Requests and replies as the hub's routes see them, and the hub's bounds of what it reads. Any
// thread.
#pragma once

#include <cstddef>

#include "appliance/http_server/http_message.h"

namespace sightline::hub {

using http_server::equal_ignoring_case;
using http_server::is_media_type;
using http_server::problem;
using http_server::Reply;
using http_server::Request;

// Of every request, kept by the session code before a route sees anything.
inline constexpr std::size_t kMaxHeader = 16 * 1024;
inline constexpr std::size_t kMaxBody = 64 * 1024;

}  // namespace sightline::hub
