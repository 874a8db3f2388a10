// The log: `event key=value key=value` on standard error, one line each. Ids go in brief; names,
// case numbers, keys, SDP and payload never do. Per-packet trouble goes to counters, not here. Any
// thread.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace sightline::base {

// Call once in main, before the first event. `program` stands in every line; level is one of
// trace, debug, info, warn, error (unknown: info).
void start_log(std::string_view program, std::string_view level);

}  // namespace sightline::base
