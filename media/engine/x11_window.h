// The applicant's window under X11, on XCB alone. GStreamer's X sinks use Xlib, which ends the
// whole process when the X server goes away; XCB only says so, and an interview goes on without a
// screen.
//
// show() from one thread, the rest from another; XCB's connection takes both. Everything here is
// bounded by the X server's answers, as with any X client.
#pragma once

#include <xcb/xcb.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"

namespace sightline::engine {

class X11Window {
  public:
    // Bytes in a pixel of the pictures that show() takes: blue, green, red, unused.
    static constexpr int kPixelBytes = 4;

    // A mapped window on the server that DISPLAY names: of this size, or, if `fullscreen`, of the
    // whole screen. Unavailable when there is no such server, Unsupported when it has no 32-bit
    // pixels.
    static base::Result<std::unique_ptr<X11Window>> open(int width, int height, bool fullscreen);
    ~X11Window();
    X11Window(const X11Window&) = delete;
    X11Window& operator=(const X11Window&) = delete;

    // The size that pictures should have now; changes when somebody drags the window's edge.
    int width() const { return width_; }
    int height() const { return height_; }

    // Draws a picture of `width` pixels a row, in the window's top left corner.
    void show(base::ByteView pixels, int width, int height);

    // Reads what the server and the window manager say; never waits. A sentence once the window is
    // gone: the server died, or somebody closed it.
    std::optional<std::string> tend();

    // Frees a show() that waits for a server which does not read; the window is gone afterwards.
    void cut();

  private:
    X11Window() = default;
    void create(const xcb_screen_t& screen, int width, int height, bool fullscreen);
    xcb_atom_t atom(const char* name);

    struct Disconnect {
        void operator()(xcb_connection_t* connection) const { xcb_disconnect(connection); }
    };
    std::unique_ptr<xcb_connection_t, Disconnect> connection_;
    xcb_window_t window_ = 0;
    xcb_gcontext_t paint_ = 0;
    std::uint8_t depth_ = 0;
    xcb_atom_t delete_ = 0;
    std::atomic<int> width_{0};
    std::atomic<int> height_{0};
};

}  // namespace sightline::engine
