// Times on papers that programs of several makers read: whole seconds since 1970, UTC. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sightline::identity {

using UnixTime = std::chrono::sys_seconds;

inline std::int64_t count_of(UnixTime time) { return time.time_since_epoch().count(); }
// The day, for sentences: "2026-02-11".
std::string day_of(UnixTime time);

}  // namespace sightline::identity
