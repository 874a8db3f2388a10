#include "appliance/sync_client/line_pace.h"

#include <gtest/gtest.h>

namespace sightline::sync_client {
namespace {

using std::chrono::seconds;

TEST(LinePace, SaysNothingBeforeItHasSeenAnything) {
    LinePace pace;
    EXPECT_FALSE(pace.time_for(1000));
    pace.moved(100, seconds(2));  // a round trip, no pace
    EXPECT_FALSE(pace.time_for(1000));
}

TEST(LinePace, SaysHowLongWhatWaitsWillTake) {
    LinePace pace;
    pace.moved(16'000, seconds(4));
    EXPECT_EQ(pace.time_for(40'000), seconds(11));
    EXPECT_EQ(pace.time_for(0), seconds(1));
}

TEST(LinePace, FollowsALineThatHasBecomeSlower) {
    LinePace pace;
    for (int i = 0; i < 10; ++i) pace.moved(1'000'000, seconds(1));
    for (int i = 0; i < 10; ++i) pace.moved(16'000, seconds(8));
    EXPECT_GT(*pace.time_for(100'000), seconds(40));
}

}  // namespace
}  // namespace sightline::sync_client
