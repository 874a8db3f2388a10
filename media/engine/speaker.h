// The way out for the mixed voices: first past the echo canceller's probe, then to the loudspeaker,
// or, where there is no sound daemon, into a sink that takes as long and plays nothing. A
// loudspeaker that fails is replaced by the silent sink and tried again later; the probe stays, so
// that the microphone's canceller never loses it. The mixer's thread alone.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "media/engine/gst.h"

namespace sightline::engine {

class Speaker {
  public:
    // `element`: the sink to use, or none to look for one. Fails only when an element is missing.
    static base::Result<std::unique_ptr<Speaker>> open(std::optional<std::string> element);
    ~Speaker();

    // Mono 48 kHz; heard at `at` plus the latency that the playout promises.
    void play(std::span<const std::int16_t> samples, std::chrono::nanoseconds at);

    // Looks after the sink; call some times a second. Never waits for a sound daemon: loudspeakers
    // are opened and closed on threads of their own.
    void tend(base::Instant now);

    const std::string& output() const { return output_; }

  private:
    // A sink that plays, or null.
    struct Sink {
        std::string element;
        std::unique_ptr<Pipeline> pipeline;
    };
    Speaker() = default;
    static Sink open_sink(const std::string& element);
    void look_for_sink();
    bool take_opened();
    std::future<void> use(Sink sink);

    std::optional<std::string> wanted_;
    std::string output_;
    base::Instant retry_at_ = base::kNever;
    std::future<Sink> opening_;  // valid while a loudspeaker is being opened
    ElementPtr sink_in_;
    std::unique_ptr<Pipeline> sink_;
    ElementPtr probe_in_;
    std::unique_ptr<Pipeline> probe_;
};

}  // namespace sightline::engine
