#include "media/engine/x11_window.h"

#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace sightline::engine {

namespace {

constexpr const char* kTitle = "Interview";

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using Reply = std::unique_ptr<T, Free>;

const xcb_screen_t* screen_of(xcb_connection_t* connection, int number) {
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(connection));
    for (; screens.rem > 1 && number > 0; --number) xcb_screen_next(&screens);
    return screens.data;
}

// Pictures are sent as they are, so a pixel must be what GStreamer calls BGRx.
bool takes_bgrx(xcb_connection_t* connection, const xcb_screen_t& screen) {
    const xcb_setup_t* setup = xcb_get_setup(connection);
    if (setup->image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST) return false;
    bool four_bytes = false;
    for (auto f = xcb_setup_pixmap_formats_iterator(setup); f.rem; xcb_format_next(&f)) {
        if (f.data->depth == screen.root_depth) four_bytes = f.data->bits_per_pixel == 32;
    }
    if (!four_bytes) return false;
    for (auto d = xcb_screen_allowed_depths_iterator(&screen); d.rem; xcb_depth_next(&d)) {
        for (auto v = xcb_depth_visuals_iterator(d.data); v.rem; xcb_visualtype_next(&v)) {
            if (v.data->visual_id == screen.root_visual) return v.data->red_mask == 0xFF'0000;
        }
    }
    return false;
}

}  // namespace

base::Result<std::unique_ptr<X11Window>> X11Window::open(int width, int height, bool fullscreen) {
    // XCB writes with writev(2): to a server that has died that is a signal first and an error
    // second.
    static const auto before = ::signal(SIGPIPE, SIG_IGN);
    if (before == SIG_ERR)
        throw std::system_error(errno, std::generic_category(), "ignore SIGPIPE");
    std::unique_ptr<X11Window> made(new X11Window);
    int number = 0;
    made->connection_.reset(xcb_connect(nullptr, &number));
    xcb_connection_t* connection = made->connection_.get();
    if (xcb_connection_has_error(connection)) {
        return base::Error(base::Errc::Unavailable,
                           "open a window: the X server does not answer; check DISPLAY");
    }
    const xcb_screen_t* screen = screen_of(connection, number);
    if (!screen || !takes_bgrx(connection, *screen)) {
        return base::Error(base::Errc::Unsupported,
                           "open a window: the X server's screen has no 32-bit pixels; start it "
                           "with a depth of 24");
    }
    made->create(*screen, width, height, fullscreen);
    if (auto gone = made->tend()) {
        return base::Error(base::Errc::Unavailable, "open a window: " + *gone);
    }
    return made;
}

xcb_atom_t X11Window::atom(const char* name) {
    const auto asked =
        xcb_intern_atom(connection_.get(), 0, static_cast<std::uint16_t>(std::strlen(name)), name);
    const Reply<xcb_intern_atom_reply_t> reply(
        xcb_intern_atom_reply(connection_.get(), asked, nullptr));
    return reply ? reply->atom : xcb_atom_t{XCB_ATOM_NONE};
}

void X11Window::create(const xcb_screen_t& screen, int width, int height, bool fullscreen) {
    xcb_connection_t* connection = connection_.get();
    // The whole screen from the start: where there is no window manager nobody would grow it.
    width_ = fullscreen ? int{screen.width_in_pixels} : width;
    height_ = fullscreen ? int{screen.height_in_pixels} : height;
    depth_ = screen.root_depth;
    window_ = xcb_generate_id(connection);
    const std::uint32_t values[] = {screen.black_pixel, XCB_EVENT_MASK_STRUCTURE_NOTIFY};
    xcb_create_window(connection, depth_, window_, screen.root, 0, 0,
                      static_cast<std::uint16_t>(width_.load()),
                      static_cast<std::uint16_t>(height_.load()), 0, XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      screen.root_visual, XCB_CW_BACK_PIXEL | XCB_CW_EVENT_MASK, values);
    paint_ = xcb_generate_id(connection);
    xcb_create_gc(connection, paint_, window_, 0, nullptr);
    xcb_change_property(connection, XCB_PROP_MODE_REPLACE, window_, XCB_ATOM_WM_NAME,
                        XCB_ATOM_STRING, 8, static_cast<std::uint32_t>(std::strlen(kTitle)),
                        kTitle);
    // ICCCM 4.2.8.1: the window manager then asks us instead of cutting the connection.
    delete_ = atom("WM_DELETE_WINDOW");
    xcb_change_property(connection, XCB_PROP_MODE_REPLACE, window_, atom("WM_PROTOCOLS"),
                        XCB_ATOM_ATOM, 32, 1, &delete_);
    if (fullscreen) {
        // EWMH 1.5, _NET_WM_STATE: set before mapping it is how the window starts.
        const xcb_atom_t state = atom("_NET_WM_STATE_FULLSCREEN");
        xcb_change_property(connection, XCB_PROP_MODE_REPLACE, window_, atom("_NET_WM_STATE"),
                            XCB_ATOM_ATOM, 32, 1, &state);
    }
    xcb_map_window(connection, window_);
    xcb_flush(connection);
}

X11Window::~X11Window() = default;

void X11Window::show(base::ByteView pixels, int width, int height) {
    const auto row = static_cast<std::size_t>(width) * kPixelBytes;
    if (row == 0 || pixels.size() < row * static_cast<std::size_t>(height)) return;
    xcb_connection_t* connection = connection_.get();
    // The length is counted in units of four bytes and includes the request's own header.
    const std::size_t room = std::size_t{xcb_get_maximum_request_length(connection)} * 4;
    if (room < row + 64) return;
    const auto most = static_cast<int>((room - 64) / row);
    for (int y = 0; y < height; y += most) {
        const int rows = std::min(most, height - y);
        xcb_put_image(connection, XCB_IMAGE_FORMAT_Z_PIXMAP, window_, paint_,
                      static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(rows), 0,
                      static_cast<std::int16_t>(y), 0, depth_,
                      static_cast<std::uint32_t>(row * static_cast<std::size_t>(rows)),
                      pixels.data() + static_cast<std::size_t>(y) * row);
    }
    xcb_flush(connection);
}

std::optional<std::string> X11Window::tend() {
    while (const Reply<xcb_generic_event_t> event{xcb_poll_for_event(connection_.get())}) {
        switch (event->response_type & 0x7F) {
            case XCB_CONFIGURE_NOTIFY: {
                const auto* now =
                    reinterpret_cast<const xcb_configure_notify_event_t*>(event.get());
                width_ = now->width;
                height_ = now->height;
                break;
            }
            case XCB_CLIENT_MESSAGE: {
                const auto* said = reinterpret_cast<const xcb_client_message_event_t*>(event.get());
                if (said->data.data32[0] == delete_) return "somebody closed the window";
                break;
            }
            case XCB_DESTROY_NOTIFY:
                return "somebody closed the window";
            default:
                break;
        }
    }
    if (xcb_connection_has_error(connection_.get())) return "the X server went away";
    return std::nullopt;
}

void X11Window::cut() { ::shutdown(xcb_get_file_descriptor(connection_.get()), SHUT_RDWR); }

}  // namespace sightline::engine
