#include "media/engine/capture.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "media/engine/encoder.h"
#include "media/engine/frame_queue.h"
#include "media/engine/pcm.h"
#include "media/engine/picture.h"
#include "media/engine/raw_source.h"

namespace sightline::engine {

namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::milliseconds kTendPeriod{100};
constexpr std::chrono::seconds kStuckAfter{3};
constexpr std::chrono::seconds kRestartPause{1};
// Opening a camera is tried in two ways of at most 7 s each: beyond this something else hangs.
constexpr std::chrono::seconds kOpensWithin{20};
constexpr std::chrono::milliseconds kMutedFramePeriod{500};
// How far behind real sound may come before silence takes its place; a sound server may hand over
// its first block late.
constexpr std::chrono::milliseconds kSoundGrace{200};

nanoseconds unix_now() { return std::chrono::system_clock::now().time_since_epoch(); }

using OpenSource = std::function<RawSourceResult(const CaptureConfig&, RawSink&)>;

// One source, how to open it again, and when it last gave something.
struct Leg {
    OpenSource open;
    std::unique_ptr<RawSource> source{};  // null while it is down
    base::Instant retry_at{};
    base::Instant opened_at{};
    bool gives_pictures = false;  // also while it is down
    // A device that hangs takes time from nobody else.
    std::jthread tender{};
};

}  // namespace

struct Capture::Parts : RawSink {
    nanoseconds wall_offset{};
    FrameQueue queue;
    std::shared_ptr<VideoEncoder> video;  // behind the gate: another shot has another one
    std::unique_ptr<AudioEncoder> audio;
    BufferPtr black;

    std::atomic<bool> audio_muted{false};
    std::atomic<bool> video_muted{false};
    std::atomic<bool> key_frame_wanted{false};
    std::atomic<bool> shot_wanted{false};
    std::atomic<std::uint32_t> video_bps{0};
    std::atomic<std::int64_t> last_picture{0};  // steady ns, before muting
    std::atomic<std::int64_t> last_sound{0};
    std::atomic<bool> looks_for_camera{false};
    std::atomic<std::int64_t> last_tended{0};  // steady ns

    // The gate between sources and encoders. The picture's and the sound's thread and tend() meet
    // here.
    mutable std::mutex gate;
    CaptureConfig config;
    Shot shot;  // wanted; the config has it as soon as it is taken
    nanoseconds last_pushed{};
    bool showed_black = false;
    PcmFramer framer;

    std::vector<Leg> legs;  // the vector itself stays as it is once their tenders run
    std::jthread tender;    // last: it uses all of the above

    ~Parts() override {
        tender.request_stop();
        for (auto& leg : legs) leg.tender.request_stop();
        if (tender.joinable()) tender.join();
        for (auto& leg : legs) {
            if (leg.tender.joinable()) leg.tender.join();
        }
        // Sources first: they call into the encoders.
        legs.clear();
    }

    void on_picture(BufferPtr picture, nanoseconds captured) override {
        last_picture = steady_now().count();
        std::lock_guard lock(gate);
        const bool muted = video_muted;
        if (muted && showed_black && captured - last_pushed < kMutedFramePeriod) return;
        // An encoder takes rising stamps only; a file's loop or a restart may repeat one.
        if (captured <= last_pushed) return;
        last_pushed = captured;
        showed_black = muted;
        video->push(muted ? BufferPtr(gst_buffer_ref(black.get())) : std::move(picture), captured);
    }

    void on_sound(std::span<const std::int16_t> samples, nanoseconds captured) override {
        last_sound = steady_now().count();
        std::lock_guard lock(gate);
        framer.push(samples, captured, emit());
    }

    PcmFramer::Emit emit() {
        return [this](std::span<const std::int16_t> frame, nanoseconds captured) {
            static constexpr std::array<std::int16_t, kFrameSamples> kSilence{};
            audio->push(audio_muted ? std::span<const std::int16_t>(kSilence) : frame, captured);
        };
    }

    void give(wire::EncodedFrame frame) {
        if (!queue.push(std::move(frame))) key_frame_wanted = true;
    }

