// A clock that nobody sets and that goes on while the machine sleeps: for what somebody else may do
// after some time, whether we are awake or not.
#pragma once

#include <time.h>

#include <chrono>

namespace sightline::hub {

struct BootClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock>;
    static constexpr bool is_steady = true;

    static time_point now() {
        timespec time{};
        ::clock_gettime(CLOCK_BOOTTIME, &time);
        return time_point(std::chrono::seconds(time.tv_sec) +
                          std::chrono::nanoseconds(time.tv_nsec));
    }
};

}  // namespace sightline::hub
