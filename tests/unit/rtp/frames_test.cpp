#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <vector>

#include "media/rtp/audio_reorderer.h"
#include "media/rtp/frame_assembler.h"
#include "media/rtp/vp8_packetizer.h"
#include "media/wire/vp8.h"

namespace sightline::rtp {
namespace {

using namespace std::chrono_literals;
using base::Bytes;
using base::ByteView;
using ::testing::ElementsAreArray;
constexpr base::Instant kStart{std::chrono::hours(100)};

// A sender of made-up frames; packets keep their payloads alive.
struct Sender {
    struct Packet {
        wire::RtpPacket rtp;
        Bytes payload;
    };
    Vp8Packetizer packetizer{32767};
    std::uint16_t sequence = 65530;
    std::uint32_t timestamp = 0;

    static Bytes frame(bool key, std::size_t size) {
        Bytes bytes(size);
        std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
        bytes[0] = key ? 0x00 : 0x01;
        return bytes;
    }
    std::vector<Packet> send(bool key, std::size_t size, std::size_t max_payload = 104) {
        const auto bytes = frame(key, size);
        std::vector<Packet> packets;
        packetizer.start(bytes, max_payload);
        timestamp += 3000;
        Bytes buffer(max_payload);
        while (const auto payload = packetizer.next(buffer)) {
            Packet packet;
            packet.payload.assign(buffer.begin(),
                                  buffer.begin() + static_cast<long>(payload->size));
            packet.rtp.marker = payload->last;
            packet.rtp.sequence = sequence++;
            packet.rtp.timestamp = timestamp;
            packets.push_back(std::move(packet));
        }
        for (auto& packet : packets) packet.rtp.payload = packet.payload;
        return packets;
    }
};

TEST(Vp8Packetizer, SplitsEquallyAndMarksBeginningAndEnd) {
    Sender sender;
    const auto packets = sender.send(true, 250);
    ASSERT_EQ(packets.size(), 3u);
    Bytes joined;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const auto descriptor = wire::parse_vp8(packets[i].payload);
        ASSERT_TRUE(descriptor);
        EXPECT_EQ(descriptor->starts_frame(), i == 0);
        EXPECT_EQ(descriptor->picture_id, 32767);
        EXPECT_TRUE(descriptor->long_picture_id);
        EXPECT_FALSE(descriptor->temporal_layer);
        EXPECT_EQ(packets[i].rtp.marker, i == 2);
        EXPECT_NEAR(static_cast<double>(packets[i].payload.size() - 4), 83, 1);
        joined.insert(joined.end(), packets[i].payload.begin() + 4, packets[i].payload.end());
    }
    EXPECT_EQ(joined, Sender::frame(true, 250));
    EXPECT_EQ(wire::parse_vp8(sender.send(false, 1)[0].payload)->picture_id, 0);  // it wraps
}

TEST(FrameAssembler, GivesFramesInOrderWhateverTheOrderOfPackets) {
    Sender sender;
    auto packets = sender.send(true, 250);
    auto more = sender.send(false, 150);
    FrameAssembler assembler;
    EXPECT_TRUE(assembler.needs_key_frame());
    for (auto i : {2, 0}) assembler.insert(packets[static_cast<std::size_t>(i)].rtp, kStart);
    for (const auto& packet : more) assembler.insert(packet.rtp, kStart + 1ms);
    EXPECT_FALSE(assembler.poll(kStart + 1ms));
    assembler.insert(packets[1].rtp, kStart + 2ms);
    auto frame = assembler.poll(kStart + 2ms);
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->key_frame);
    EXPECT_EQ(frame->timestamp, 3000u);
    EXPECT_EQ(frame->complete, kStart + 2ms);
    EXPECT_THAT(frame->data, ElementsAreArray(Sender::frame(true, 250)));
    EXPECT_FALSE(assembler.needs_key_frame());
    frame = assembler.poll(kStart + 2ms);
    ASSERT_TRUE(frame);
    EXPECT_FALSE(frame->key_frame);
    EXPECT_THAT(frame->data, ElementsAreArray(Sender::frame(false, 150)));
    EXPECT_FALSE(assembler.poll(kStart + 2ms));
    assembler.insert(more[0].rtp, kStart + 2ms);
    EXPECT_EQ(assembler.counters().late, 1u);
}

