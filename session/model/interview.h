// An interview as the record knows it: when it was opened and how it ended. Plain data and pure
// transitions; the store keeps it, the kiosk decides. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/model/state.h"

namespace sightline::model {

// Milliseconds since the Unix epoch: what records hold and what the hub reports.
using RecordTime = std::chrono::sys_time<std::chrono::milliseconds>;

// RFC 3339 in UTC with milliseconds: "2026-02-11T09:30:00.250Z".
std::string to_rfc3339(RecordTime time);

struct Interview {
    base::SessionId id;
    std::string title;
    RecordTime opened;
    std::optional<RecordTime> ended;
    std::optional<EndReason> end_reason;  // present exactly when `ended` is

    bool running() const { return !ended.has_value(); }
};

inline constexpr std::size_t kMaxTitleBytes = 200;

// Errors: Malformed for an empty, over-long or non-UTF-8 title, or one with control characters.
base::Result<Interview> open_interview(base::SessionId id, std::string title, RecordTime now);
// Conflict if it has ended. A clock that went backwards ends it at its own beginning, not before.
base::Result<Interview> end_interview(Interview interview, EndReason reason, RecordTime now);

// What a person may be called, or an interview: UTF-8 without control characters, 1 to `max_bytes`.
bool is_plain_name(std::string_view text, std::size_t max_bytes);

}  // namespace sightline::model
