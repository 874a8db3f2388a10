// How good a link was, in the three words that the record uses, and when that changed. Plain data
// and pure functions. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "session/model/participant.h"

namespace sightline::model {

enum class LinkGrade : std::uint8_t {
    Good,
    Fair,  // words may be lost: 1 % of the packets after repair, or a round trip of 400 ms
    Poor,  // too bad to judge an answer by: 5 %, or a second
};
const char* name_of(LinkGrade grade);  // "good", "fair", "poor"
std::optional<LinkGrade> link_grade_from_name(std::string_view name);

// Of what was added to the same sum between two of its states. nullopt: nothing was.
std::optional<LinkGrade> grade_between(const LinkQuality& before, const LinkQuality& after);

// From `at` on, until the next one.
struct GradeChange {
    RecordTime at;
    LinkGrade up = LinkGrade::Good;
    LinkGrade down = LinkGrade::Good;
    bool operator==(const GradeChange&) const = default;
};
// Of one stay: more than this says nothing more about how an interview went.
inline constexpr std::size_t kMaxGradeChanges = 500;

// Adds what the sums say to a stay's timeline, if it says something new.
void extend(std::vector<GradeChange>& timeline, const QualitySummary& before,
            const QualitySummary& after, RecordTime at);

}  // namespace sightline::model
