#include "media/engine/screen.h"

#include <gst/video/video.h>

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

Screen::~Screen() { close_window(); }

bool Screen::open_window() {
    return set("WAYLAND_DISPLAY") ? open_wayland_window() : open_x11_window();
}

bool Screen::open_wayland_window() {
    auto made =
        Pipeline::parse(source_text(fps_) + "videoconvert ! waylandsink sync=true fullscreen=" +
                        (fullscreen_ ? "true" : "false"));
    return made && start_window(std::move(made.value()));
}

bool Screen::open_x11_window() {
    auto window = X11Window::open(width_, height_, fullscreen_);
    if (!window) return false;
    auto made = Pipeline::parse(source_text(fps_) +
                                "videoconvertscale add-borders=true ! capsfilter name=size "
                                "! appsink name=out sync=true max-buffers=2 drop=true");
    if (!made) return false;
    x11_ = std::move(window.value());
    made.value()->on_sample("out", [to = x11_.get()](GstSample* sample) {
        GstVideoInfo info;
        if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample))) return;
        const MappedBuffer mapped(gst_sample_get_buffer(sample));
        to->show(mapped.bytes(), GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info));
    });
    fitted_width_ = fitted_height_ = 0;
    if (start_window(std::move(made.value()))) return true;
    x11_.reset();
    return false;
}

bool Screen::start_window(std::unique_ptr<Pipeline> pipeline) {
    pipeline->set_latency(kScreenLatency);
    window_ = std::move(pipeline);
    if (x11_) fit_pictures();
    if (!window_->play()) {
        window_.reset();
        return false;
    }
    window_in_ = window_->element("in");
    return true;
}

void Screen::fit_pictures() {
    const int width = x11_->width();
    const int height = x11_->height();
    if (width == fitted_width_ && height == fitted_height_) return;
    fitted_width_ = width;
    fitted_height_ = height;
    const CapsPtr caps(gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "BGRx", "width",
                                           G_TYPE_INT, width, "height", G_TYPE_INT, height,
                                           "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr));
    g_object_set(window_->element("size").get(), "caps", caps.get(), nullptr);
}

void Screen::close_window() {
    // The drawing thread may be waiting for a server that hangs.
    if (x11_) x11_->cut();
    window_in_.reset();
    window_.reset();
    x11_.reset();
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
    const bool gone = window_ && (window_->take_error() || (x11_ && x11_->tend()));
    if (gone) {
        close_window();
        retry_at_ = now + kRetryPeriod;
    }
    if (x11_) fit_pictures();
    if (!window_ && window_wanted_ && now >= retry_at_)
        retry_at_ = open_window() ? base::kNever : now + kRetryPeriod;
}

std::shared_ptr<const base::Bytes> Screen::mirror() const {
    std::lock_guard lock(mutex_);
    return jpeg_;
}

}  // namespace sightline::engine