TEST(FrameAssembler, WaitsForAMissingPacketUntilTheDeadlineThenForAKeyFrame) {
    Sender sender;
    FrameAssembler assembler;
    for (const auto& packet : sender.send(true, 50)) assembler.insert(packet.rtp, kStart);
    ASSERT_TRUE(assembler.poll(kStart));
    auto broken = sender.send(false, 150);
    assembler.insert(broken[0].rtp, kStart);  // the second half is lost
    EXPECT_FALSE(assembler.poll(kStart));
    EXPECT_EQ(assembler.next_deadline(), base::kNever);  // it may still be on its way
    for (const auto& packet : sender.send(false, 50)) assembler.insert(packet.rtp, kStart + 33ms);
    EXPECT_FALSE(assembler.poll(kStart + 33ms));
    EXPECT_EQ(assembler.next_deadline(), kStart + 433ms);
    EXPECT_FALSE(assembler.poll(kStart + 432ms));
    EXPECT_FALSE(assembler.needs_key_frame());
    EXPECT_FALSE(assembler.poll(kStart + 433ms));
    EXPECT_TRUE(assembler.needs_key_frame());
    EXPECT_EQ(assembler.counters().gaps_given_up, 1u);

    for (const auto& packet : sender.send(false, 50)) assembler.insert(packet.rtp, kStart + 500ms);
    EXPECT_FALSE(assembler.poll(kStart + 500ms));
    for (const auto& packet : sender.send(true, 50)) assembler.insert(packet.rtp, kStart + 533ms);
    const auto frame = assembler.poll(kStart + 533ms);
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->key_frame);
    EXPECT_FALSE(assembler.needs_key_frame());
}

TEST(FrameAssembler, RecoversAFrameThatWasRetransmittedInTime) {
    Sender sender;
    FrameAssembler assembler;
    for (const auto& packet : sender.send(true, 50)) assembler.insert(packet.rtp, kStart);
    ASSERT_TRUE(assembler.poll(kStart));
    auto broken = sender.send(false, 150);
    assembler.insert(broken[1].rtp, kStart);
    EXPECT_FALSE(assembler.poll(kStart));
    assembler.insert(broken[0].rtp, kStart + 200ms);
    EXPECT_TRUE(assembler.poll(kStart + 200ms));
    EXPECT_EQ(assembler.next_deadline(), base::kNever);
}

TEST(FrameAssembler, JumpsAtOnceToAWholeKeyFrameBehindAGap) {
    Sender sender;
    FrameAssembler assembler;
    for (const auto& packet : sender.send(true, 50)) assembler.insert(packet.rtp, kStart);
    ASSERT_TRUE(assembler.poll(kStart));
    sender.send(false, 50);  // all lost
    for (const auto& packet : sender.send(true, 60)) assembler.insert(packet.rtp, kStart);
    const auto frame = assembler.poll(kStart);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->data.size(), 60u);
}

TEST(FrameAssembler, TakesPaddingAsPartOfTheSequence) {
    Sender sender;
    FrameAssembler assembler;
    for (const auto& packet : sender.send(true, 50)) assembler.insert(packet.rtp, kStart);
    ASSERT_TRUE(assembler.poll(kStart));
    wire::RtpPacket padding;
    padding.sequence = sender.sequence++;
    padding.timestamp = sender.timestamp;
    assembler.insert(padding, kStart);
    for (const auto& packet : sender.send(false, 50)) assembler.insert(packet.rtp, kStart);
    EXPECT_TRUE(assembler.poll(kStart));
}

