#include "media/rtp/stream_rewriter.h"

#include <gtest/gtest.h>

#include <array>

namespace sightline::rtp {
namespace {

using namespace std::chrono_literals;
constexpr base::Instant kStart{std::chrono::hours(100)};

StreamRewriter video() { return StreamRewriter({7, 90000, 65534, 1000}); }

wire::RtpHeader packet(std::uint16_t sequence, std::uint32_t timestamp) {
    return {true, 96, sequence, timestamp, 4242};
}

TEST(StreamRewriter, KeepsGapsAndOrderWithinOneSource) {
    auto rewriter = video();
    const auto first = rewriter.rewrite(packet(10, 5000), kStart);
    EXPECT_EQ(first->ssrc, 7u);
    EXPECT_EQ(first->sequence, 65534);
    EXPECT_EQ(first->timestamp, 1000u);
    EXPECT_TRUE(first->marker);
    EXPECT_EQ(rewriter.rewrite(packet(13, 8000), kStart)->sequence, 1);
    const auto late = rewriter.rewrite(packet(11, 5000), kStart);
    EXPECT_EQ(late->sequence, 65535);
    EXPECT_EQ(late->timestamp, 1000u);
}

TEST(StreamRewriter, GoesOnWhereTheLastSourceStopped) {
    auto rewriter = video();
    rewriter.rewrite(packet(10, 5000), kStart);
    rewriter.rewrite(packet(11, 8000), kStart + 33ms);
    rewriter.rewrite(packet(10, 5000), kStart + 34ms);  // a late duplicate is not the newest
    rewriter.switch_source();
    const auto next = rewriter.rewrite(packet(50000, 0xFFFFFF00), kStart + 133ms);
    EXPECT_EQ(next->sequence, 0);               // 65534, 65535, 0
    EXPECT_EQ(next->timestamp, 4000u + 9000u);  // 100 ms at 90 kHz
    EXPECT_EQ(rewriter.rewrite(packet(50001, 0x100), kStart + 133ms)->timestamp, 13000u + 0x200);
}

TEST(StreamRewriter, LetsTheTimestampMoveEvenWhenNoTimePassed) {
    auto rewriter = video();
    rewriter.rewrite(packet(1, 0), kStart);
    rewriter.switch_source();
    EXPECT_EQ(rewriter.rewrite(packet(1, 0), kStart)->timestamp, 1001u);
}

TEST(StreamRewriter, DropsWhatIsOlderThanTheSwitch) {
    auto rewriter = video();
    rewriter.rewrite(packet(100, 0), kStart);
    EXPECT_FALSE(rewriter.rewrite(packet(99, 0), kStart));
    rewriter.rewrite(packet(105, 0), kStart);
    EXPECT_FALSE(rewriter.rewrite(packet(99, 0), kStart));
    EXPECT_TRUE(rewriter.rewrite(packet(100, 0), kStart));
}

TEST(StreamRewriter, FindsTheSourceOfAnOutgoingPacket) {
    auto rewriter = video();
    EXPECT_FALSE(rewriter.source_sequence(65534));
    rewriter.rewrite(packet(100, 0), kStart);
    rewriter.rewrite(packet(104, 0), kStart);
    EXPECT_EQ(rewriter.source_sequence(65534), 100);
    EXPECT_EQ(rewriter.source_sequence(1), 103);
    EXPECT_FALSE(rewriter.source_sequence(65533));  // before the first
    EXPECT_FALSE(rewriter.source_sequence(3));      // not sent yet
    rewriter.switch_source();
    EXPECT_FALSE(rewriter.source_sequence(65534));
    rewriter.rewrite(packet(7, 0), kStart);
    EXPECT_EQ(rewriter.source_sequence(3), 7);
    EXPECT_FALSE(rewriter.source_sequence(2));
}

TEST(StreamRewriter, MapsTimestampsForSenderReports) {
    auto rewriter = video();
    EXPECT_FALSE(rewriter.map_timestamp(5));
    rewriter.rewrite(packet(10, 5000), kStart);
    EXPECT_EQ(rewriter.map_timestamp(5900), 1900u);
    EXPECT_EQ(rewriter.map_timestamp(4990), 990u);
}

std::array<std::uint8_t, 7> payload(std::uint16_t picture, std::uint8_t tl0) {
    std::array<std::uint8_t, 7> bytes{};
    wire::Vp8Descriptor descriptor;
    descriptor.start_of_partition = true;
    descriptor.picture_id = picture;
    descriptor.tl0_picture_index = tl0;
    descriptor.temporal_layer = std::uint8_t{0};
    EXPECT_EQ(wire::write_vp8(descriptor, bytes), 6u);
    return bytes;
}

wire::Vp8Descriptor rewritten(Vp8Continuity& continuity, std::uint16_t picture, std::uint8_t tl0) {
    auto bytes = payload(picture, tl0);
    continuity.rewrite(bytes, *wire::parse_vp8(bytes));
    return *wire::parse_vp8(bytes);
}

TEST(Vp8Continuity, CountsOnOverASwitchAndOverTheWrap) {
    Vp8Continuity continuity;
    const auto first = *rewritten(continuity, 32766, 254).picture_id;
    EXPECT_EQ(*rewritten(continuity, 32767, 255).picture_id, first + 1);
    const auto newest = rewritten(continuity, 0, 0);
    EXPECT_EQ(*newest.picture_id, first + 2);
    EXPECT_EQ(*rewritten(continuity, 32767, 255).picture_id, first + 1);  // overtaken
    continuity.switch_source();
    const auto next = rewritten(continuity, 1234, 99);
    EXPECT_EQ(*next.picture_id, *newest.picture_id + 1);
    EXPECT_EQ(*next.tl0_picture_index, *newest.tl0_picture_index + 1);
}

TEST(Vp8Continuity, CountsOnOverTheWrapOfSevenBitIds) {
    Vp8Continuity continuity;
    std::array<std::uint8_t, 4> bytes{};
    const auto feed = [&](std::uint8_t picture) {
        bytes = {0x90, 0x80, picture, 0x01};
        continuity.rewrite(bytes, *wire::parse_vp8(bytes));
        return *wire::parse_vp8(bytes)->picture_id;
    };
    EXPECT_EQ(feed(126), 1);
    EXPECT_EQ(feed(127), 2);
    EXPECT_EQ(feed(0), 3);
    continuity.switch_source();
    EXPECT_EQ(feed(70), 4);
}

}  // namespace
}  // namespace sightline::rtp
