#include "appliance/engine/mirror_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <system_error>

namespace sightline::engine {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr auto kPictureInterval = std::chrono::milliseconds(100);
constexpr auto kIdleTimeout = std::chrono::seconds(10);

constexpr char kPage[] = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The applicant's screen</title>
<link rel="stylesheet" href="/mirror.css">
<main>
<img src="/screen.mjpg" alt="What the applicant sees">
<p>The applicant's screen. Demonstration with a synthetic camera; nothing is stored.</p>
</main>
</html>
)";
constexpr char kStyle[] = R"(:root{color-scheme:light dark;font:18px/1.4 system-ui,sans-serif}
body{margin:0;background:#10151c;color:#e8edf2}
main{display:flex;flex-direction:column;align-items:center;gap:1rem;padding:1rem}
img{max-width:100%;height:auto;max-height:85vh;background:#000}
p{margin:0;text-align:center}
)";

template <class Body>
void set_common_headers(http::response<Body>& response) {
    response.set(http::field::cache_control, "no-store");
    response.set("Content-Security-Policy",
                 "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'none'");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
}

http::response<http::string_body> reply(http::status status, std::string_view type,
                                        std::string body) {
    http::response<http::string_body> response{status, 11};
    set_common_headers(response);
    response.set(http::field::content_type, type);
    response.keep_alive(false);
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

asio::awaitable<void> stream_pictures(beast::tcp_stream& stream,
                                      const std::function<MirrorServer::Picture()>& latest) {
    const std::string head =
        "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
        "Content-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n";
    stream.expires_after(kIdleTimeout);
    co_await asio::async_write(stream, asio::buffer(head), use_awaitable);
    asio::steady_timer timer(co_await asio::this_coro::executor);
    MirrorServer::Picture shown;
    for (;;) {
        auto picture = latest();
        if (picture && picture != shown) {
            const std::string part = "--picture\r\nContent-Type: image/jpeg\r\nContent-Length: " +
                                     std::to_string(picture->size()) + "\r\n\r\n";
            const std::string_view end = "\r\n";
            const std::array<asio::const_buffer, 3> buffers = {
                asio::buffer(part), asio::buffer(*picture), asio::buffer(end)};
            stream.expires_after(kIdleTimeout);
            co_await asio::async_write(stream, buffers, use_awaitable);
            shown = std::move(picture);
        }
        timer.expires_after(kPictureInterval);
        co_await timer.async_wait(use_awaitable);
    }
}

asio::awaitable<void> serve(beast::tcp_stream stream,
                            const std::function<MirrorServer::Picture()>& latest) {
    beast::flat_buffer buffer(8192);
    http::request_parser<http::empty_body> parser;
    parser.header_limit(8192);
    stream.expires_after(kIdleTimeout);
    co_await http::async_read(stream, buffer, parser, use_awaitable);
    const auto target = parser.get().target();
    if (parser.get().method() != http::verb::get) {
        co_await http::async_write(
            stream, reply(http::status::method_not_allowed, "text/plain", "Only GET.\n"),
            use_awaitable);
    } else if (target == "/screen.mjpg") {
        co_await stream_pictures(stream, latest);
    } else if (target == "/") {
        co_await http::async_write(
            stream, reply(http::status::ok, "text/html; charset=utf-8", kPage), use_awaitable);
    } else if (target == "/mirror.css") {
        co_await http::async_write(stream, reply(http::status::ok, "text/css", kStyle),
                                   use_awaitable);
    } else {
        co_await http::async_write(
            stream, reply(http::status::not_found, "text/plain", "No such page.\n"), use_awaitable);
    }
}

}  // namespace

struct MirrorServer::Parts {
    asio::io_context& io;
    tcp::acceptor acceptor;
    std::function<Picture()> latest_picture;
    int viewers = 0;
};

MirrorServer::MirrorServer(asio::io_context& io, std::uint16_t port,
                           std::function<Picture()> latest_picture)
    : parts_(new Parts{io, tcp::acceptor(io), std::move(latest_picture)}) {
    const tcp::endpoint where(asio::ip::address_v4::loopback(), port);
    boost::system::error_code error;
    parts_->acceptor.open(where.protocol());
    parts_->acceptor.set_option(asio::socket_base::reuse_address(true));
    parts_->acceptor.bind(where, error);
    if (!error) parts_->acceptor.listen(kMaxViewers, error);
    if (error) {
        throw std::system_error(
            std::error_code(error),
            "The mirror page cannot listen on 127.0.0.1:" + std::to_string(port) +
                "; choose another port with --mirror-port");
    }
}

MirrorServer::~MirrorServer() = default;

std::string MirrorServer::url() const {
    return "http://127.0.0.1:" + std::to_string(parts_->acceptor.local_endpoint().port()) + "/";
}

asio::awaitable<void> MirrorServer::run() {
    for (;;) {
        boost::system::error_code error;
        tcp::socket socket =
            co_await parts_->acceptor.async_accept(asio::redirect_error(use_awaitable, error));
        if (error == asio::error::operation_aborted) co_return;
        if (error || parts_->viewers >= kMaxViewers) continue;  // the socket closes by itself
        ++parts_->viewers;
        // The viewer's end, whether it left or misbehaved, concerns nobody else.
        asio::co_spawn(parts_->io,
                       serve(beast::tcp_stream(std::move(socket)), parts_->latest_picture),
                       [this](const std::exception_ptr&) { --parts_->viewers; });
    }
}

}  // namespace sightline::engine