    base::Result<std::shared_ptr<VideoEncoder>> open_encoder(const CaptureConfig& of) {
        auto made =
            VideoEncoder::open(of.width, of.height, of.fps, video_bps,
                               [this](wire::EncodedFrame frame) { give(std::move(frame)); });
        if (!made) return made.error();
        return std::shared_ptr<VideoEncoder>(std::move(made.value()));
    }

    std::shared_ptr<VideoEncoder> encoder() const {
        std::lock_guard lock(gate);
        return video;
    }

    CaptureConfig present_config() const {
        std::lock_guard lock(gate);
        return config;
    }

    // The source is closed before its pictures change their size, and opened again by tend().
    void change_shot(Leg& leg, base::Instant now) {
        auto next = present_config();
        {
            std::lock_guard lock(gate);
            if (next.source == SourceKind::Camera) next.camera = shot.camera;
            next.width = shot.width;
            next.height = shot.height;
            next.fps = shot.fps;
        }
        auto made = open_encoder(next);
        if (!made) {
            queue.push(
                {CaptureEvent::Kind::Failed, "another view cannot be taken: " + made.error().text});
            return;
        }
        leg.source.reset();
        leg.retry_at = now;
        std::shared_ptr<VideoEncoder> old;
        std::lock_guard lock(gate);
        old = std::exchange(video, std::move(made.value()));
        config = next;
        black = make_buffer(Picture(next.width, next.height).bytes(), {});
        showed_black = false;
    }

    void tend(base::Instant now) {
        // Whatever happened to the microphone, packets go on at their constant rate.
        const auto quiet = now.time_since_epoch() - kSoundGrace;
        if (last_sound < quiet.count()) {
            std::lock_guard lock(gate);
            framer.fill_until(quiet, emit());
        }
        const auto present = encoder();
        if (key_frame_wanted.exchange(false)) present->request_key_frame();
        for (const auto& error : {present->take_error(), audio->take_error()}) {
            // The encoders are ours and take only what we made: nothing outside explains this.
            if (error) queue.push({CaptureEvent::Kind::Failed, "an encoder stopped: " + *error});
        }
    }

    void tend(Leg& leg, base::Instant now) {
        if (leg.gives_pictures) last_tended = now.time_since_epoch().count();
        if (leg.gives_pictures && shot_wanted.exchange(false)) change_shot(leg, now);
        if (!leg.source) {
            if (now < leg.retry_at) return;
            auto opened = leg.open(present_config(), *this);
            if (!opened) {
                if (leg.gives_pictures) looks_for_camera = true;
                leg.retry_at = base::Clock::now() + kRestartPause;
                return;
            }
            leg.source = std::move(opened.value());
            leg.opened_at = base::Clock::now();
            if (leg.gives_pictures) {
                // Its first picture may take a moment: it is late from now on, not from before.
                last_picture = steady_now().count();
                looks_for_camera = false;
            }
            queue.push({CaptureEvent::Kind::Restarted, "the source gives picture and sound again"});
            return;
        }
        if (auto error = leg.source->tend()) {
            queue.push({CaptureEvent::Kind::Failed, *error});
            close(leg, now);
            return;
        }
        const bool stuck = (leg.source->gives_pictures() && stale(last_picture, leg, now)) ||
                           (leg.source->gives_sound() && stale(last_sound, leg, now));
        if (!stuck) return;
        queue.push({CaptureEvent::Kind::Stuck, "the source gave nothing for 3 s"});
        close(leg, now);
    }

    static bool stale(std::int64_t last, const Leg& leg, base::Instant now) {
        const auto since = std::max(base::Instant(nanoseconds(last)), leg.opened_at);
        return now - since > kStuckAfter;
    }

    void close(Leg& leg, base::Instant now) {
        leg.source.reset();
        leg.retry_at = now + kRestartPause;
        if (leg.gives_pictures) looks_for_camera = true;
    }

    // Calls `step` with the time ten times a second.
    template <class Step>
    static void run(const std::stop_token& stop, Step step) {
        std::mutex mutex;
        std::condition_variable_any pause;
        while (!stop.stop_requested()) {
            step(base::Clock::now());
            std::unique_lock lock(mutex);
            pause.wait_for(lock, stop, kTendPeriod, [] { return false; });
        }
    }
};

