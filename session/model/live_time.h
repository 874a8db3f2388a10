// How long an interview has been live so far, breaks excluded. Plain data. Any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "session/model/interview.h"

namespace sightline::model {

struct LiveTime {
    std::chrono::milliseconds before{0};  // until the present standing began
    std::optional<RecordTime> since{};    // it is live now; none: it is not

    // A clock that was set back takes nothing away.
    std::chrono::milliseconds at(RecordTime now) const {
        return since ? before + std::max(now - *since, std::chrono::milliseconds(0)) : before;
    }
    bool operator==(const LiveTime&) const = default;
};

}  // namespace sightline::model
