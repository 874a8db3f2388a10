#include "media/engine/synthetic_sound.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "media/engine/clock_strip.h"
#include "media/engine/gst.h"
#include "media/engine/pcm.h"

namespace sightline::engine {

namespace {

constexpr std::int64_t kToneSamples = kSampleRate * kMarkLengthMs / 1000;
constexpr std::int64_t kMouthSamples = kSampleRate / 40;  // 25 ms, a little under a frame
constexpr int kFlitePieces = 240;                         // buffers of 1024 samples: about 5 s

}  // namespace

std::vector<std::int16_t> synthesise_speech(std::chrono::milliseconds wait) {
    // The source says the name of each channel in turn; three channels mixed into one give a
    // phrase.
    auto made = Pipeline::parse(
        "flitetestsrc num-buffers=" + std::to_string(kFlitePieces) +
        " ! audio/x-raw,format=S16LE,rate=48000,channels=3 "
        "! audioconvert mix-matrix=\"<<(float)1.0,(float)1.0,(float)1.0>>\" "
        "! audio/x-raw,format=S16LE,channels=1 ! appsink name=out sync=false max-buffers=64");
    if (!made) return {};
    Pipeline& pipeline = *made.value();
    const auto deadline = base::Clock::now() + wait;
    const ElementPtr sink = pipeline.element("out");
    if (!pipeline.play()) return {};
    std::vector<std::int16_t> speech;
    while (base::Clock::now() < deadline) {
        const SamplePtr sample(
            gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 50 * GST_MSECOND));
        if (!sample) {
            if (gst_app_sink_is_eos(GST_APP_SINK(sink.get())) || pipeline.take_error()) break;
            continue;
        }
        const MappedBuffer mapped(gst_sample_get_buffer(sample.get()));
        const auto bytes = mapped.bytes();
        const auto* samples = reinterpret_cast<const std::int16_t*>(bytes.data());
        speech.insert(speech.end(), samples, samples + bytes.size() / 2);
    }
    int peak = 1;
    for (const auto sample : speech) peak = std::max(peak, std::abs(int{sample}));
    for (auto& sample : speech) {
        sample = static_cast<std::int16_t>(sample * kSpeechAmplitude * 32767 / peak);
    }
    return speech;
}

void SyntheticSound::fill(std::chrono::nanoseconds wall, std::span<std::int16_t> out) const {
    // Full seconds of the clock fall on multiples of the rate.
    std::int64_t index = sample_at(clock_of(wall));
    const auto length = static_cast<std::int64_t>(speech_.size());
    for (auto& sample : out) {
        double value = length ? speech_[static_cast<std::size_t>(index % length)] : 0;
        const std::int64_t in_second = index % kSampleRate;
        if (in_second < kToneSamples) {
            const double turn = 2 * std::numbers::pi * kToneHz / static_cast<double>(kSampleRate);
            value += kToneAmplitude * 32767 * std::sin(turn * static_cast<double>(in_second));
        }
        sample = static_cast<std::int16_t>(std::lround(value));
        ++index;
    }
}

double SyntheticSound::loudness(std::chrono::nanoseconds wall) const {
    const auto length = static_cast<std::int64_t>(speech_.size());
    if (length < kMouthSamples) return 0;
    const std::int64_t start = std::min(sample_at(clock_of(wall)) % length, length - kMouthSamples);
    const auto window = std::span(speech_).subspan(static_cast<std::size_t>(start),
                                                   static_cast<std::size_t>(kMouthSamples));
    // From quiet (-45 dB) to as loud as the voice gets (-20 dB).
    return std::clamp((level_dbfs(window) + 45) / 25, 0.0, 1.0);
}

}  // namespace sightline::engine
