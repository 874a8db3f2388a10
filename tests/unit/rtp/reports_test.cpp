#include <gtest/gtest.h>

#include "media/rtp/key_frame_request_throttle.h"
#include "media/rtp/receive_statistics.h"
#include "media/rtp/sender_report.h"
#include "media/wire/sequence_unwrapper.h"

namespace sightline::rtp {
namespace {

using namespace std::chrono_literals;
using Way = ReceiveStatistics::Way;
constexpr base::Instant kStart{std::chrono::hours(100)};

wire::RtpHeader packet(std::uint16_t sequence, std::uint32_t timestamp = 0) {
    return {false, 96, sequence, timestamp, 1};
}

TEST(SequenceUnwrapper, CountsOnOverTheWrapBothWays) {
    wire::SequenceUnwrapper unwrapper;
    const auto first = unwrapper.unwrap(65535);
    EXPECT_EQ(unwrapper.unwrap(0), first + 1);
    EXPECT_EQ(unwrapper.unwrap(65534), first - 1);
    EXPECT_EQ(unwrapper.peek(2), first + 3);
    EXPECT_EQ(unwrapper.unwrap(65535), first);
    wire::TimestampUnwrapper timestamps;
    const auto at = timestamps.unwrap(0xFFFFFFFF);
    EXPECT_EQ(timestamps.unwrap(5), at + 6);
}

TEST(ReceiveStatistics, CountsLossPerIntervalAndInAll) {
    ReceiveStatistics statistics(1, 90000);
    for (std::uint16_t i = 0; i < 8; ++i) {
        if (i % 4 != 3 || i == 7) {
            statistics.on_packet(packet(static_cast<std::uint16_t>(65533 + i)), 100, Way::Direct,
                                 kStart);
        }
    }
    auto block = statistics.report(kStart);  // 7 of 8 came
    EXPECT_EQ(block.fraction_lost, 32);
    EXPECT_EQ(block.cumulative_lost, 1);
    EXPECT_EQ(block.highest_sequence, 0x10004u);
    EXPECT_EQ(statistics.packets(), 7u);
    EXPECT_EQ(statistics.bytes(), 700u);
    statistics.on_packet(packet(5), 100, Way::Direct, kStart);
    statistics.on_packet(packet(0), 100, Way::Retransmitted, kStart);
    block = statistics.report(kStart);
    EXPECT_EQ(block.fraction_lost, 0);
    EXPECT_EQ(block.cumulative_lost, 0);
}

TEST(ReceiveStatistics, MeasuresJitterAsRfc3550Does) {
    ReceiveStatistics statistics(1, 90000);
    statistics.on_packet(packet(1, 0), 1, Way::Direct, kStart);
    statistics.on_packet(packet(2, 3000), 1, Way::Direct, kStart + 33333333ns);
    EXPECT_LT(statistics.report(kStart).jitter, 2u);
    // 16 ms later than the timestamps say: 1440 ticks, of which a sixteenth counts.
    statistics.on_packet(packet(3, 6000), 1, Way::Direct, kStart + 66666666ns + 16ms);
    EXPECT_NEAR(statistics.report(kStart).jitter, 90, 1);
    EXPECT_NEAR(std::chrono::duration<double>(statistics.jitter()).count(), 0.001, 0.0001);
}

TEST(ReceiveStatistics, BelievesAJumpOnlyWhenASecondPacketConfirmsIt) {
    ReceiveStatistics statistics(1, 90000);
    statistics.on_packet(packet(10), 1, Way::Direct, kStart);
    statistics.on_packet(packet(30000), 1, Way::Direct, kStart);
    EXPECT_EQ(statistics.report(kStart).highest_sequence, 10u);
    statistics.on_packet(packet(40000), 1, Way::Direct, kStart);
    statistics.on_packet(packet(40001), 1, Way::Direct, kStart);
    EXPECT_EQ(statistics.report(kStart).highest_sequence, 40001u);
    EXPECT_EQ(statistics.lost(), 0);
}

TEST(ReceiveStatistics, TellsWhenTheLastSenderReportCame) {
    ReceiveStatistics statistics(1, 90000);
    EXPECT_EQ(statistics.report(kStart).last_sr, 0u);
    wire::SenderReport report;
    report.ntp = 0x1122334455667788;
    statistics.on_sender_report(report, kStart);
    const auto block = statistics.report(kStart + 500ms);
    EXPECT_EQ(block.last_sr, 0x33445566u);
    EXPECT_EQ(block.delay_since_last_sr, 32768u);
}

TEST(SenderClock, MovesAlongTheLineAndFindsCaptureTimes) {
    SenderClock clock(90000);
    EXPECT_FALSE(clock.at(kStart));
    EXPECT_FALSE(clock.captured(0));
    const auto ntp = wire::ntp_from_unix(1'795'000'000s);
    clock.set({ntp, 0xFFFFFFFF}, kStart);
    const auto later = clock.at(kStart + 10500ms);
    ASSERT_TRUE(later);
    EXPECT_EQ(later->ntp - ntp, 0xA80000000u);  // 10.5 s
    EXPECT_EQ(later->rtp_timestamp, 944999u);
    EXPECT_EQ(clock.captured(899), 1'795'000'000s + 10ms);
    EXPECT_EQ(clock.captured(0xFFFFFFFF - 900), 1'795'000'000s - 10ms);
}

TEST(SenderStatistics, CountsWhatItReports) {
    SenderStatistics statistics(9);
    statistics.on_packet(100);
    statistics.on_packet(50);
    const auto report = statistics.report({5, 6});
    EXPECT_EQ(report.ssrc, 9u);
    EXPECT_EQ(report.packets, 2u);
    EXPECT_EQ(report.octets, 150u);
    EXPECT_EQ(report.ntp, 5u);
    EXPECT_EQ(report.rtp_timestamp, 6u);
}

TEST(RoundTrip, ComesFromTheReportThatTheBlockAnswers) {
    RoundTrip round_trip;
    round_trip.on_report_sent(0x1122334455667788, kStart);
    round_trip.on_report_sent(0x2222334455667788, kStart + 1s);
    wire::ReportBlock block;
    EXPECT_FALSE(round_trip.on_report_block(block, kStart));
    block.last_sr = 0x33445566;
    block.delay_since_last_sr = 65536;  // 1 s
    EXPECT_EQ(round_trip.on_report_block(block, kStart + 1080ms), 80ms);
    EXPECT_EQ(round_trip.smoothed(), 80ms);
    block.last_sr = 0x12345678;
    EXPECT_FALSE(round_trip.on_report_block(block, kStart + 2s));
    EXPECT_EQ(round_trip.smoothed(), 80ms);
}

TEST(KeyFrameRequestThrottle, MergesWishesAndRepeatsUntilAKeyFrameCame) {
    KeyFrameRequestThrottle throttle(400ms);
    EXPECT_FALSE(throttle.poll(kStart));
    EXPECT_EQ(throttle.next_deadline(), base::kNever);
    throttle.request();
    throttle.request();
    EXPECT_TRUE(throttle.poll(kStart));
    EXPECT_FALSE(throttle.poll(kStart));
    throttle.request();
    EXPECT_EQ(throttle.next_deadline(), kStart + 400ms);
    EXPECT_FALSE(throttle.poll(kStart + 399ms));
    EXPECT_TRUE(throttle.poll(kStart + 400ms));
    throttle.on_key_frame();
    EXPECT_FALSE(throttle.poll(kStart + 800ms));
    throttle.request();
    EXPECT_TRUE(throttle.poll(kStart + 801ms));
    EXPECT_EQ(throttle.sent(), 3u);
}

}  // namespace
}  // namespace sightline::rtp
