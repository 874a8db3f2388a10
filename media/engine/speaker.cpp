#include "media/engine/speaker.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "media/engine/pcm.h"
#include "media/engine/playout.h"
#include "media/engine/raw_source.h"

namespace sightline::engine {

namespace {

constexpr const char* kSoundCaps =
    "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved";
constexpr const char* kSilentSink = "fakesink";
constexpr std::chrono::seconds kRetryPeriod{5};
constexpr std::chrono::milliseconds kOpenWait{0};
constexpr std::chrono::nanoseconds kSinkLatency = kOutputDelay - kDecodeSlack;

bool is_socket(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

// Looks for a daemon's socket before anything connects to it: a client library without a daemon may
// try to start one, or wait for it.
std::string find_sink() {
    const char* server = std::getenv("PULSE_SERVER");
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if ((server && *server) || (runtime && is_socket(std::string(runtime) + "/pulse/native")) ||
        is_socket("/run/pulse/native"))
        return "pulsesink";
    if (runtime && is_socket(std::string(runtime) + "/pipewire-0")) return "pipewiresink";
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/snd", ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("pcm") && name.ends_with("p")) return "alsasink";
    }
    return kSilentSink;
}

// Small buffers where the sink has the knob: the default of 200 ms would be most of the call's
// delay.
std::string sink_text(const std::string& element) {
    if (element == kSilentSink) return "fakesink sync=true";
    if (element == "pulsesink" || element == "alsasink")
        return element + " buffer-time=40000 latency-time=10000";
    return element;
}

}  // namespace

base::Result<std::unique_ptr<Speaker>> Speaker::open(std::optional<std::string> element) {
    std::unique_ptr<Speaker> speaker(new Speaker);
    speaker->wanted_ = std::move(element);
    auto made = Pipeline::parse(
        std::string("appsrc name=in is-live=true format=time block=false max-buffers=100 "
                    "leaky-type=downstream caps=\"") +
        kSoundCaps + "\" ! webrtcechoprobe name=" + kEchoProbe + " ! fakesink sync=false");
    if (!made) return made.error();
    speaker->probe_ = std::move(made.value());
    speaker->probe_in_ = speaker->probe_->element("in");
    // The canceller learns from this how long after its stamp the room hears a sample.
    speaker->probe_->set_latency(kSinkLatency);
    const std::string sink = speaker->wanted_ ? *speaker->wanted_ : find_sink();
    if (!speaker->open_sink(sink)) {
        if (!speaker->open_sink(kSilentSink))
            return base::Error(
                base::Errc::Unavailable,
                "play sound: GStreamer's fakesink failed; reinstall libgstreamer1.0-0");
        speaker->retry_at_ = base::Clock::now() + kRetryPeriod;
    }
    if (auto played = speaker->probe_->play(); !played) return played.error();
    return speaker;
}

bool Speaker::open_sink(const std::string& element) {
    auto made = Pipeline::parse(
        std::string("appsrc name=in is-live=true format=time block=false max-buffers=100 "
                    "leaky-type=downstream caps=\"") +
        kSoundCaps + "\" ! audioconvert ! audioresample ! " + sink_text(element));
    if (!made) return false;
    made.value()->set_latency(kSinkLatency);
    if (!made.value()->play(kOpenWait)) return false;
    sink_in_ = made.value()->element("in");
    sink_ = std::move(made.value());
    output_ = element;
    return true;
}

void Speaker::play(std::span<const std::int16_t> samples, std::chrono::nanoseconds at) {
    const base::ByteView bytes{reinterpret_cast<const std::uint8_t*>(samples.data()),
                               samples.size_bytes()};
    const std::chrono::nanoseconds duration =
        time_of_sample(static_cast<std::int64_t>(samples.size()));
    push_buffer(probe_in_.get(), make_buffer(bytes, at, duration));
    push_buffer(sink_in_.get(), make_buffer(bytes, at, duration));
}

void Speaker::tend(base::Instant now) {
    if (output_ != kSilentSink && sink_->take_error()) {
        sink_.reset();
        open_sink(kSilentSink);
        retry_at_ = now + kRetryPeriod;
    }
    if (now < retry_at_) return;
    const std::string sink = wanted_ ? *wanted_ : find_sink();
    retry_at_ = sink != kSilentSink && open_sink(sink) ? base::kNever : now + kRetryPeriod;
}

}  // namespace sightline::engine
