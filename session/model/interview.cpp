#include "session/model/interview.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sightline::model {
namespace {

using base::Errc;
using base::Error;

// The length of the UTF-8 sequence (RFC 3629) at the front of `text`, or 0 if it is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

std::string to_rfc3339(RecordTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[40];
    std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

base::Result<Interview> open_interview(base::SessionId id, std::string title, RecordTime now) {
    if (!is_plain_name(title, kMaxTitleBytes)) {
        return Error{Errc::Malformed,
                     "open an interview: the title must be 1 to 200 bytes of plain text"};
    }
    return Interview{id, std::move(title), now, std::nullopt, std::nullopt};
}

base::Result<Interview> end_interview(Interview interview, EndReason reason, RecordTime now) {
    if (!interview.running()) {
        return Error{Errc::Conflict,
                     "end interview " + interview.id.text() + ": it has ended already"};
    }
    interview.ended = std::max(now, interview.opened);
    interview.end_reason = reason;
    return interview;
}

bool is_plain_name(std::string_view text, std::size_t max_bytes) {
    if (text.empty() || text.size() > max_bytes) return false;
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text.front());
        const std::size_t length = utf8_length(text);
        // C0 and C1 controls could rewrite the line of a terminal that lists names.
        const bool c1 = length == 2 && lead == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
        if (length == 0 || lead < 0x20 || lead == 0x7F || c1) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace sightline::model
