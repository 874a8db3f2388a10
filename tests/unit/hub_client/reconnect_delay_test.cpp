#include "appliance/hub_client/reconnect_delay.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace sightline::hub_client {
namespace {

using std::chrono::milliseconds;

TEST(ReconnectDelay, IsQuickWhileAHubRestartsAndThenDoublesToFiveSeconds) {
    ReconnectDelay delay;
    for (const int step : {250, 500, 1000, 1000, 1000, 1000, 1000, 2000, 4000, 5000, 5000}) {
        // step/2 as the random number asks for the longest wait of the step.
        EXPECT_EQ(delay.next(static_cast<std::uint32_t>(step / 2)), milliseconds(step));
    }
}

TEST(ReconnectDelay, JitterStaysBetweenHalfAStepAndAStep) {
    for (const std::uint32_t random :
         {0u, 1u, 77u, 126u, 1000u, std::numeric_limits<std::uint32_t>::max()}) {
        const auto wait = ReconnectDelay().next(random);
        EXPECT_GE(wait, milliseconds(125)) << random;
        EXPECT_LE(wait, milliseconds(250)) << random;
    }
    EXPECT_NE(ReconnectDelay().next(0), ReconnectDelay().next(50));
}

TEST(ReconnectDelay, StartsAgainAfterSuccess) {
    ReconnectDelay delay;
    for (int i = 0; i < 10; ++i) delay.next(0);
    EXPECT_EQ(delay.next(0), milliseconds(2500));
    delay.reset();
    EXPECT_EQ(delay.next(0), milliseconds(125));
}

}  // namespace
}  // namespace sightline::hub_client
