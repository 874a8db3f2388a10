#include "appliance/kiosk/refusal_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::kiosk {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

const base::Instant kStart{std::chrono::hours(1)};

Refusal knock(RefusedBy by) { return {by, "observer 1a2b3c", "pause", "observers only watch"}; }

TEST(RefusalLog, TakesASingleOneAsItIs) {
    RefusalLog log;
    EXPECT_EQ(log.take(knock(RefusedBy::Hub), kStart), "pause: observers only watch");
}

TEST(RefusalLog, OfAFloodItTakesOneNowAndThenAndCountsTheRest) {
    RefusalLog log;
    unsigned taken = 0;
    for (int i = 0; i < 1000; ++i) taken += log.take(knock(RefusedBy::Hub), kStart) ? 1 : 0;
    EXPECT_EQ(taken, RefusalLog::kBurst);
    EXPECT_FALSE(log.take(knock(RefusedBy::Hub), kStart + seconds(9)));
    const auto next = log.take(knock(RefusedBy::Hub), kStart + seconds(10));
    ASSERT_TRUE(next);
    EXPECT_THAT(*next, HasSubstr("and 981 more"));
    EXPECT_FALSE(log.take(knock(RefusedBy::Hub), kStart + seconds(19)));
}

TEST(RefusalLog, AfterARestItTakesABurstAgain) {
    RefusalLog log;
    for (int i = 0; i < 100; ++i) (void)log.take(knock(RefusedBy::Hub), kStart);
    unsigned taken = 0;
    for (int i = 0; i < 100; ++i) {
        taken += log.take(knock(RefusedBy::Hub), kStart + std::chrono::hours(1)) ? 1 : 0;
    }
    EXPECT_EQ(taken, RefusalLog::kBurst);
}

TEST(RefusalLog, NoiseFromOutsideHidesNothingOfWhatHappensHere) {
    RefusalLog log;
    for (int i = 0; i < 100; ++i) (void)log.take(knock(RefusedBy::Hub), kStart);
    EXPECT_TRUE(log.take(knock(RefusedBy::Kiosk), kStart));
}

TEST(RefusalLog, WhatSomebodySentCannotBreakTheLeaf) {
    RefusalLog log;
    const auto detail = log.take({RefusedBy::Kiosk, "x", "do\n\xc3",
                                  "no role is called \"\xe2\x82" + std::string(5000, 'a')},
                                 kStart);
    ASSERT_TRUE(detail);
    EXPECT_LE(detail->size(), 1024u);
    EXPECT_EQ(detail->substr(0, 31), "do??: no role is called \"??aaaa");
}

}  // namespace
}  // namespace sightline::kiosk
