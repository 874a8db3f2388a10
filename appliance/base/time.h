// Time as the core sees it: an instant of the monotonic clock, always handed in from outside.
// Only programs and media/io read the clock; packet code gets `now` as an argument.
#pragma once

#include <chrono>

namespace sightline::base {

using Clock = std::chrono::steady_clock;
using Instant = Clock::time_point;
using Duration = Clock::duration;

// "No deadline": later than any instant that will ever be reached.
inline constexpr Instant kNever = Instant::max();

// Nanoseconds since the Unix epoch, for records and NTP time stamps; never for ordering or
// deadlines.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

}  // namespace sightline::base
