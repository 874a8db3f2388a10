#include "media/congestion/sent_packet_history.h"

#include <gtest/gtest.h>

#include "media/congestion/transport_feedback_writer.h"

namespace sightline::congestion {
namespace {

using namespace std::chrono_literals;
using base::Bytes;
constexpr base::Instant kStart{std::chrono::hours(100)};

Bytes feedback(TransportFeedbackWriter& writer, base::Instant now) {
    Bytes body(1200);
    body.resize(writer.poll(now, body));
    return body;
}

TEST(SentPacketHistory, SumsUpLossDelayAndRate) {
    SentPacketHistory sent;
    TransportFeedbackWriter receiver(100ms);
    // 1000 bytes every 10 ms, 30 ms on their way; every tenth is lost.
    for (int i = 0; i < 41; ++i) {
        const auto sequence = sent.next_sequence();
        sent.on_sent(1000, kStart + i * 10ms);
        if (i % 10 != 5) receiver.record(sequence, kStart + i * 10ms + 30ms);
    }
    EXPECT_EQ(sent.bytes_in_flight(), 41'000u);
    const auto body = feedback(receiver, kStart + 430ms);
    const auto summary = sent.apply(body, kStart + 460ms);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->received, 37u);
    EXPECT_EQ(summary->lost, 4u);
    EXPECT_NEAR(summary->loss_fraction, 4.0 / 41, 1e-9);
    EXPECT_EQ(summary->acked_bytes, 37'000u);
    EXPECT_EQ(sent.bytes_in_flight(), 0u);
    EXPECT_EQ(summary->round_trip, 60ms);
    ASSERT_TRUE(summary->acked_bitrate);
    EXPECT_NEAR(static_cast<double>(summary->acked_bitrate->bps()), 36'000 * 8 / 0.4, 2000);
    ASSERT_EQ(summary->delays.size(), 37u);
    const auto& first = summary->delays.front();
    const auto& last = summary->delays.back();
    EXPECT_EQ(last.sent - first.sent, 400ms);
    EXPECT_EQ(last.arrived - first.arrived, 400ms);
    EXPECT_EQ(first.size, 1000u);

    // The same feedback again tells nothing new.
    const auto again = sent.apply(body, kStart + 470ms);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->received + again->lost, 0u);
    EXPECT_TRUE(again->delays.empty());
}

TEST(SentPacketHistory, DoesNotBelieveFeedbackAboutPacketsNeverSent) {
    SentPacketHistory sent;
    sent.on_sent(100, kStart);
    TransportFeedbackWriter receiver(100ms);
    receiver.record(500, kStart);
    const auto summary = sent.apply(feedback(receiver, kStart + 100ms), kStart + 100ms);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->received, 0u);
    EXPECT_FALSE(summary->round_trip);
    EXPECT_FALSE(sent.apply(Bytes{1, 2, 3}, kStart));
}

TEST(SentPacketHistory, DoesNotKeepInFlightWhatALostFeedbackWasAbout) {
    SentPacketHistory sent;
    TransportFeedbackWriter receiver(100ms);
    for (std::uint16_t i = 0; i < 10; ++i) {
        sent.on_sent(100, kStart);
        receiver.record(i, kStart);
    }
    feedback(receiver, kStart + 100ms);  // lost
    sent.on_sent(100, kStart + 150ms);
    receiver.record(10, kStart + 170ms);
    const auto summary = sent.apply(feedback(receiver, kStart + 270ms), kStart + 290ms);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->received, 1u);
    EXPECT_EQ(summary->lost, 0u);
    EXPECT_EQ(sent.bytes_in_flight(), 0u);
}

TEST(SentPacketHistory, UnwrapsTheReferenceTime) {
    SentPacketHistory sent;
    sent.on_sent(100, kStart);
    sent.on_sent(100, kStart + 64ms);
    // One packet each, the first at the last reference time before the wrap.
    const Bytes before = {0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0, 0x20, 0x01, 0, 0};
    const Bytes after = {0, 1, 0, 1, 0, 0, 0, 1, 0x20, 0x01, 0, 0};
    const auto first = sent.apply(before, kStart)->delays[0].arrived;
    const auto second = sent.apply(after, kStart)->delays[0].arrived;
    EXPECT_EQ(second - first, 64ms);
}

}  // namespace
}  // namespace sightline::congestion