TEST(FrameAssembler, SurvivesJumpsAndGarbageInFixedMemory) {
    FrameAssembler::Config config;
    config.capacity = 64;
    config.max_frame_bytes = 1000;
    FrameAssembler assembler(config);
    Sender sender;
    for (int i = 0; i < 200; ++i) {
        sender.sequence = static_cast<std::uint16_t>(sender.sequence + i * 37);
        for (const auto& packet : sender.send(i % 3 == 0, 50 + static_cast<std::size_t>(i))) {
            assembler.insert(packet.rtp, kStart + i * 10ms);
        }
        while (assembler.poll(kStart + i * 10ms)) {
        }
    }
    EXPECT_GT(assembler.counters().frames, 10u);
    const Bytes garbage = {0xFF};
    wire::RtpPacket bad;
    bad.payload = garbage;
    assembler.insert(bad, kStart);
    EXPECT_EQ(assembler.counters().malformed, 1u);

    // A frame beyond the bound is dropped, and a key frame wanted.
    assembler.reset();
    for (const auto& packet : sender.send(true, 1001)) assembler.insert(packet.rtp, kStart);
    EXPECT_FALSE(assembler.poll(kStart));
    for (const auto& packet : sender.send(true, 1000)) assembler.insert(packet.rtp, kStart);
    EXPECT_TRUE(assembler.poll(kStart));
}

struct Audio {
    Bytes payload{0x77};
    wire::RtpPacket packet(std::uint16_t sequence) {
        wire::RtpPacket rtp;
        rtp.sequence = sequence;
        rtp.timestamp = sequence * 960u;
        rtp.payload = payload;
        return rtp;
    }
};

TEST(AudioReorderer, PutsPacketsInOrder) {
    constexpr std::array<std::uint16_t, 3> kShuffled = {65535, 1, 0}, kOrdered = {65535, 0, 1};
    Audio audio;
    AudioReorderer reorderer;
    for (const std::uint16_t sequence : kShuffled) reorderer.insert(audio.packet(sequence), kStart);
    for (const std::uint16_t sequence : kOrdered) {
        const auto item = reorderer.poll(kStart);
        ASSERT_TRUE(item);
        EXPECT_FALSE(item->lost);
        EXPECT_EQ(item->timestamp, sequence * 960u);
        EXPECT_EQ(item->payload.size(), 1u);
    }
    EXPECT_FALSE(reorderer.poll(kStart));
    reorderer.insert(audio.packet(0), kStart);
    EXPECT_EQ(reorderer.late(), 1u);
}

TEST(AudioReorderer, TellsLossesInTheirPlaceAfterTheWait) {
    Audio audio;
    AudioReorderer reorderer;
    reorderer.insert(audio.packet(1), kStart);
    ASSERT_TRUE(reorderer.poll(kStart));
    EXPECT_EQ(reorderer.next_deadline(), base::kNever);
    reorderer.insert(audio.packet(4), kStart + 20ms);
    EXPECT_FALSE(reorderer.poll(kStart + 79ms));
    EXPECT_EQ(reorderer.next_deadline(), kStart + 80ms);
    EXPECT_TRUE(reorderer.poll(kStart + 80ms)->lost);
    EXPECT_TRUE(reorderer.poll(kStart + 80ms)->lost);
    const auto item = reorderer.poll(kStart + 80ms);
    ASSERT_TRUE(item);
    EXPECT_FALSE(item->lost);
    EXPECT_EQ(item->timestamp, 4 * 960u);
    EXPECT_EQ(reorderer.lost(), 2u);
}

TEST(AudioReorderer, StartsAnewAfterALongCut) {
    Audio audio;
    AudioReorderer reorderer;
    reorderer.insert(audio.packet(1), kStart);
    ASSERT_TRUE(reorderer.poll(kStart));
    reorderer.insert(audio.packet(500), kStart + 10s);
    const auto item = reorderer.poll(kStart + 10s);
    ASSERT_TRUE(item);
    EXPECT_FALSE(item->lost);
    EXPECT_EQ(reorderer.lost(), 498u);
}

}  // namespace
}  // namespace sightline::rtp
