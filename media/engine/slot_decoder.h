// One remote participant's picture and sound: two decoder pipelines, made when the first frame
// comes, and the two timelines they fill. push() is called by the engine's loop, next_picture() by
// the composer, mix() by the mixer; GStreamer's threads only enqueue. A decoder that fails is made
// anew and waits for a key frame; nothing here ever waits for it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "media/engine/gst.h"
#include "media/engine/pcm.h"
#include "media/engine/playout.h"

namespace sightline::engine {

class SlotDecoder {
  public:
    // The mixer will read from sample `read_from` on.
    explicit SlotDecoder(std::int64_t read_from) : voice_(read_from) {}

    void push(PlayoutFrame frame);

    // The newest picture due by `time`, null before the first; older ones are let go. The same
    // sample is given until there is a newer one.
    GstSample* next_picture(std::chrono::nanoseconds time);
    std::optional<base::Duration> picture_age(base::Instant now) const;

    // The voice from this sample on, and its loudness noted.
    void mix(std::int64_t index, std::span<std::int16_t> out);

    SlotStats stats(base::Instant now) const;

  private:
    void push_video(PlayoutFrame frame);
    void push_audio(PlayoutFrame frame);
    bool open_video();
    bool open_audio();
    void on_picture(SamplePtr sample);
    void on_sound(GstSample* sample);

    static constexpr std::size_t kMaxPictures = 30;

    mutable std::mutex mutex_;  // the timelines and the counters
    struct Due {
        std::chrono::nanoseconds at;
        SamplePtr sample;
    };
    std::deque<Due> pictures_;
    SamplePtr shown_;
    PcmTimeline voice_;
    SlotStats stats_;
    std::optional<base::Instant> last_picture_;
    double mean_square_ = 0;
    std::chrono::nanoseconds shown_until_{};

    // The engine's loop alone.
    bool wants_key_frame_ = true;
    std::optional<std::chrono::nanoseconds> last_audio_;
    ElementPtr video_in_;
    ElementPtr audio_in_;
    // Last: their threads use all of the above.
    std::unique_ptr<Pipeline> video_;
    std::unique_ptr<Pipeline> audio_;
};

}  // namespace sightline::engine
