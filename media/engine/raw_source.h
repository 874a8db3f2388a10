// What gives raw pictures and sound to a Capture: a device, a looped file, or the synthetic person.
// A source owns its threads; it calls its RawSink from them and never after its destructor has
// returned. The sink only enqueues.
#pragma once

#include <gst/gst.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "appliance/base/result.h"
#include "media/engine/capture.h"
#include "media/engine/gst.h"

namespace sightline::engine {

// The name by which the microphone's echo canceller finds what the loudspeaker plays.
inline constexpr const char* kEchoProbe = "sightline_loudspeaker";

class RawSink {
  public:
    virtual ~RawSink() = default;
    // An I420 picture of the configured size. `captured` is the steady clock's time.
    virtual void on_picture(BufferPtr picture, std::chrono::nanoseconds captured) = 0;
    // Mono 48 kHz, any number of samples; `captured` is the time of the first.
    virtual void on_sound(std::span<const std::int16_t> samples,
                          std::chrono::nanoseconds captured) = 0;
};

class RawSource {
  public:
    virtual ~RawSource() = default;
    // Called some ten times a second from one thread; may act on what happened. A sentence when the
    // source has failed and must be made anew.
    virtual std::optional<std::string> tend() = 0;
    virtual bool gives_pictures() const = 0;
    virtual bool gives_sound() const = 0;
};

using RawSourceResult = base::Result<std::unique_ptr<RawSource>>;

// Each starts its source and waits a bounded time for it. `sink` must outlive what is returned.
RawSourceResult open_camera(const CaptureConfig& config, RawSink& sink);
RawSourceResult open_microphone(const CaptureConfig& config, RawSink& sink);
RawSourceResult open_file(const CaptureConfig& config, RawSink& sink);
// `wall_offset`: Unix time minus steady time, for the burned-in clock.
RawSourceResult open_synthetic(const CaptureConfig& config, std::chrono::nanoseconds wall_offset,
                               RawSink& sink);

// gst-launch text shared by the sources: whatever comes in, in the form the sink wants.
std::string picture_chain(const CaptureConfig& config, bool paced);
std::string sound_chain(bool paced, bool echo_cancel);
// Connects the appsinks "picture" and "sound", those that exist, to the sink.
void connect_sinks(Pipeline& pipeline, RawSink& sink);

}  // namespace sightline::engine
