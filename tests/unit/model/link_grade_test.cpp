#include "session/model/link_grade.h"

#include <gtest/gtest.h>

namespace sightline::model {
namespace {

RecordTime at(int second) { return RecordTime(std::chrono::seconds(second)); }

LinkQuality sum(std::uint64_t packets, std::uint64_t lost, double round_trip_ms = 50) {
    LinkQuality quality;
    quality.packets = packets;
    quality.lost = lost;
    quality.round_trip_ms = round_trip_ms;
    return quality;
}

TEST(LinkGrade, IsJudgedByWhatIsNew) {
    EXPECT_EQ(grade_between(sum(1000, 900), sum(2000, 900)), LinkGrade::Good);
    EXPECT_EQ(grade_between(sum(1000, 0), sum(1990, 10)), LinkGrade::Fair);
    EXPECT_EQ(grade_between(sum(1000, 0), sum(1950, 50)), LinkGrade::Poor);
    EXPECT_EQ(grade_between(sum(1000, 5), sum(1000, 5)), std::nullopt);
    EXPECT_EQ(grade_between(sum(1000, 0), sum(1000, 5)), LinkGrade::Poor) << "nothing got through";
}

TEST(LinkGrade, CountsTheWayThereAndBack) {
    EXPECT_EQ(grade_between(sum(0, 0), sum(100, 0, 399)), LinkGrade::Good);
    EXPECT_EQ(grade_between(sum(0, 0), sum(100, 0, 400)), LinkGrade::Fair);
    EXPECT_EQ(grade_between(sum(0, 0), sum(100, 0, 1000)), LinkGrade::Poor);
}

TEST(LinkGrade, ATimelineSaysWhatIsNewAndNothingTwice) {
    std::vector<GradeChange> timeline;
    QualitySummary before, after;
    after.up = sum(100, 0);
    extend(timeline, before, after, at(5));
    extend(timeline, after, after, at(10));  // a pause: nothing was sent
    before = after;
    after.up = sum(200, 0);
    extend(timeline, before, after, at(15));
    EXPECT_EQ(timeline, (std::vector<GradeChange>{{at(5), LinkGrade::Good, LinkGrade::Good}}));
    before = after;
    after.up = sum(290, 10);
    after.down = sum(99, 1);
    extend(timeline, before, after, at(20));
    ASSERT_EQ(timeline.size(), 2u);
    EXPECT_EQ(timeline[1], (GradeChange{at(20), LinkGrade::Poor, LinkGrade::Fair}));
}

TEST(LinkGrade, ATimelineHasABound) {
    std::vector<GradeChange> timeline;
    QualitySummary sums[2];
    for (int i = 1; i < 2000; ++i) {
        sums[1].up = sum(sums[0].up.packets + 100, 0, i % 2 == 0 ? 50 : 500);
        extend(timeline, sums[0], sums[1], at(i));
        sums[0] = sums[1];
    }
    EXPECT_EQ(timeline.size(), kMaxGradeChanges);
}

TEST(LinkGrade, HasAName) {
    for (const auto grade : {LinkGrade::Good, LinkGrade::Fair, LinkGrade::Poor}) {
        EXPECT_EQ(link_grade_from_name(name_of(grade)), grade);
    }
    EXPECT_EQ(link_grade_from_name("superb"), std::nullopt);
}

}  // namespace
}  // namespace sightline::model
