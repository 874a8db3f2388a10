#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "media/engine/clock_strip.h"
#include "media/engine/pcm.h"
#include "media/engine/raw_source.h"
#include "media/engine/synthetic_person.h"
#include "media/engine/synthetic_sound.h"

namespace sightline::engine {

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kSecond = std::chrono::seconds(1);
constexpr nanoseconds kSoundBlock = std::chrono::milliseconds(20);
constexpr std::chrono::seconds kSpeechWait{3};

// Frames fall on fixed divisions of each second of the burned-in clock, so that the flash
// starts with a frame that is exactly as old as the tone. One thread makes each when it is due, as
// a camera would: the clock burned into a picture is its capture time, and the encoder sees real
// pacing.
//
// The echo canceller is not in this path: there is no air between loudspeaker and this
// "microphone", so it has no echo to find, while its noise suppressor would change the level and
// onset of the marked tone.
class SyntheticSource : public RawSource {
  public:
    SyntheticSource(const CaptureConfig& config, nanoseconds wall_offset, RawSink& sink)
        : fps_(std::clamp(config.fps, 1, 60)),
          wall_offset_(wall_offset),
          sink_(sink),
          person_(config.width, config.height),
          sound_(shared_speech()),
          thread_([this](std::stop_token stop) { run(stop); }) {}

    std::optional<std::string> tend() override { return std::nullopt; }
    bool gives_pictures() const override { return true; }
    bool gives_sound() const override { return true; }

  private:
    // Synthesised once a process: the source may be opened again, the words stay the same.
    static std::vector<std::int16_t> shared_speech() {
        static const std::vector<std::int16_t> speech = synthesise_speech(kSpeechWait);
        return speech;
    }

    // Wall time of the first frame after `wall`.
    nanoseconds frame_after(nanoseconds wall) const {
        const auto second = wall - clock_of(wall) % kSecond;
        const std::int64_t index = (wall - second) * fps_ / kSecond + 1;
        auto due = second + kSecond * index / fps_;
        if (due <= wall) due = second + kSecond * (index + 1) / fps_;
        return due;
    }

    void run(std::stop_token stop) {
        const auto start = steady_now() + wall_offset_;
        auto frame = frame_after(start);
        auto block = (start / kSoundBlock + 1) * kSoundBlock;
        std::mutex mutex;
        std::condition_variable_any due;
        while (!stop.stop_requested()) {
            // A block of sound exists when its last sample has been "recorded".
            const auto next = std::min(frame, block + kSoundBlock) - wall_offset_;
            std::unique_lock lock(mutex);
            due.wait_until(lock, stop, base::Instant(next), [] { return false; });
            if (stop.stop_requested()) return;
            const auto now = steady_now() + wall_offset_;
            // After a long stall (the machine was suspended) what was missed is not made up.
            if (now - block > kSecond) block = now / kSoundBlock * kSoundBlock;
            for (; block + kSoundBlock <= now; block += kSoundBlock) {
                sound_.fill(block, samples_);
                sink_.on_sound(samples_, block - wall_offset_);
            }
            if (frame > now) continue;
            // Late by more than a frame: only the newest is worth drawing.
            for (auto later = frame_after(frame); later <= now; later = frame_after(frame))
                frame = later;
            draw(frame);
            frame = frame_after(frame);
        }
    }

    void draw(nanoseconds wall) {
        const auto captured = wall - wall_offset_;
        const Picture& picture = person_.draw(clock_ms_of(wall), sound_.loudness(wall));
        sink_.on_picture(make_buffer(picture.bytes(), captured, kSecond / fps_), captured);
    }

    const int fps_;
    const nanoseconds wall_offset_;
    RawSink& sink_;
    SyntheticPerson person_;
    SyntheticSound sound_;
    std::array<std::int16_t, kFrameSamples> samples_{};
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace

RawSourceResult open_synthetic(const CaptureConfig& config, nanoseconds wall_offset,
                               RawSink& sink) {
    return std::unique_ptr<RawSource>(std::make_unique<SyntheticSource>(config, wall_offset, sink));
}

}  // namespace sightline::engine
