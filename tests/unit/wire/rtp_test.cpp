#include "media/wire/rtp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace sightline::wire {
namespace {

using base::Bytes;
using base::ByteView;
using ::testing::ElementsAre;

// V=2, P, X, one CSRC; two one-byte extensions with padding between them; 3 bytes and 1 of padding.
const Bytes kFull = {0xB1, 0xE0, 0x12, 0x34, 0x00, 0x00, 0x10, 0x00, 0xDE, 0xAD, 0xBE,
                     0xEF, 0x00, 0x00, 0x00, 0x01, 0xBE, 0xDE, 0x00, 0x02, 0x31, 0xAB,
                     0xCD, 0x00, 0x50, 0x77, 0x00, 0x00, 0x01, 0x02, 0x03, 0x01};

TEST(Rtp, ReadsHeaderExtensionsPayloadAndPadding) {
    const auto packet = parse_rtp(kFull);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->marker);
    EXPECT_EQ(packet->payload_type, 0x60);
    EXPECT_EQ(packet->sequence, 0x1234);
    EXPECT_EQ(packet->timestamp, 0x1000u);
    EXPECT_EQ(packet->ssrc, 0xDEADBEEFu);
    EXPECT_THAT(packet->payload, ElementsAre(1, 2, 3));
    EXPECT_EQ(packet->padding, 1);
    ASSERT_TRUE(packet->extension(3));
    EXPECT_THAT(*packet->extension(3), ElementsAre(0xAB, 0xCD));
    ASSERT_TRUE(packet->extension(5));
    EXPECT_THAT(*packet->extension(5), ElementsAre(0x77));
    EXPECT_FALSE(packet->extension(4));
    EXPECT_FALSE(packet->extension(15));
}

TEST(Rtp, ReadsTwoByteExtensions) {
    const Bytes bytes = {0x90, 0x60, 0,    1,  0, 0,    0, 0,  0, 0, 0, 9,   0x10,
                         0x00, 0x00, 0x02, 20, 1, 0x55, 0, 21, 0, 0, 0, 0xAA};
    const auto packet = parse_rtp(bytes);
    ASSERT_TRUE(packet);
    EXPECT_THAT(*packet->extension(20), ElementsAre(0x55));
    ASSERT_TRUE(packet->extension(21));
    EXPECT_TRUE(packet->extension(21)->empty());
    EXPECT_THAT(packet->payload, ElementsAre(0xAA));
}

TEST(Rtp, StopsAtAnExtensionThatReachesBeyondTheBlock) {
    auto bytes = kFull;
    bytes[20] = 0x3F;  // id 3 with 16 bytes, of which 7 are there
    const auto packet = parse_rtp(bytes);
    ASSERT_TRUE(packet);
    EXPECT_FALSE(packet->extension(3));
    EXPECT_FALSE(packet->extension(5));
}

TEST(Rtp, ParsesOrRefusesEveryTruncationInItsBounds) {
    for (std::size_t size = 0; size < kFull.size(); ++size) {
        const Bytes cut(kFull.begin(), kFull.begin() + static_cast<long>(size));
        const auto packet = parse_rtp(cut);
        if (size < 28) {
            EXPECT_FALSE(packet) << size;
        } else if (packet) {
            EXPECT_LE(packet->payload.size() + packet->padding, size - 28);
            for (int id = 0; id < 256; ++id) packet->extension(static_cast<std::uint8_t>(id));
        }
    }
}

TEST(Rtp, RefusesPaddingLongerThanThePayload) {
    auto bytes = kFull;
    bytes.back() = 5;
    EXPECT_FALSE(parse_rtp(bytes));
    bytes.back() = 0;
    EXPECT_FALSE(parse_rtp(bytes));
    bytes.back() = 4;  // padding alone, as probes are
    const auto probe = parse_rtp(bytes);
    ASSERT_TRUE(probe);
    EXPECT_TRUE(probe->payload.empty());
}

TEST(Rtp, TellsRtcpFromRtp) {
    EXPECT_TRUE(looks_like_rtcp(Bytes{0x81, 200, 0, 0}));
    EXPECT_TRUE(looks_like_rtcp(Bytes{0x8F, 205, 0, 0}));
    EXPECT_FALSE(looks_like_rtcp(Bytes{0x80, 0x60, 0, 0}));
    EXPECT_FALSE(looks_like_rtcp(Bytes{0x80, 0xE0, 0, 0}));
    EXPECT_FALSE(looks_like_rtcp(Bytes{0x81, 200}));
    EXPECT_TRUE(looks_like_rtp_or_rtcp(Bytes{0x80}));
    EXPECT_FALSE(looks_like_rtp_or_rtcp(Bytes{22}));
    EXPECT_FALSE(looks_like_rtp_or_rtcp(Bytes{}));
}

TEST(Rtp, ReadsWhatItWrote) {
    const RtpHeader header{true, 111, 65535, 0xFFFFFFF0, 42};
    const std::array<std::uint8_t, 2> sequence = {0x12, 0x34};
    const std::array<std::uint8_t, 1> mid = {'0'};
    const std::array<RtpExtensionToWrite, 2> extensions = {{{3, sequence}, {4, mid}}};
    Bytes buffer(100);
    const auto size = write_rtp_header(header, extensions, buffer);
    EXPECT_EQ(size, 12u + 4u + 8u);
    buffer[size] = 0x99;
    const auto packet = parse_rtp(ByteView(buffer).first(size + 1));
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->marker);
    EXPECT_EQ(packet->payload_type, 111);
    EXPECT_EQ(packet->sequence, 65535);
    EXPECT_EQ(packet->timestamp, 0xFFFFFFF0);
    EXPECT_EQ(packet->ssrc, 42u);
    EXPECT_THAT(*packet->extension(3), ElementsAre(0x12, 0x34));
    EXPECT_THAT(*packet->extension(4), ElementsAre('0'));
    EXPECT_THAT(packet->payload, ElementsAre(0x99));
}

TEST(Rtp, WritesNoHeaderWhereItDoesNotFit) {
    const std::array<std::uint8_t, 17> long_data{};
    const std::array<RtpExtensionToWrite, 1> too_long = {{{3, long_data}}};
    const std::array<RtpExtensionToWrite, 1> wrong_id = {{{15, ByteView(long_data).first(1)}}};
    Bytes buffer(64);
    EXPECT_EQ(write_rtp_header({}, too_long, buffer), 0u);
    EXPECT_EQ(write_rtp_header({}, wrong_id, buffer), 0u);
    EXPECT_EQ(write_rtp_header({}, {}, base::MutableBytes(buffer).first(11)), 0u);
}

}  // namespace
}  // namespace sightline::wire
