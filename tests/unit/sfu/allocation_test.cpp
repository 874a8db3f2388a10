#include "tests/unit/sfu/counting_new.h"
#include "tests/unit/sfu/protected_frames.h"

namespace sightline::sfu::test {
namespace {

class ForwardPath : public RoomOfPeers {
  protected:
    // One frame interval: a video and an audio packet up, whatever is due, nothing delivered down.
    void one_interval(Peer& from, std::uint16_t sequence) {
        now += milliseconds(20);
        const auto payload = vp8_payload(sequence == 1, sequence, 1);
        from.send_rtp({true, kVp8, sequence, 1800u * sequence, 101}, payload,
                      transport_sequence_++);
        from.send_rtp({false, kOpus, sequence, 960u * sequence, 100}, payload,
                      transport_sequence_++);
        const auto before = allocations.load();
        for (auto& entry : from.out.entries()) {
            sfu->receive(from.path, base::MutableBytes(entry.bytes).first(entry.size), now, out);
        }
        sfu->tick(now, out);
        sent_ += out.size();
        out.clear();
        allocated_ += allocations.load() - before;
        from.out.clear();
    }

    std::uint16_t transport_sequence_ = 0;
    std::size_t allocated_ = 0;
    std::size_t sent_ = 0;
};

TEST_F(ForwardPath, AllocatesNothingInTheSteadyState) {
    Peer& from = publisher(applicant, 100);
    subscriber(interviewer);
    subscriber(observer);
    std::uint16_t sequence = 0;
    while (sequence < 200) one_interval(from, ++sequence);
    allocated_ = sent_ = 0;
    while (sequence < 600) one_interval(from, ++sequence);
    EXPECT_GE(sent_, 400u * 4);
    EXPECT_EQ(allocated_, 0u);
}

// Protected frames, and again and again some in the clear.
class CheckedForwardPath : public ProtectedRoom {};

TEST_F(CheckedForwardPath, AllocatesNothingWhetherAFramePassesOrNot) {
    Peer& from = publisher(applicant, 100);
    subscriber(interviewer);
    subscriber(observer);
    std::uint16_t sequence = 0;
    std::uint64_t sent = 0;
    std::size_t allocated = 0;
    for (int i = 0; i < 600; ++i) {
        now += milliseconds(20);
        const auto number = i % 10 == 9 ? std::nullopt : std::optional(video_number());
        for (const auto& payload : frames.video(i % 10 == 0, 800, number)) {
            from.send_rtp({true, kVp8, ++sequence, 1800u * sequence, 101}, payload);
        }
        const auto before = allocations.load();
        for (auto& entry : from.out.entries()) {
            sfu->receive(from.path, base::MutableBytes(entry.bytes).first(entry.size), now, out);
        }
        sfu->tick(now, out);
        if (i >= 200) {
            allocated += allocations.load() - before;
            sent += out.size();
        }
        out.clear();
        from.out.clear();
    }
    EXPECT_EQ(sfu->counters().rtp_unprotected, 60u);
    EXPECT_GE(sent, 360u * 2);
    EXPECT_EQ(allocated, 0u);
}

TEST_F(ForwardPath, AllocatesNothingForAnAppPacket) {
    Peer& from = publisher(applicant, 100);
    const base::Bytes data(24, 1);
    const auto one = [&] {
        now += seconds(1);
        from.send_rtcp([&](base::ByteWriter& w) {
            wire::write_app(w, {0, 100, wire::app_name("SLHB"), data});
        });
        auto& entry = from.out.entries().front();
        const auto before = allocations.load();
        sfu->receive(from.path, base::MutableBytes(entry.bytes).first(entry.size), now, out);
        const bool passed_on = sfu->poll_event().has_value();
        const auto allocated = allocations.load() - before;
        EXPECT_TRUE(passed_on);
        from.out.clear();
        out.clear();
        return allocated;
    };
    while (sfu->poll_event()) {
    }
    one();
    EXPECT_EQ(one(), 0u);
}

}  // namespace
}  // namespace sightline::sfu::test
