#include "session/model/link_grade.h"

#include "session/model/names.h"

namespace sightline::model {
namespace {

constexpr Names<LinkGrade, 3> kNames{
    {{LinkGrade::Good, "good"}, {LinkGrade::Fair, "fair"}, {LinkGrade::Poor, "poor"}}};

struct Bounds {
    double lost;  // of all packets
    double round_trip_ms;
};
constexpr Bounds kFair{0.01, 400};
constexpr Bounds kPoor{0.05, 1000};

}  // namespace

const char* name_of(LinkGrade grade) { return name_in(kNames, grade); }

std::optional<LinkGrade> link_grade_from_name(std::string_view name) {
    return value_in(kNames, name);
}

std::optional<LinkGrade> grade_between(const LinkQuality& before, const LinkQuality& after) {
    const auto arrived = static_cast<double>(after.packets - before.packets);
    const auto lost = static_cast<double>(after.lost - before.lost);
    if (arrived + lost <= 0) return std::nullopt;
    const auto reaches = [&](const Bounds& bounds) {
        return lost / (arrived + lost) >= bounds.lost ||
               after.round_trip_ms.value_or(0) >= bounds.round_trip_ms;
    };
    return reaches(kPoor) ? LinkGrade::Poor : reaches(kFair) ? LinkGrade::Fair : LinkGrade::Good;
}

void extend(std::vector<GradeChange>& timeline, const QualitySummary& before,
            const QualitySummary& after, RecordTime at) {
    const auto up = grade_between(before.up, after.up);
    const auto down = grade_between(before.down, after.down);
    if (!up && !down) return;
    GradeChange now = timeline.empty() ? GradeChange{} : timeline.back();
    now.at = at;
    now.up = up.value_or(now.up);
    now.down = down.value_or(now.down);
    const bool new_word =
        timeline.empty() || now.up != timeline.back().up || now.down != timeline.back().down;
    if (new_word && timeline.size() < kMaxGradeChanges) timeline.push_back(now);
}

}  // namespace sightline::model
