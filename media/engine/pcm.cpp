#include "media/engine/pcm.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sightline::engine {

namespace {
constexpr std::chrono::milliseconds kJitter{30};
constexpr std::chrono::seconds kLongGap{1};
constexpr std::int64_t kSlip = 2;                 // samples of disagreement that mean nothing
constexpr std::int64_t kJump = kSampleRate / 50;  // more than this is a new position, not drift
}  // namespace

double level_dbfs(double mean_square) {
    return mean_square <= 0 ? -100.0 : std::max(-100.0, 10 * std::log10(mean_square));
}

double level_dbfs(std::span<const std::int16_t> samples) {
    if (samples.empty()) return -100.0;
    double sum = 0;
    for (const auto sample : samples) sum += static_cast<double>(sample) * sample;
    return level_dbfs(sum / static_cast<double>(samples.size()) / (32768.0 * 32768.0));
}

std::chrono::nanoseconds PcmFramer::end() const {
    return origin_ + time_of_sample(emitted_ + static_cast<std::int64_t>(pending_.size()));
}

void PcmFramer::append(std::span<const std::int16_t> samples, const Emit& emit) {
    while (!samples.empty()) {
        const auto take = std::min(samples.size(), kFrameSamples - pending_.size());
        pending_.insert(pending_.end(), samples.begin(),
                        samples.begin() + static_cast<std::ptrdiff_t>(take));
        samples = samples.subspan(take);
        if (pending_.size() < kFrameSamples) return;
        emit(pending_, origin_ + time_of_sample(emitted_));
        emitted_ += static_cast<std::int64_t>(kFrameSamples);
        pending_.clear();
    }
}

void PcmFramer::append_silence(std::int64_t count, const Emit& emit) {
    static constexpr std::array<std::int16_t, kFrameSamples> kSilence{};
    while (count > 0) {
        const auto take = std::min(count, static_cast<std::int64_t>(kFrameSamples));
        append(std::span(kSilence).first(static_cast<std::size_t>(take)), emit);
        count -= take;
    }
}

void PcmFramer::push(std::span<const std::int16_t> samples, std::chrono::nanoseconds captured,
                     const Emit& emit) {
    if (!started_ || captured - end() > kLongGap) {
        started_ = true;
        origin_ = captured;
        emitted_ = 0;
        pending_.clear();
    }
    const auto ahead = captured - end();
    if (ahead > kJitter) {
        append_silence(sample_at(ahead), emit);
    } else if (ahead < -kJitter) {
        const auto overlap = std::min(static_cast<std::size_t>(sample_at(-ahead)), samples.size());
        samples = samples.subspan(overlap);
    }
    append(samples, emit);
}

void PcmFramer::fill_until(std::chrono::nanoseconds time, const Emit& emit) {
    if (!started_ || time - end() > kLongGap) {
        started_ = true;
        origin_ = time;
        emitted_ = 0;
        pending_.clear();
        return;
    }
    if (time > end()) append_silence(sample_at(time - end()), emit);
}

bool PcmTimeline::write(std::int64_t index, std::span<const std::int16_t> samples) {
    if (samples.empty()) return true;
    bool drop_one = false;
    bool repeat_one = false;
    if (next_write_ >= 0) {
        const std::int64_t ahead = index - next_write_;
        if (ahead >= -kJump && ahead <= kJump) {
            drop_one = ahead < -kSlip;
            repeat_one = ahead > kSlip;
            index = next_write_;
        }
    }
    // Farther in the future than the ring is long: the stamp is nonsense or the reader stands
    // still.
    if (index > read_to_ + kRing - 2 * kJump) return false;
    if (drop_one) samples = samples.first(samples.size() - 1);
    bool heard = false;
    for (const auto sample : samples) {
        if (index >= read_to_) {
            cell(index) = sample;
            heard = true;
        }
        ++index;
    }
    if (repeat_one && !samples.empty()) {
        if (index >= read_to_) cell(index) = samples.back();
        ++index;
    }
    next_write_ = index;
    return heard;
}

void PcmTimeline::read(std::int64_t index, std::span<std::int16_t> out) {
    // Cells that were skipped are cleared too, else they would be heard one turn of the ring later.
    for (std::int64_t at = std::max(read_to_, index - kRing); at < index; ++at) cell(at) = 0;
    for (auto& sample : out) sample = std::exchange(cell(index++), std::int16_t{0});
    read_to_ = index;
}

void PcmTimeline::clear() {
    std::fill(ring_.begin(), ring_.end(), std::int16_t{0});
    next_write_ = -1;
}

}  // namespace sightline::engine
