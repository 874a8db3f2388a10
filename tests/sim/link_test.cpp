#include "tests/sim/link.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/profiles.h"

namespace sightline::sim {
namespace {

using namespace std::chrono_literals;

const base::Instant kStart = base::Instant{} + 1h;
const base::Bytes kDatagram(972, 0xAA);  // 1000 bytes with IP and UDP

std::vector<base::Instant> arrivals(Link& link) {
    std::vector<base::Instant> times;
    while (const auto arrival = link.take(base::kNever)) times.push_back(arrival->at);
    return times;
}

TEST(Link, DelaysAndKeepsTheRate) {
    LinkConfig config;
    config.bits_per_second = 80'000;  // a datagram in 100 ms
    config.delay = 30ms;
    Link link(config, 1);
    link.send(kDatagram, kStart);
    link.send(kDatagram, kStart);
    const auto times = arrivals(link);
    ASSERT_EQ(times.size(), 2U);
    EXPECT_EQ(times[0] - kStart, 130ms);
    EXPECT_EQ(times[1] - kStart, 230ms);
}

TEST(Link, DropsTheTailWhenTheQueueIsFull) {
    LinkConfig config;
    config.bits_per_second = 80'000;
    config.queue = 1s;
    Link link(config, 1);
    for (int i = 0; i < 25; ++i) link.send(kDatagram, kStart);
    EXPECT_EQ(arrivals(link).size(), 10U);
    EXPECT_EQ(link.counters().dropped_by_queue, 15U);
}

TEST(Link, JitterNeverReorders) {
    LinkConfig config;
    config.jitter = 100ms;
    Link link(config, 7);
    for (int i = 0; i < 1000; ++i) link.send(kDatagram, kStart + i * 1ms);
    const auto times = arrivals(link);
    ASSERT_EQ(times.size(), 1000U);
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    EXPECT_GT(times[500] - kStart, 500ms);
}

TEST(Link, LosesAsMuchAsItSaysAloneOrInBursts) {
    for (const double burst : {1.0, 8.0}) {
        LinkConfig config;
        config.loss = 0.05;
        config.burst_length = burst;
        Link link(config, 3);
        for (int i = 0; i < 100'000; ++i) link.send(kDatagram, kStart);
        EXPECT_NEAR(static_cast<double>(link.counters().lost), 5000, 600) << burst;
    }
}

TEST(Link, IsDeadOnceInEveryPeriod) {
    LinkConfig config;
    config.cut_period = 180s;
    config.cut_shortest = config.cut_longest = 20s;
    Link link(config, 1);
    for (int second = 0; second < 360; ++second) link.send(kDatagram, kStart + second * 1s);
    EXPECT_EQ(link.counters().dropped_by_cut, 40U);
    const auto times = arrivals(link);
    EXPECT_EQ(times[159] - kStart, 159s);
    EXPECT_EQ(times[160] - kStart, 180s);
}

TEST(Link, TheSameSeedGivesTheSameRun) {
    LinkConfig config;
    config.jitter = 50ms;
    config.loss = 0.1;
    const auto run = [&](std::uint64_t seed) {
        Link link(config, seed);
        for (int i = 0; i < 200; ++i) link.send(kDatagram, kStart + i * 20ms);
        return arrivals(link);
    };
    EXPECT_EQ(run(5), run(5));
    EXPECT_NE(run(5), run(6));
}

TEST(Profiles, EveryRowOfTheFieldIsThere) {
    const auto profiles = read_profiles(SIGHTLINE_VECTORS "/network-profiles.csv");
    ASSERT_EQ(profiles.size(), 12U);
    const auto& flapping = profiles.back();
    EXPECT_EQ(flapping.name, "flapping");
    EXPECT_EQ(flapping.up.bits_per_second, 330'000U);
    EXPECT_EQ(flapping.up.cut_longest, 20s);
    EXPECT_EQ(profiles[7].name, "vsat-contended");
    EXPECT_GT(profiles[7].down.burst_length, 1);
    EXPECT_DOUBLE_EQ(profiles[7].down.loss, 0.02);
}

TEST(Profiles, AFileThatIsNotThereIsNamed) {
    EXPECT_THROW(read_profiles("/nonexistent.csv"), std::runtime_error);
}

}  // namespace
}  // namespace sightline::sim
