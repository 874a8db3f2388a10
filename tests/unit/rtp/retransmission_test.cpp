#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "media/rtp/packet_history.h"
#include "media/rtp/rtx.h"

namespace sightline::rtp {
namespace {

using namespace std::chrono_literals;
using base::Bytes;
using base::ByteView;
using ::testing::ElementsAre;
constexpr base::Instant kStart{std::chrono::hours(100)};

TEST(PacketHistory, GivesBackWhatIsStillInTheRing) {
    PacketHistory history(4);
    for (std::uint8_t i = 0; i < 6; ++i) {
        history.store(static_cast<std::uint16_t>(65533 + i), Bytes{i, i}, kStart);
    }
    EXPECT_FALSE(history.find(65533, kStart));
    EXPECT_FALSE(history.find(65534, kStart));
    ASSERT_TRUE(history.find(65535, kStart));
    EXPECT_THAT(*history.find(65535, kStart), ElementsAre(2, 2));
    EXPECT_THAT(*history.find(2, kStart), ElementsAre(5, 5));
    EXPECT_FALSE(history.find(3, kStart));
    history.clear();
    EXPECT_FALSE(history.find(2, kStart));
}

TEST(PacketHistory, ForgetsOldAndOversizedPackets) {
    PacketHistory history(4, 500ms);
    history.store(1, Bytes{1}, kStart);
    EXPECT_TRUE(history.find(1, kStart + 500ms));
    EXPECT_FALSE(history.find(1, kStart + 501ms));
    history.store(2, Bytes(wire::kMaxDatagram + 1), kStart);
    EXPECT_FALSE(history.find(2, kStart));
}

TEST(PacketHistory, ResendsAPacketOncePerInterval) {
    PacketHistory history(4);
    history.store(1, Bytes{1}, kStart);
    history.store(2, Bytes{2}, kStart);
    EXPECT_TRUE(history.resend(1, kStart, 50ms));
    EXPECT_FALSE(history.resend(1, kStart + 49ms, 50ms));
    EXPECT_TRUE(history.resend(2, kStart + 49ms, 50ms));
    EXPECT_TRUE(history.resend(1, kStart + 50ms, 50ms));
    EXPECT_FALSE(history.resend(9, kStart, 50ms));
}

TEST(Rtx, RestoresTheOriginalPacket) {
    const wire::RtpHeader original{true, 96, 0xABCD, 90000, 11};
    const std::array<std::uint8_t, 2> transport_sequence = {0x01, 0x02};
    const std::array<wire::RtpExtensionToWrite, 1> extensions = {{{3, transport_sequence}}};
    Bytes buffer(100);
    const auto size = write_rtx(original, Bytes{7, 8, 9}, RtxTarget{97, 22, 5}, extensions, buffer);
    const auto rtx = wire::parse_rtp(ByteView(buffer).first(size));
    ASSERT_TRUE(rtx);
    EXPECT_EQ(rtx->payload_type, 97);
    EXPECT_EQ(rtx->ssrc, 22u);
    EXPECT_EQ(rtx->sequence, 5);
    EXPECT_EQ(rtx->timestamp, 90000u);
    EXPECT_THAT(rtx->payload, ElementsAre(0xAB, 0xCD, 7, 8, 9));

    const auto restored = read_rtx(*rtx, 96, 11);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->sequence, 0xABCD);
    EXPECT_EQ(restored->ssrc, 11u);
    EXPECT_EQ(restored->payload_type, 96);
    EXPECT_TRUE(restored->marker);
    EXPECT_THAT(restored->payload, ElementsAre(7, 8, 9));
    EXPECT_THAT(*restored->extension(3), ElementsAre(1, 2));
}

TEST(Rtx, RefusesPacketsWithoutRoomForTheSequenceNumber) {
    wire::RtpPacket probe;
    EXPECT_FALSE(read_rtx(probe, 96, 1));
    const Bytes one = {1};
    probe.payload = one;
    EXPECT_FALSE(read_rtx(probe, 96, 1));
    Bytes small(16);
    EXPECT_EQ(write_rtx({}, Bytes{1, 2, 3}, {}, {}, small), 0u);
}

}  // namespace
}  // namespace sightline::rtp
