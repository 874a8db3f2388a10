#include "media/congestion/pacer.h"

#include <gtest/gtest.h>

namespace sightline::congestion {
namespace {

using namespace std::chrono_literals;
using base::Bytes;
constexpr base::Instant kStart{std::chrono::hours(100)};

Pacer pacer(DataRate target, std::size_t capacity = 256) {
    Pacer::Config config;
    config.target = target;
    config.capacity = capacity;
    config.max_queue_time = 10s;
    return Pacer(config);
}

// How many bytes leave by the deadlines it names itself.
std::size_t drain(Pacer& pacer, base::Instant from, base::Instant until) {
    std::size_t bytes = 0;
    for (auto now = from; now <= until; now = std::max(now, pacer.next_deadline())) {
        const auto packet = pacer.pop(now);
        if (packet) bytes += packet->bytes.size();
        if (!packet && pacer.next_deadline() <= now) ADD_FAILURE() << "a deadline with no packet";
        if (pacer.next_deadline() == base::kNever) break;
    }
    return bytes;
}

TEST(Pacer, SendsAtOneAndAHalfTimesTheTarget) {
    auto paced = pacer(DataRate::kilobits_per_second(800));  // 150 kB/s when paced
    for (int i = 0; i < 256; ++i) EXPECT_TRUE(paced.push(PacketClass::Video, Bytes(1000), kStart));
    EXPECT_NEAR(static_cast<double>(drain(paced, kStart, kStart + 1s)), 150'000, 3500);
}

TEST(Pacer, LetsAudioGoFirstAndAtOnce) {
    auto paced = pacer(DataRate::kilobits_per_second(100));
    for (int i = 0; i < 3; ++i) paced.push(PacketClass::Video, Bytes(1200), kStart);
    paced.push(PacketClass::Retransmission, Bytes(1100), kStart);
    ASSERT_EQ(paced.pop(kStart)->kind, PacketClass::Retransmission);
    EXPECT_FALSE(paced.pop(kStart));  // in debt now
    paced.push(PacketClass::Audio, Bytes(80), kStart);
    EXPECT_LE(paced.next_deadline(), kStart);
    EXPECT_EQ(paced.pop(kStart)->kind, PacketClass::Audio);
    EXPECT_FALSE(paced.pop(kStart));
    const auto deadline = paced.next_deadline();
    EXPECT_GT(deadline, kStart);
    EXPECT_EQ(paced.pop(deadline)->kind, PacketClass::Video);
}

TEST(Pacer, SavesNoMoreThanOneBurstInASilence) {
    auto paced = pacer(DataRate::kilobits_per_second(8000));  // 1.5 MB/s: 15 kB in 10 ms
    paced.push(PacketClass::Video, Bytes(1000), kStart);
    paced.pop(kStart);
    for (int i = 0; i < 100; ++i) paced.push(PacketClass::Video, Bytes(1000), kStart + 10s);
    std::size_t at_once = 0;
    while (paced.pop(kStart + 10s)) ++at_once;
    EXPECT_EQ(at_once, 15u);
}

TEST(Pacer, KeepsOrderAndContentAndRefusesWhatDoesNotFit) {
    auto paced = pacer(DataRate::kilobits_per_second(100'000), 3);
    for (std::uint8_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(paced.push(PacketClass::Video, Bytes{i, i}, kStart));
    }
    EXPECT_FALSE(paced.push(PacketClass::Video, Bytes{9}, kStart));
    EXPECT_TRUE(paced.push(PacketClass::Audio, Bytes{9}, kStart));
    EXPECT_FALSE(paced.push(PacketClass::Audio, Bytes(wire::kMaxDatagram + 1), kStart));
    EXPECT_EQ(paced.queued_bytes(), 7u);
    EXPECT_EQ(paced.pop(kStart)->bytes[0], 9);
    for (std::uint8_t i = 0; i < 3; ++i) EXPECT_EQ(paced.pop(kStart)->bytes[0], i);
    EXPECT_FALSE(paced.pop(kStart));
    EXPECT_EQ(paced.next_deadline(), base::kNever);
}

TEST(Pacer, DrainsALongQueueWithinItsMaximumTime) {
    Pacer::Config config;
    config.target = DataRate::kilobits_per_second(80);
    config.max_queue_time = 500ms;
    Pacer paced(config);
    for (int i = 0; i < 100; ++i) paced.push(PacketClass::Video, Bytes(1000), kStart);
    // At 15 kB/s only 15 kB would leave in a second. The rate follows the queue, of which e^-2 is
    // left after two maximum times.
    EXPECT_GT(drain(paced, kStart, kStart + 1s), 80'000u);
}

}  // namespace
}  // namespace sightline::congestion
