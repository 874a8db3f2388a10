// Positions on the sound timeline: mono, 48 kHz, signed 16 bit. The sample index counts from the
// steady clock's zero, so that index and instant are one number in two units. Pure functions and
// two small buffers; each object stays on one thread or behind its owner's lock.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace sightline::engine {

inline constexpr std::int64_t kSampleRate = 48000;
inline constexpr std::size_t kFrameSamples = 960;  // 20 ms, one Opus packet

// Seconds and rest apart: nanoseconds times 48000 would overflow after two days of uptime.
constexpr std::int64_t sample_at(std::chrono::nanoseconds time) {
    const std::int64_t ns = time.count();
    return ns / 1'000'000'000 * kSampleRate + ns % 1'000'000'000 * kSampleRate / 1'000'000'000;
}
constexpr std::chrono::nanoseconds time_of_sample(std::int64_t sample) {
    return std::chrono::nanoseconds(sample / kSampleRate * 1'000'000'000 +
                                    sample % kSampleRate * 1'000'000'000 / kSampleRate);
}

// Loudness (RMS) of these samples below full scale; -100 for silence or nothing.
double level_dbfs(std::span<const std::int16_t> samples);
double level_dbfs(double mean_square);

// Cuts sound of any block size into exact 20 ms frames. Small disagreements between time stamps and
// the count of samples are ignored (they are jitter); a gap is filled with silence and an overlap
// cut, so that frames stay 20 ms apart. After a gap of more than a second the count starts anew.
class PcmFramer {
  public:
    using Emit = std::function<void(std::span<const std::int16_t>, std::chrono::nanoseconds)>;

    void push(std::span<const std::int16_t> samples, std::chrono::nanoseconds captured,
              const Emit& emit);

    // Silence up to this instant, where nothing has been pushed.
    void fill_until(std::chrono::nanoseconds time, const Emit& emit);

  private:
    void append(std::span<const std::int16_t> samples, const Emit& emit);
    void append_silence(std::int64_t count, const Emit& emit);
    std::chrono::nanoseconds end() const;

    bool started_ = false;
    std::chrono::nanoseconds origin_{};
    std::int64_t emitted_ = 0;  // samples since origin_
    std::vector<std::int16_t> pending_;
};

// One voice laid out by sample index: written by a decoder at the time it should be heard, read by
// the mixer in order. Packets follow one another seamlessly when their stamps nearly do; a lasting
// difference (the sender's clock runs apart from ours) is worked off one sample a packet.
class PcmTimeline {
  public:
    // The reader is about to read from this index on.
    explicit PcmTimeline(std::int64_t read_from) : ring_(kRing), read_to_(read_from) {}

    // False when all of it was too late to be heard.
    bool write(std::int64_t index, std::span<const std::int16_t> samples);

    // Replaces `out` by the samples from `index` on, silence where there are none. Indices only
    // grow.
    void read(std::int64_t index, std::span<std::int16_t> out);

    void clear();

  private:
    static constexpr std::int64_t kRing = 1 << 17;  // 2.7 s
    std::int16_t& cell(std::int64_t index) {
        return ring_[static_cast<std::size_t>(index & (kRing - 1))];
    }

    std::vector<std::int16_t> ring_;
    std::int64_t next_write_ = -1;  // -1: nothing written yet
    std::int64_t read_to_;
};

}  // namespace sightline::engine
