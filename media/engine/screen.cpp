#include "media/engine/screen.h"

#include <cstdlib>

namespace sightline::engine {

namespace {

constexpr int kMirrorFps = 10;
// Nobody looks, but pictures are still taken from the slots, which keeps their figures true.
constexpr int kUnseenFps = 5;
constexpr std::chrono::seconds kRetryPeriod{5};
constexpr std::chrono::nanoseconds kScreenLatency = kOutputDelay - kDecodeSlack;

bool set(const char* variable) {
    const char* value = std::getenv(variable);
    return value && *value;
}

}  // namespace

Screen::Screen(const PlayoutConfig& config)
    : width_(config.width),
      height_(config.height),
      fps_(config.fps),
      fullscreen_(config.fullscreen),
      tapped_(static_cast<bool>(config.tap.video)) {}

base::Result<std::unique_ptr<Screen>> Screen::open(const PlayoutConfig& config) {
    std::unique_ptr<Screen> screen(new Screen(config));
    screen->window_wanted_ = config.window && (set("DISPLAY") || set("WAYLAND_DISPLAY"));
    if (screen->window_wanted_ && !screen->open_window()) {
        screen->retry_at_ = base::Clock::now() + kRetryPeriod;
    }
    if (config.mirror && mirror_allowed(config.captured_from)) {
        if (auto opened = screen->open_mirror(); !opened) return opened.error();
    }
    return screen;
}

std::string Screen::source_text(int fps) const {
    return "appsrc name=in is-live=true format=time block=false max-buffers=4 "
           "leaky-type=downstream "
           "caps=\"video/x-raw,format=I420,width=" +
           std::to_string(width_) + ",height=" + std::to_string(height_) +
           ",framerate=" + std::to_string(fps) + "/1,pixel-aspect-ratio=1/1\" ! ";
}

bool Screen::open_window() {
    // Under a kiosk compositor (Wayland) the sink itself can fill the screen. Under X11 that is the
    // window manager's work; the sink scales the picture to whatever size it is given.
    const bool wayland = set("WAYLAND_DISPLAY");
    auto made = Pipeline::parse(source_text(fps_) + "videoconvert ! " +
                                (wayland ? std::string("waylandsink sync=true fullscreen=") +
                                               (fullscreen_ ? "true" : "false")
                                         : std::string("autovideosink sync=true")));
    if (!made) return false;
    made.value()->set_latency(kScreenLatency);
    if (!made.value()->play()) return false;
    window_in_ = made.value()->element("in");
    window_ = std::move(made.value());
    return true;
}

base::Result<void> Screen::open_mirror() {
    auto made = Pipeline::parse(source_text(kMirrorFps) +
                                "jpegenc quality=75 ! appsink name=out sync=false max-buffers=2 "
                                "drop=true");
    if (!made) return made.error();
    mirror_ = std::move(made.value());
    mirror_in_ = mirror_->element("in");
    mirror_->on_sample("out", [this](GstSample* sample) {
        const MappedBuffer mapped(gst_sample_get_buffer(sample));
        auto jpeg =
            std::make_shared<const base::Bytes>(mapped.bytes().begin(), mapped.bytes().end());
        std::lock_guard lock(mutex_);
        jpeg_ = std::move(jpeg);
    });
    return mirror_->play();
}

int Screen::pictures_per_second() const {
    if (window_ || tapped_) return fps_;
    return mirror_ ? kMirrorFps : kUnseenFps;
}

void Screen::show(const Picture& picture, std::chrono::nanoseconds at) {
    if (window_) push_buffer(window_in_.get(), make_buffer(picture.bytes(), at));
    constexpr std::chrono::nanoseconds kPeriod = std::chrono::seconds(1);
    // A little early is in time: the composer's own period need not divide the mirror's.
    if (mirror_ && at - mirrored_ >= kPeriod / kMirrorFps - std::chrono::milliseconds(10)) {
        mirrored_ = at;
        push_buffer(mirror_in_.get(), make_buffer(picture.bytes(), at));
    }
}

void Screen::tend(base::Instant now) {
    // Somebody closed the window, or the display went away; interviews go on, so it is opened
    // again.
    if (window_ && window_->take_error()) {
        window_.reset();
        retry_at_ = now + kRetryPeriod;
    }
    if (!window_ && window_wanted_ && now >= retry_at_)
        retry_at_ = open_window() ? base::kNever : now + kRetryPeriod;
}

std::shared_ptr<const base::Bytes> Screen::mirror() const {
    std::lock_guard lock(mutex_);
    return jpeg_;
}

}  // namespace sightline::engine
