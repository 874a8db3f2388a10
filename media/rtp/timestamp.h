// Durations and instants in the units of an RTP clock. No state.
#pragma once

#include <chrono>
#include <cstdint>

#include "appliance/base/time.h"

namespace sightline::rtp {

// Whole clock ticks in a duration, rounded down. Seconds and the rest go apart: together they would
// overflow 64 bits within a few months of uptime.
inline std::int64_t ticks_of(base::Duration duration, std::uint32_t clock_rate) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
    const auto rest = std::chrono::nanoseconds(duration - seconds).count();
    return seconds.count() * clock_rate + rest * clock_rate / 1'000'000'000;
}

// The arrival time in clock ticks, of which only differences mean anything (RFC 3550
// section 6.4.1).
inline std::uint32_t ticks_at(base::Instant instant, std::uint32_t clock_rate) {
    return static_cast<std::uint32_t>(ticks_of(instant.time_since_epoch(), clock_rate));
}

}  // namespace sightline::rtp
