#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <vector>

#include "media/congestion/transport_feedback_reader.h"
#include "media/congestion/transport_feedback_writer.h"

namespace sightline::congestion {
namespace {

using namespace std::chrono_literals;
using base::Bytes;
using base::ByteView;
constexpr base::Instant kStart{std::chrono::hours(100)};

std::vector<PacketStatus> read(ByteView body) {
    std::vector<PacketStatus> statuses;
    TransportFeedbackReader reader(body);
    EXPECT_TRUE(reader.ok());
    while (const auto status = reader.next()) statuses.push_back(*status);
    EXPECT_EQ(statuses.size(), reader.status_count());
    return statuses;
}

Bytes write(TransportFeedbackWriter& writer, base::Instant now, std::size_t room = 1200) {
    Bytes body(room);
    body.resize(writer.poll(now, body));
    return body;
}

// By hand: 5 statuses from 0xFFFE on, reference time 2, feedback 9; a two-bit vector with
// received small, lost, received large, received small, received small; deltas 4, -2, 8, 255.
const Bytes kByHand = {0xFF, 0xFE, 0x00, 0x05, 0x00, 0x00, 0x02, 0x09,
                       0xD2, 0x50, 0x04, 0xFF, 0xFE, 0x08, 0xFF, 0x00};

TEST(TransportFeedbackReader, ReadsAVectorChunkByHand) {
    TransportFeedbackReader reader(kByHand);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(reader.base_sequence(), 0xFFFE);
    EXPECT_EQ(reader.feedback_count(), 9);
    const auto statuses = read(kByHand);
    ASSERT_EQ(statuses.size(), 5u);
    EXPECT_EQ(statuses[0].sequence, 0xFFFE);
    EXPECT_EQ(statuses[0].arrival, 129ms);
    EXPECT_FALSE(statuses[1].received);
    EXPECT_EQ(statuses[2].sequence, 0);
    EXPECT_EQ(statuses[2].arrival, 128500us);
    EXPECT_EQ(statuses[3].arrival, 130500us);
    EXPECT_EQ(statuses[4].sequence, 2);
    EXPECT_EQ(statuses[4].arrival, 194250us);
}

TEST(TransportFeedbackReader, ReadsRunsAndOneBitVectors) {
    // 10 lost, then one bit each: lost, received.
    const Bytes body = {0, 1, 0, 12, 0, 0, 1, 0, 0x00, 0x0A, 0x90, 0x00, 0x10, 0, 0, 0};
    const auto statuses = read(body);
    ASSERT_EQ(statuses.size(), 12u);
    for (std::size_t i = 0; i < 11; ++i) EXPECT_FALSE(statuses[i].received) << i;
    EXPECT_TRUE(statuses[11].received);
    EXPECT_EQ(statuses[11].sequence, 12);
    EXPECT_EQ(statuses[11].arrival, 68ms);
}

TEST(TransportFeedbackReader, RefusesTruncationsReservedSymbolsAndEmptyRuns) {
    for (std::size_t size = 0; size < kByHand.size() - 1; ++size) {
        const Bytes cut(kByHand.begin(), kByHand.begin() + static_cast<long>(size));
        TransportFeedbackReader reader(cut);
        EXPECT_FALSE(reader.ok()) << size;
        EXPECT_FALSE(reader.next());
    }
    EXPECT_FALSE(TransportFeedbackReader(Bytes{0, 1, 0, 1, 0, 0, 1, 0, 0x60, 0x01, 0, 0}).ok());
    EXPECT_FALSE(TransportFeedbackReader(Bytes{0, 1, 0, 1, 0, 0, 1, 0, 0x20, 0x00, 0, 0}).ok());
    EXPECT_FALSE(TransportFeedbackReader(Bytes{0, 1, 0, 0, 0, 0, 1, 0, 0x20, 0x01, 0, 0}).ok());
}

TEST(TransportFeedbackWriter, WritesAtItsIntervalWhatCameAndWhatDidNot) {
    TransportFeedbackWriter writer(100ms);
    EXPECT_EQ(writer.next_deadline(), base::kNever);
    writer.record(65535, kStart);
    writer.record(2, kStart + 10ms);
    writer.record(1, kStart + 20ms);
    writer.record(1, kStart + 30ms);  // a duplicate
    EXPECT_EQ(writer.next_deadline(), kStart + 100ms);
    EXPECT_TRUE(write(writer, kStart + 99ms).empty());
    const auto body = write(writer, kStart + 100ms);
    EXPECT_EQ(body.size() % 4, 0u);
    const auto statuses = read(body);
    ASSERT_EQ(statuses.size(), 4u);
    EXPECT_EQ(statuses[0].sequence, 65535);
    EXPECT_TRUE(statuses[0].received);
    EXPECT_FALSE(statuses[1].received);
    EXPECT_EQ(statuses[2].arrival - statuses[0].arrival, 20ms);
    EXPECT_EQ(statuses[3].arrival - statuses[0].arrival, 10ms);
    EXPECT_TRUE(write(writer, kStart + 200ms).empty());
    EXPECT_EQ(writer.next_deadline(), base::kNever);
}

TEST(TransportFeedbackWriter, CountsItsFeedbackAndTellsLossesBetweenThem) {
    TransportFeedbackWriter writer(100ms);
    writer.record(1, kStart);
    EXPECT_EQ(TransportFeedbackReader(write(writer, kStart + 100ms)).feedback_count(), 0);
    writer.record(4, kStart + 150ms);
    const auto body = write(writer, kStart + 250ms);
    EXPECT_EQ(TransportFeedbackReader(body).feedback_count(), 1);
    const auto statuses = read(body);
    ASSERT_EQ(statuses.size(), 3u);
    EXPECT_EQ(statuses[0].sequence, 2);
    EXPECT_FALSE(statuses[0].received);
    EXPECT_TRUE(statuses[2].received);
}

TEST(TransportFeedbackWriter, TellsALatePacketInTheNextFeedback) {
    TransportFeedbackWriter writer(100ms);
    writer.record(1, kStart);
    writer.record(3, kStart);
    write(writer, kStart + 100ms);
    writer.record(2, kStart + 110ms);
    const auto statuses = read(write(writer, kStart + 210ms));
    ASSERT_EQ(statuses.size(), 2u);
    EXPECT_EQ(statuses[0].sequence, 2);
    EXPECT_TRUE(statuses[0].received);
    EXPECT_EQ(statuses[1].arrival - statuses[0].arrival, -110ms);
}

TEST(TransportFeedbackWriter, SplitsWhatDoesNotFitTheBufferOrADelta) {
    TransportFeedbackWriter writer(100ms);
    for (std::uint16_t i = 0; i < 100; ++i) writer.record(i, kStart + i * 300us);
    writer.record(100, kStart + 20s);  // 20 s do not fit into a delta
    std::size_t told = 0;
    int bodies = 0;
    for (;; ++bodies) {
        const auto body = write(writer, kStart + 20s, 60);
        if (body.empty()) break;
        EXPECT_LE(body.size(), 60u);
        for (const auto& status : read(body)) {
            EXPECT_EQ(status.sequence, told++);
            EXPECT_TRUE(status.received);
        }
    }
    EXPECT_EQ(told, 101u);
    EXPECT_GE(bodies, 4);
}

TEST(TransportFeedbackWriter, IsReadBackOverAnyPattern) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        std::mt19937 random(seed);
        TransportFeedbackWriter writer(100ms);
        std::map<std::uint16_t, base::Instant> sent;
        auto now = kStart;
        std::uint16_t sequence = static_cast<std::uint16_t>(random());
        const auto first = sequence;
        const auto loss = random() % 100;
        for (int i = 0; i < 600; ++i, ++sequence) {
            now += std::chrono::microseconds(random() % (seed % 5 == 0 ? 100'000 : 3000));
            const bool end = i == 0 || i == 599;
            if (!end && random() % 100 < loss) continue;
            writer.record(sequence, now);
            sent[sequence] = now;
        }
        std::map<std::uint16_t, std::chrono::microseconds> told;
        for (;;) {
            const auto body = write(writer, now + 100ms, 200);
            if (body.empty()) break;
            for (const auto& status : read(body)) {
                if (status.received) told[status.sequence] = status.arrival;
            }
        }
        ASSERT_EQ(told.size(), sent.size()) << seed;
        for (const auto& [number, at] : sent) {
            const auto error = (told[number] - told[first]) - (at - sent[first]);
            EXPECT_LE(std::abs(std::chrono::duration<double>(error).count()), 0.000251) << seed;
        }
    }
}

}  // namespace
}  // namespace sightline::congestion
