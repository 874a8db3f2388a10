#include "media/engine/speaker.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "media/engine/own_thread.h"
#include "media/engine/pcm.h"
#include "media/engine/playout.h"
#include "media/engine/raw_source.h"

namespace sightline::engine {

namespace {

constexpr const char* kSoundCaps =
    "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved";
constexpr const char* kSilentSink = "fakesink";
constexpr std::chrono::seconds kRetryPeriod{5};
// How long the start waits for the loudspeaker before it plays into nothing for the time being.
constexpr std::chrono::seconds kFirstWait{3};
constexpr std::chrono::seconds kCloseWait{1};
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
    speaker->look_for_sink();
    if (speaker->opening_.valid()) speaker->opening_.wait_for(kFirstWait);
    if (!speaker->take_opened()) speaker->use(open_sink(kSilentSink));
    if (!speaker->sink_)
        return base::Error(base::Errc::Unavailable,
                           "play sound: GStreamer's fakesink failed; reinstall libgstreamer1.0-0");
    if (auto played = speaker->probe_->play(); !played) return played.error();
    return speaker;
}

Speaker::~Speaker() { use({}).wait_for(kCloseWait); }

Speaker::Sink Speaker::open_sink(const std::string& element) {
    auto made = Pipeline::parse(
        std::string("appsrc name=in is-live=true format=time block=false max-buffers=100 "
                    "leaky-type=downstream caps=\"") +
        kSoundCaps + "\" ! audioconvert ! audioresample ! " + sink_text(element));
    if (!made) return {};
    made.value()->set_latency(kSinkLatency);
    if (!made.value()->play()) return {};
    return {element, std::move(made.value())};
}

void Speaker::look_for_sink() {
    const std::string sink = wanted_ ? *wanted_ : find_sink();
    if (sink != kSilentSink) opening_ = on_own_thread([sink] { return open_sink(sink); });
    retry_at_ = base::Clock::now() + kRetryPeriod;
}

bool Speaker::take_opened() {
    if (!opening_.valid() ||
        opening_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        return false;
    Sink opened = opening_.get();
    if (!opened.pipeline) return false;
    use(std::move(opened));
    retry_at_ = base::kNever;
    return true;
}

// The sink until now is closed; a daemon that hangs keeps its thread, not the mixer.
std::future<void> Speaker::use(Sink sink) {
    sink_in_.reset();
    auto closed = on_own_thread([old = std::move(sink_)]() mutable { old.reset(); });
    sink_ = std::move(sink.pipeline);
    if (sink_) sink_in_ = sink_->element("in");
    output_ = std::move(sink.element);
    return closed;
}

void Speaker::play(std::span<const std::int16_t> samples, std::chrono::nanoseconds at) {
    const base::ByteView bytes{reinterpret_cast<const std::uint8_t*>(samples.data()),
                               samples.size_bytes()};
    const std::chrono::nanoseconds duration =
        time_of_sample(static_cast<std::int64_t>(samples.size()));
    push_buffer(probe_in_.get(), make_buffer(bytes, at, duration));
    if (sink_in_) push_buffer(sink_in_.get(), make_buffer(bytes, at, duration));
}

void Speaker::tend(base::Instant now) {
    if (output_ != kSilentSink && sink_->take_error()) {
        use(open_sink(kSilentSink));
        retry_at_ = now + kRetryPeriod;
    }
    if (take_opened() || opening_.valid()) return;
    if (now >= retry_at_) look_for_sink();
}

}  // namespace sightline::engine
