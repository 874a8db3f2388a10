// What a Capture hears, decoded and laid out by capture time, so that a test can ask how loud the
// room was between two instants. The test's thread alone; the decoder's thread only appends.
#pragma once

#include <cmath>
#include <mutex>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "media/engine/capture.h"
#include "media/engine/gst.h"
#include "media/engine/pcm.h"

namespace sightline::integration {

class Ear {
  public:
    explicit Ear(engine::Capture& capture)
        : capture_(capture),
          decoder_(engine::Pipeline::parse(
                       "appsrc name=in is-live=true format=time "
                       "caps=\"audio/x-opus,rate=48000,channels=1,channel-mapping-family=0\" "
                       "! opusdec ! audio/x-raw,format=S16LE,rate=48000,channels=1 "
                       "! appsink name=out sync=false")
                       .value()),
          in_(decoder_->element("in")) {
        decoder_->on_sample("out", [this](GstSample* sample) { append(sample); });
        (void)decoder_->play();
    }

    // Fetches what the capture has ready; call every few frames.
    void listen() {
        while (auto frame = capture_.poll()) {
            if (frame->kind != wire::MediaKind::Audio) continue;
            even_ = even_ && (!last_ || frame->captured - *last_ == std::chrono::milliseconds(20));
            last_ = frame->captured;
            lag_ = engine::steady_now() - frame->captured;
            engine::push_buffer(in_.get(), engine::make_buffer(frame->data, frame->captured,
                                                               std::chrono::milliseconds(20)));
        }
        while (auto event = capture_.poll_event()) events_.push_back(std::move(*event));
    }

    std::vector<std::int16_t> heard(base::Instant from, base::Instant to) const {
        std::lock_guard lock(mutex_);
        std::vector<std::int16_t> out;
        for (const auto& block : blocks_) {
            if (block.at >= from.time_since_epoch() && block.at < to.time_since_epoch())
                out.insert(out.end(), block.samples.begin(), block.samples.end());
        }
        return out;
    }
    double level(base::Instant from, base::Instant to) const {
        return engine::level_dbfs(heard(from, to));
    }

    // The first instant from `from` on at which a millisecond is louder than this.
    std::optional<base::Instant> onset(base::Instant from, double dbfs) const {
        std::lock_guard lock(mutex_);
        constexpr std::size_t kMillisecond = 48;
        for (const auto& block : blocks_) {
            for (std::size_t i = 0; i + kMillisecond <= block.samples.size(); i += kMillisecond) {
                const auto at =
                    base::Instant(block.at + engine::time_of_sample(static_cast<std::int64_t>(i)));
                const auto part = std::span(block.samples).subspan(i, kMillisecond);
                if (at >= from && engine::level_dbfs(part) > dbfs) return at;
            }
        }
        return std::nullopt;
    }

    // True while every frame came 20 ms after the one before it, by its stamp.
    bool steady() const { return even_; }
    // How old the newest frame was when it was fetched.
    std::chrono::nanoseconds lag() const { return lag_; }
    std::optional<std::chrono::nanoseconds> last() const { return last_; }
    const std::vector<engine::CaptureEvent>& events() const { return events_; }
    bool saw(engine::CaptureEvent::Kind kind) const {
        return std::any_of(events_.begin(), events_.end(),
                           [kind](const auto& event) { return event.kind == kind; });
    }

  private:
    struct Block {
        std::chrono::nanoseconds at;
        std::vector<std::int16_t> samples;
    };

    void append(GstSample* sample) {
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        const engine::MappedBuffer mapped(buffer);
        const auto* samples = reinterpret_cast<const std::int16_t*>(mapped.bytes().data());
        std::lock_guard lock(mutex_);
        blocks_.push_back(
            {std::chrono::nanoseconds(static_cast<std::int64_t>(GST_BUFFER_PTS(buffer))),
             {samples, samples + mapped.bytes().size() / 2}});
    }

    engine::Capture& capture_;
    bool even_ = true;
    std::optional<std::chrono::nanoseconds> last_;
    std::chrono::nanoseconds lag_{};
    std::vector<engine::CaptureEvent> events_;
    mutable std::mutex mutex_;
    std::vector<Block> blocks_;
    // Last: its thread uses the blocks.
    std::unique_ptr<engine::Pipeline> decoder_;
    engine::ElementPtr in_;
};

// Strength of one tone in these samples, as an amplitude below full scale in dB (Goertzel).
inline double tone_dbfs(std::span<const std::int16_t> samples, double hertz) {
    const double turn = 2 * std::numbers::pi * hertz / static_cast<double>(engine::kSampleRate);
    double re = 0;
    double im = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        re += samples[i] * std::cos(turn * static_cast<double>(i));
        im += samples[i] * std::sin(turn * static_cast<double>(i));
    }
    if (samples.empty()) return -100;
    const double amplitude = 2 * std::hypot(re, im) / static_cast<double>(samples.size()) / 32768;
    return 20 * std::log10(std::max(amplitude, 1e-5));
}

}  // namespace sightline::integration
