#include "media/rtp/nack_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sightline::rtp {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Arrival = NackGenerator::Arrival;
constexpr base::Instant kStart{std::chrono::hours(100)};

std::vector<std::uint16_t> poll(NackGenerator& nack, base::Instant now) {
    std::array<std::uint16_t, 64> out;
    return {out.begin(), out.begin() + static_cast<long>(nack.poll(now, out))};
}

TEST(NackGenerator, WaitsForReorderedPacketsFirst) {
    NackGenerator nack;
    nack.on_packet(10, false, kStart);
    EXPECT_EQ(nack.next_deadline(), base::kNever);
    nack.on_packet(12, false, kStart);
    EXPECT_THAT(poll(nack, kStart), IsEmpty());
    EXPECT_EQ(nack.next_deadline(), kStart + 10ms);
    EXPECT_EQ(nack.on_packet(11, false, kStart + 5ms), Arrival::Recovered);
    EXPECT_EQ(nack.missing(), 0u);
    EXPECT_THAT(poll(nack, kStart + 20ms), IsEmpty());
}

TEST(NackGenerator, AsksAfterTheWaitOrAfterEnoughLaterPackets) {
    NackGenerator nack;
    nack.on_packet(65534, false, kStart);
    nack.on_packet(1, false, kStart);  // 65535 and 0 are missing
    EXPECT_THAT(poll(nack, kStart + 10ms), ElementsAre(65535, 0));

    NackGenerator busy;
    busy.on_packet(1, false, kStart);
    busy.on_packet(3, false, kStart);
    busy.on_packet(4, false, kStart);
    EXPECT_THAT(poll(busy, kStart), IsEmpty());
    busy.on_packet(5, false, kStart);
    EXPECT_LE(busy.next_deadline(), kStart);
    EXPECT_THAT(poll(busy, kStart), ElementsAre(2));
}

TEST(NackGenerator, RepeatsOncePerRoundTrip) {
    NackGenerator nack;
    nack.set_round_trip(80ms);
    nack.on_packet(1, false, kStart);
    nack.on_packet(3, false, kStart);
    EXPECT_THAT(poll(nack, kStart + 10ms), ElementsAre(2));
    EXPECT_THAT(poll(nack, kStart + 89ms), IsEmpty());
    EXPECT_EQ(nack.next_deadline(), kStart + 90ms);
    EXPECT_THAT(poll(nack, kStart + 90ms), ElementsAre(2));
}

TEST(NackGenerator, GivesUpAfterTenRetries) {
    NackGenerator nack;
    nack.set_round_trip(20ms);
    nack.on_packet(1, false, kStart);
    nack.on_packet(3, false, kStart);
    int asked = 0;
    for (auto now = kStart; now < kStart + 900ms; now += 1ms) {
        asked += static_cast<int>(poll(nack, now).size());
    }
    EXPECT_EQ(asked, 10);
    EXPECT_EQ(nack.missing(), 0u);
    EXPECT_EQ(nack.given_up(), 1u);
    EXPECT_EQ(nack.on_packet(2, false, kStart + 1s), Arrival::Late);
}

TEST(NackGenerator, GivesUpAtTheMaximumAge) {
    NackGenerator nack;
    nack.set_round_trip(400ms);
    nack.on_packet(1, false, kStart);
    nack.on_packet(3, false, kStart);
    poll(nack, kStart + 999ms);
    EXPECT_EQ(nack.missing(), 1u);
    poll(nack, kStart + 1s);
    EXPECT_EQ(nack.missing(), 0u);
}

TEST(NackGenerator, ForgetsWhatIsOlderThanAKeyFrame) {
    NackGenerator nack;
    nack.on_packet(1, false, kStart);
    nack.on_packet(5, true, kStart);
    nack.on_packet(7, false, kStart);
    EXPECT_THAT(poll(nack, kStart + 10ms), ElementsAre(6));
    EXPECT_EQ(nack.given_up(), 0u);
}

TEST(NackGenerator, StartsAnewAfterAJump) {
    NackGenerator nack;
    nack.on_packet(1, false, kStart);
    nack.on_packet(3, false, kStart);
    nack.on_packet(20000, false, kStart);
    EXPECT_EQ(nack.missing(), 0u);
    nack.on_packet(20002, false, kStart);
    EXPECT_THAT(poll(nack, kStart + 10ms), ElementsAre(20001));
}

TEST(NackGenerator, HoldsABoundedNumberAndKeepsTheNewest) {
    NackGenerator::Config config;
    config.max_missing = 4;
    NackGenerator nack(config);
    nack.on_packet(1, false, kStart);
    nack.on_packet(10, false, kStart);
    EXPECT_THAT(poll(nack, kStart + 10ms), ElementsAre(6, 7, 8, 9));
    EXPECT_EQ(nack.given_up(), 4u);
}

TEST(NackGenerator, KeepsWhatDoesNotFitDue) {
    NackGenerator nack;
    nack.on_packet(1, false, kStart);
    nack.on_packet(4, false, kStart);
    std::array<std::uint16_t, 1> one;
    EXPECT_EQ(nack.poll(kStart + 10ms, one), 1u);
    EXPECT_EQ(one[0], 2);
    EXPECT_EQ(nack.poll(kStart + 10ms, one), 1u);
    EXPECT_EQ(one[0], 3);
}

}  // namespace
}  // namespace sightline::rtp
