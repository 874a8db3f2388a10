#include "media/wire/rtcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "media/wire/rtp.h"

namespace sightline::wire {
namespace {

using base::Bytes;
using base::ByteView;
using base::ByteWriter;
using ::testing::ElementsAre;

ReportBlock some_block() { return {0x11223344, 128, -5, 0x0001FFFF, 777, 0xAABBCCDD, 65536}; }

// A compound of everything that we write.
Bytes everything() {
    Bytes buffer(1500);
    ByteWriter out(buffer);
    const std::array<ReportBlock, 2> blocks = {some_block(), ReportBlock{}};
    SenderReport report;
    report.ssrc = 1;
    report.ntp = 0x0123456789ABCDEF;
    report.rtp_timestamp = 2;
    report.packets = 3;
    report.octets = 4;
    write_sender_report(out, report, blocks);
    write_receiver_report(out, 5, std::span(blocks).first(1));
    write_sdes_cname(out, 1, "cname");
    const std::array<std::uint16_t, 5> lost = {65534, 65535, 14, 15, 100};
    write_nack(out, 1, 2, lost);
    write_pli(out, 3, 4);
    write_fir(out, 5, 6, 7);
    const std::array<std::uint8_t, 12> body = {0, 1, 0, 1, 0, 0, 0, 9, 0x20, 1, 0, 0};
    write_transport_feedback(out, 8, 9, body);
    const std::array<std::uint8_t, 8> nonce = {1, 2, 3, 4, 5, 6, 7, 8};
    write_app(out, {3, 10, app_name("SLNC"), nonce});
    write_bye(out, 1);
    EXPECT_TRUE(out.ok());
    buffer.resize(out.size());
    return buffer;
}

std::vector<RtcpItem> all_of(ByteView compound, bool& ok) {
    std::vector<RtcpItem> items;
    RtcpCursor cursor(compound);
    while (auto item = cursor.next()) items.push_back(*item);
    ok = cursor.ok();
    return items;
}

TEST(Rtcp, ReadsACompoundOfAllThatItWrites) {
    const auto bytes = everything();
    EXPECT_TRUE(looks_like_rtcp(bytes));
    bool ok = false;
    const auto items = all_of(bytes, ok);
    EXPECT_TRUE(ok);
    ASSERT_EQ(items.size(), 9u);
    const auto& sr = std::get<SenderReport>(items[0]);
    EXPECT_EQ(sr.ntp, 0x0123456789ABCDEFu);
    EXPECT_EQ(sr.rtp_timestamp, 2u);
    EXPECT_EQ(sr.packets, 3u);
    EXPECT_EQ(sr.octets, 4u);
    ASSERT_EQ(sr.blocks.size(), 48u);
    const auto block = block_at(sr.blocks, 0);
    EXPECT_EQ(block.ssrc, 0x11223344u);
    EXPECT_EQ(block.fraction_lost, 128);
    EXPECT_EQ(block.cumulative_lost, -5);
    EXPECT_EQ(block.highest_sequence, 0x0001FFFFu);
    EXPECT_EQ(block.jitter, 777u);
    EXPECT_EQ(block.last_sr, 0xAABBCCDDu);
    EXPECT_EQ(block.delay_since_last_sr, 65536u);
    EXPECT_EQ(std::get<ReceiverReport>(items[1]).ssrc, 5u);
    EXPECT_EQ(std::get<Sdes>(items[2]).cname, "cname");
    std::vector<std::uint16_t> lost;
    std::get<Nack>(items[3]).each([&](std::uint16_t s) { lost.push_back(s); });
    EXPECT_THAT(lost, ElementsAre(65534, 65535, 14, 15, 100));
    EXPECT_EQ(std::get<Nack>(items[3]).items.size(), 12u);  // 14 is the 16th after 65534, 15 is not
    EXPECT_EQ(std::get<Pli>(items[4]).media_ssrc, 4u);
    EXPECT_EQ(std::get<Fir>(items[5]).media_ssrc, 6u);
    EXPECT_EQ(std::get<Fir>(items[5]).sequence, 7);
    EXPECT_EQ(std::get<TransportFeedback>(items[6]).body.size(), 12u);
    const auto& app = std::get<App>(items[7]);
    EXPECT_EQ(app.subtype, 3);
    EXPECT_EQ(app.ssrc, 10u);
    EXPECT_EQ(app.name, 0x534C4E43u);
    EXPECT_THAT(app.data, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
    EXPECT_EQ(std::get<Bye>(items[8]).ssrc, 1u);
}

TEST(Rtcp, StaysInBoundsAtEveryTruncation) {
    const auto bytes = everything();
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        const Bytes cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
        bool ok = true;
        const auto items = all_of(cut, ok);
        if (size % 4 != 0) {
            EXPECT_FALSE(ok) << size;
        }
        EXPECT_LT(items.size(), 9u);
    }
}

TEST(Rtcp, EndsAtAMalformedPacketAndSaysSo) {
    bool ok = true;
    // A sender report that claims more blocks than it holds.
    Bytes bytes = everything();
    bytes[0] = 0x83;
    EXPECT_TRUE(all_of(bytes, ok).empty());
    EXPECT_FALSE(ok);
    // An SDES whose item runs out of the chunk.
    EXPECT_TRUE(all_of(Bytes{0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, 'a', 'b'}, ok).empty());
    EXPECT_FALSE(ok);
    // A NACK that names nothing; a wrong version.
    EXPECT_TRUE(all_of(Bytes{0x81, 205, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2}, ok).empty());
    EXPECT_FALSE(ok);
    EXPECT_TRUE(all_of(Bytes{0x41, 203, 0, 1, 0, 0, 0, 1}, ok).empty());
    EXPECT_FALSE(ok);
}

TEST(Rtcp, RefusesAnAppPacketWithoutANameOrWithBrokenWords) {
    bool ok = true;
    // Only the SSRC.
    EXPECT_TRUE(all_of(Bytes{0x80, 204, 0, 1, 0, 0, 0, 1}, ok).empty());
    EXPECT_FALSE(ok);
    // Padding that leaves a part of a word.
    EXPECT_TRUE(
        all_of(Bytes{0xA0, 204, 0, 3, 0, 0, 0, 1, 'S', 'L', 'N', 'C', 1, 2, 3, 1}, ok).empty());
    EXPECT_FALSE(ok);
}

TEST(Rtcp, ReadsAnAppPacketWithoutDataAndOneThatIsPadded) {
    bool ok = false;
    const Bytes bare = {0x9F, 204, 0, 2, 0, 0, 0, 1, 'S', 'L', 'H', 'B'};
    auto items = all_of(bare, ok);
    ASSERT_TRUE(ok);
    EXPECT_EQ(std::get<App>(items.at(0)).subtype, 31);
    EXPECT_TRUE(std::get<App>(items.at(0)).data.empty());
    const Bytes padded = {0xA0, 204, 0, 4, 0, 0, 0, 1, 'S', 'L', 'H', 'B', 1, 2, 3, 4, 0, 0, 0, 4};
    items = all_of(padded, ok);
    ASSERT_TRUE(ok);
    EXPECT_EQ(std::get<App>(items.at(0)).name, app_name("SLHB"));
    EXPECT_THAT(std::get<App>(items.at(0)).data, ElementsAre(1, 2, 3, 4));
}

TEST(Rtcp, TakesPaddingFromTheLastPacketOnly) {
    bool ok = false;
    const Bytes last = {0xA1, 203, 0, 2, 0, 0, 0, 7, 0, 0, 0, 4};
    auto items = all_of(last, ok);
    EXPECT_TRUE(ok);
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(std::get<Bye>(items[0]).ssrc, 7u);
    Bytes first = last;
    first.insert(first.end(), {0x80, 201, 0, 1, 0, 0, 0, 1});
    EXPECT_TRUE(all_of(first, ok).empty());
    EXPECT_FALSE(ok);
}

TEST(Rtcp, ReadsRembAndSkipsWhatItDoesNotKnow) {
    bool ok = false;
    // 2'500'000 = 156250 << 4; then an extended report (RFC 3611).
    const Bytes bytes = {0x8F, 206,  0,    5,    0, 0, 0, 1, 0,    0,   0, 0, 'R', 'E', 'M', 'B',
                         1,    0x12, 0x62, 0x5A, 0, 0, 0, 9, 0x80, 207, 0, 1, 0,   0,   0,   1};
    const auto items = all_of(bytes, ok);
    EXPECT_TRUE(ok);
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(std::get<Remb>(items[0]).bits_per_second, 2'500'000u);
    EXPECT_EQ(std::get<UnknownRtcp>(items[1]).type, 207);
}

TEST(Rtcp, PacksNacksIntoAsFewItemsAsPossible) {
    std::vector<std::uint16_t> lost;
    for (std::uint16_t i = 0; i < 34; ++i) lost.push_back(static_cast<std::uint16_t>(65530 + i));
    Bytes buffer(100);
    ByteWriter out(buffer);
    write_nack(out, 1, 2, lost);
    EXPECT_EQ(out.size(), 12u + 2 * 4);
    RtcpCursor cursor(out.written());
    const auto item = cursor.next();
    ASSERT_TRUE(item);
    std::vector<std::uint16_t> read;
    std::get<Nack>(*item).each([&](std::uint16_t s) { read.push_back(s); });
    EXPECT_EQ(read, lost);
}

TEST(Rtcp, SaysWhenAPacketDoesNotFit) {
    Bytes buffer(11);
    ByteWriter out(buffer);
    write_pli(out, 1, 2);
    EXPECT_FALSE(out.ok());
}

TEST(Rtcp, ConvertsNtpTimeBothWays) {
    using namespace std::chrono_literals;
    EXPECT_EQ(ntp_from_unix(0s) >> 32, 2208988800u);
    EXPECT_EQ(ntp_from_unix(500ms) & 0xFFFFFFFF, 0x80000000u);
    for (const auto time :
         {std::chrono::nanoseconds(0), std::chrono::nanoseconds(1'795'000'000'123'456'789),
          std::chrono::nanoseconds(2'500'000'000'999'999'999)}) {
        EXPECT_EQ(unix_from_ntp(ntp_from_unix(time)), time);
    }
}

}  // namespace
}  // namespace sightline::wire
