// What it costs to forward: one publisher's video packet of 1,100 bytes to N subscribers through
// the whole Sfu (decrypt once, rewrite and encrypt N times), as under a lease with its frame
// checked for protection and as without, beside a plain memcpy and encryption of the same bytes N
// times. Both in nanoseconds per packet sent, and allocations per packet received.
#include <benchmark/benchmark.h>

#include "media/transport/srtp_session.h"
#include "tests/unit/sfu/counting_new.h"
#include "tests/unit/sfu/protected_frames.h"

namespace sightline::sfu::test {
namespace {

constexpr std::size_t kPayload = 1100;
constexpr std::size_t kFrame = 1060;  // before it is protected and has its descriptor

class Bench : public ProtectedRoom {
  public:
    enum class Frames : std::uint8_t { Unchecked, Checked };
    void TestBody() override {}

    void run_forward(benchmark::State& state, Frames checked) {
        if (checked == Frames::Unchecked) {
            sfu->set_grant(session, everybody(), base::kNever, now);
        }
        const auto subscribers = static_cast<std::uint64_t>(state.range(0));
        Peer& from = publisher(applicant, 100);
        for (std::uint64_t i = 0; i < subscribers; ++i) {
            subscriber(base::ParticipantId::from_value(100 + i));
        }
        const base::Bytes payload = frames.video(true, kFrame, video_number(), kPayload).at(0);
        std::uint16_t sequence = 0;
        std::size_t allocated = 0;
        std::uint64_t sent = 0;
        for (auto _ : state) {
            ++sequence;
            now += std::chrono::microseconds(10);  // nobody answers ICE here for 30 s of it
            from.send_rtp({true, kVp8, sequence, 90u * sequence, 101}, payload, sequence);
            auto& entry = from.out.entries().front();
            const auto allocated_before = allocations.load();
            const auto start = std::chrono::steady_clock::now();
            sfu->receive(from.path, base::MutableBytes(entry.bytes).first(entry.size), now, out);
            const auto end = std::chrono::steady_clock::now();
            if (sequence > 1000) allocated += allocations.load() - allocated_before;
            state.SetIterationTime(std::chrono::duration<double>(end - start).count() /
                                   static_cast<double>(subscribers));
            sent += out.size();
            out.clear();
            from.out.clear();
            sfu->tick(now, out);
            out.clear();
        }
        state.counters["sent_per_packet"] =
            static_cast<double>(sent) / static_cast<double>(state.iterations());
        state.counters["allocations"] = static_cast<double>(allocated);
    }
};

void forward(benchmark::State& state) { Bench().run_forward(state, Bench::Frames::Unchecked); }
void forward_checked(benchmark::State& state) {
    Bench().run_forward(state, Bench::Frames::Checked);
}

void copy_and_encrypt(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const base::Bytes key(transport::kMaxMasterKey, 7);
    const auto master = base::ByteView(key).first(
        transport::master_key_size(transport::SrtpProfile::AeadAes128Gcm));
    std::vector<std::unique_ptr<transport::SrtpSession>> sessions;
    for (std::size_t i = 0; i < count; ++i) {
        sessions.push_back(std::make_unique<transport::SrtpSession>(
            transport::SrtpProfile::AeadAes128Gcm, master, master));
    }
    wire::PacketBatch out(count + 1);
    base::Bytes packet(wire::kMaxDatagram, 0x55);
    std::uint16_t sequence = 0;
    for (auto _ : state) {
        const auto size =
            wire::write_rtp_header({true, kVp8, ++sequence, 90u * sequence, 1}, {}, packet) +
            kPayload;
        const auto start = std::chrono::steady_clock::now();
        for (auto& session : sessions) {
            const auto buffer = out.next();
            std::memcpy(buffer.data(), packet.data(), size);
            benchmark::DoNotOptimize(session->protect_rtp(buffer, size));
            out.commit({}, size);
        }
        const auto end = std::chrono::steady_clock::now();
        out.clear();
        state.SetIterationTime(std::chrono::duration<double>(end - start).count() /
                               static_cast<double>(count));
    }
}

BENCHMARK(copy_and_encrypt)->Arg(1)->Arg(10)->Arg(50)->UseManualTime();
BENCHMARK(forward)->Arg(1)->Arg(10)->Arg(50)->UseManualTime();
BENCHMARK(forward_checked)->Arg(1)->Arg(10)->Arg(50)->UseManualTime();

}  // namespace
}  // namespace sightline::sfu::test

BENCHMARK_MAIN();
