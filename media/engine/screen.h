// The way out for composed pictures: a window when there is a display, and, where the policy allows
// it, JPEG pictures for the demo's mirror page. The composer's thread alone, but for mirror().
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "media/engine/gst.h"
#include "media/engine/picture.h"
#include "media/engine/playout.h"
#include "media/engine/x11_window.h"

namespace sightline::engine {

class Screen {
  public:
    // Fails only when the mirror is wanted and allowed, and an element is missing.
    static base::Result<std::unique_ptr<Screen>> open(const PlayoutConfig& config);
    ~Screen();

    // How often somebody looks: composing more often would be work for nobody.
    int pictures_per_second() const;

    // Seen at `at` plus the latency that the playout promises.
    void show(const Picture& picture, std::chrono::nanoseconds at);

    void tend(base::Instant now);

    bool has_window() const { return window_ != nullptr; }
    bool has_mirror() const { return mirror_ != nullptr; }
    std::shared_ptr<const base::Bytes> mirror() const;

  private:
    explicit Screen(const PlayoutConfig& config);
    bool open_window();
    bool open_wayland_window();
    bool open_x11_window();
    void close_window();
    bool start_window(std::unique_ptr<Pipeline> pipeline);
    void fit_pictures();
    base::Result<void> open_mirror();
    std::string source_text(int fps) const;

    const int width_;
    const int height_;
    const int fps_;
    const bool fullscreen_;
    const bool tapped_;
    bool window_wanted_ = false;
    base::Instant retry_at_ = base::kNever;
    std::chrono::nanoseconds mirrored_{};
    mutable std::mutex mutex_;
    std::shared_ptr<const base::Bytes> jpeg_;
    std::unique_ptr<X11Window> x11_;  // null under Wayland, where the sink has its own
    int fitted_width_ = 0;            // the size that the pipeline scales to, under X11
    int fitted_height_ = 0;
    ElementPtr window_in_;
    std::unique_ptr<Pipeline> window_;  // its thread draws in x11_
    ElementPtr mirror_in_;
    std::unique_ptr<Pipeline> mirror_;
};

}  // namespace sightline::engine