Capture::Capture(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Capture::~Capture() = default;

base::Result<std::unique_ptr<Capture>> Capture::open(CaptureConfig config) {
    start_gstreamer();
    auto parts = std::make_unique<Parts>();
    Parts& p = *parts;
    p.config = config;
    p.shot = {config.camera, config.width, config.height, config.fps};
    p.video_bps = config.video_bps;
    p.wall_offset = unix_now() - steady_now();
    p.black = make_buffer(Picture(config.width, config.height).bytes(), {});
    auto video = p.open_encoder(config);
    if (!video) return video.error();
    p.video = std::move(video.value());
    auto audio = AudioEncoder::open(config.audio_bps,
                                    [&p](wire::EncodedFrame frame) { p.give(std::move(frame)); });
    if (!audio) return audio.error();
    p.audio = std::move(audio.value());

    switch (config.source) {
        case SourceKind::Camera:
            if (!config.camera && !config.microphone) {
                return base::Error(
                    base::Errc::Unavailable,
                    "open camera: neither camera nor microphone was found; plug one in, "
                    "or give --media or --synthetic");
            }
            if (config.camera) p.legs.push_back({open_camera});
            if (config.microphone) p.legs.push_back({open_microphone});
            break;
        case SourceKind::File:
            p.legs.push_back({open_file});
            break;
        case SourceKind::Synthetic:
            p.legs.push_back({[offset = p.wall_offset](const CaptureConfig& c, RawSink& s) {
                return open_synthetic(c, offset, s);
            }});
            break;
    }
    for (auto& leg : p.legs) {
        auto opened = leg.open(config, p);
        if (!opened) return opened.error();
        leg.source = std::move(opened.value());
        leg.opened_at = base::Clock::now();
        leg.gives_pictures = leg.source->gives_pictures();
    }
    for (auto& leg : p.legs) {
        leg.tender = std::jthread([&p, &leg](const std::stop_token& stop) {
            Parts::run(stop, [&](base::Instant now) { p.tend(leg, now); });
        });
    }
    p.tender = std::jthread([&p](const std::stop_token& stop) {
        Parts::run(stop, [&p](base::Instant now) { p.tend(now); });
    });
    return std::unique_ptr<Capture>(new Capture(std::move(parts)));
}

void Capture::set_wake(std::function<void()> wake) { parts_->queue.set_wake(std::move(wake)); }
std::optional<wire::EncodedFrame> Capture::poll() { return parts_->queue.pop(); }
std::optional<CaptureEvent> Capture::poll_event() { return parts_->queue.pop_event(); }
void Capture::request_key_frame() { parts_->encoder()->request_key_frame(); }

void Capture::set_muted(bool audio, bool video) {
    parts_->audio_muted = audio;
    parts_->video_muted = video;
}

void Capture::set_video_bitrate(std::uint32_t bits_per_second) {
    parts_->video_bps = bits_per_second;
    parts_->encoder()->set_bitrate(bits_per_second);
}

void Capture::take(Shot shot) {
    {
        std::lock_guard lock(parts_->gate);
        if (shot == parts_->shot) return;
        parts_->shot = std::move(shot);
    }
    parts_->shot_wanted = true;
}

Shot Capture::shot() const {
    std::lock_guard lock(parts_->gate);
    return parts_->shot;
}

bool Capture::gives_pictures() const {
    return std::any_of(parts_->legs.begin(), parts_->legs.end(),
                       [](const Leg& leg) { return leg.gives_pictures; });
}

base::Duration Capture::last_frame_age(base::Instant now) const {
    if (parts_->looks_for_camera) {
        const base::Duration looking = now.time_since_epoch() - nanoseconds(parts_->last_tended);
        return looking > kOpensWithin ? looking : base::Duration{};
    }
    const std::int64_t last = parts_->last_picture;
    return last ? now.time_since_epoch() - nanoseconds(last) : base::Duration{};
}

nanoseconds Capture::wall_clock_offset() const { return parts_->wall_offset; }
CaptureStats Capture::stats() const { return parts_->queue.stats(); }

}  // namespace sightline::engine
