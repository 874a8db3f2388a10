// The two encoders, each a small GStreamer pipeline from appsrc to appsink: VP8 for pictures, Opus
// for sound. push() may come from any one thread and never waits; encoded frames come back on a
// GStreamer thread through `give`, which only enqueues. A pipeline that fails says so through
// take_error().
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "appliance/base/result.h"
#include "media/engine/gst.h"
#include "media/wire/media.h"

namespace sightline::engine {

using GiveFrame = std::function<void(wire::EncodedFrame)>;

class VideoEncoder {
  public:
    static base::Result<std::unique_ptr<VideoEncoder>> open(int width, int height, int fps,
                                                            std::uint32_t bits_per_second,
                                                            GiveFrame give);

    // An I420 picture of the given size; its PTS is set here.
    void push(BufferPtr picture, std::chrono::nanoseconds captured);
    void request_key_frame();
    void set_bitrate(std::uint32_t bits_per_second);
    std::optional<std::string> take_error() { return pipeline_->take_error(); }

  private:
    VideoEncoder() = default;
    std::unique_ptr<Pipeline> pipeline_;
    ElementPtr source_;
    ElementPtr encoder_;
};

class AudioEncoder {
  public:
    static base::Result<std::unique_ptr<AudioEncoder>> open(std::uint32_t bits_per_second,
                                                            GiveFrame give);

    // Exactly kFrameSamples samples, each frame 20 ms after the one before.
    void push(std::span<const std::int16_t> frame, std::chrono::nanoseconds captured);
    std::optional<std::string> take_error() { return pipeline_->take_error(); }

  private:
    AudioEncoder() = default;
    std::unique_ptr<Pipeline> pipeline_;
    ElementPtr source_;
};

}  // namespace sightline::engine
