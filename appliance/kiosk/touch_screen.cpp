#include "appliance/kiosk/touch_screen.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/http_server/exchange.h"
#include "appliance/kiosk/control_requests.h"

namespace sightline::kiosk {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using base::Errc;
using http_server::ReplyForm;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxConnections = 8;  // a browser opens six to one address
constexpr std::size_t kMaxHeader = 8 * 1024;
constexpr std::size_t kReadAhead = 64 * 1024;
// For a header, for a body, for any piece of a reply, and from one request to the next.
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kAcceptPause{100};

http_server::ListenAddress bound(const http_server::ListenAddress& wished,
                                 const tcp::acceptor& acceptor) {
    return {wished.ip, acceptor.local_endpoint().port()};
}

// Why a request cannot be read; none: whoever sent it is just gone.
std::optional<TouchRefusal> unreadable(beast::error_code ec) {
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
        return TouchRefusal{431,
                            {Errc::TooLarge, "a request's header has at most 8 KiB; send less"}};
    }
    if (ec == http::error::body_limit) {
        return TouchRefusal{413,
                            {Errc::TooLarge, "a request has at most 1.5 MiB; say it in several"}};
    }
    if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
        ec.category() != http::make_error_code(http::error::bad_method).category()) {
        return std::nullopt;
    }
    return TouchRefusal{400, {Errc::Malformed, "this is not an HTTP/1.1 request"}};
}

using Parser = http::request_parser<http::string_body>;

// What of one request has been read, or why no more of it is.
struct Reading {
    Parser parser;
    http_server::Request request;
    std::optional<TouchRefusal> refused;
};

// False: there is nothing to answer any more.
asio::awaitable<bool> read_request(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                   Reading& reading, const TouchRoutes& routes) {
    auto& [parser, request, refused] = reading;
    parser.header_limit(kMaxHeader);
    parser.body_limit(kMaxRequestBytes);  // until the header is known
    stream.expires_after(kPatience);
    const auto [no_header, size] =
        co_await http::async_read_header(stream, buffer, parser, kNoThrow);
    if (no_header) {
        refused = unreadable(no_header);
        co_return refused.has_value();
    }
    request = http_server::request_of(parser.get());
    refused = routes.refuse(request);
    if (refused) co_return true;
    const std::size_t limit = TouchRoutes::body_limit(request);
    if (parser.content_length().value_or(0) > limit) {
        refused = unreadable(http::error::body_limit);
        co_return true;
    }
    parser.body_limit(limit);
    stream.expires_after(kPatience);
    const auto [no_body, more] = co_await http::async_read(stream, buffer, parser, kNoThrow);
    if (no_body) {
        refused = unreadable(no_body);
        co_return refused.has_value();
    }
    request.body = std::move(parser.get().body());
    co_return true;
}

}  // namespace

TouchScreen::TouchScreen(asio::any_io_executor executor, const http_server::ListenAddress& address,
                         std::filesystem::path pages, TouchRoutes::Answer answer, Refused refused)
    : acceptor_(http_server::listen_on(std::move(executor), "--touch-listen", address)),
      routes_(bound(address, acceptor_), std::move(pages), std::move(answer)),
      refused_(std::move(refused)) {}

asio::awaitable<void> TouchScreen::run() {
    const auto executor = co_await asio::this_coro::executor;
    spdlog::info("touch.listening port={}", acceptor_.local_endpoint().port());
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
        if (!acceptor_.is_open()) co_return;
        if (error) {
            // Out of descriptors, mostly: connections that end will free some.
            spdlog::warn("touch.accept_failed error=\"{}\"", error.message());
            asio::steady_timer pause(executor, kAcceptPause);
            co_await pause.async_wait(kNoThrow);
            continue;
        }
        if (connections_ >= kMaxConnections) continue;  // hung up on: it may come again
        ++connections_;
        // Each ends by its own deadline; what it throws ends the program.
        asio::co_spawn(executor, serve(std::move(socket)), [this](std::exception_ptr failure) {
            --connections_;
            if (failure) std::rethrow_exception(failure);
        });
    }
}

void TouchScreen::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

asio::awaitable<void> TouchScreen::serve(tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer(kMaxHeader + kReadAhead);  // what was sent ahead stays in it
    for (;;) {
        Reading reading;
        if (!co_await read_request(stream, buffer, reading, routes_)) co_return;
        if (reading.refused) {
            // Its body is still on its way, or not to be understood: nothing can follow it.
            const auto& request = reading.request;
            refused_(request.method.empty() ? "a request" : request.method + " " + request.path,
                     reading.refused->why);
            const bool sent = co_await http_server::write_reply(
                stream, touch_reply(*reading.refused), ReplyForm{}, kPatience);
            if (sent) co_await http_server::linger(stream);
            co_return;
        }
        const ReplyForm form{reading.parser.get().version(), reading.parser.get().keep_alive(),
                             reading.request.method == "HEAD"};
        http_server::Reply reply = routes_.handle(reading.request);
        const bool sent =
            co_await http_server::write_reply(stream, std::move(reply), form, kPatience);
        if (!sent || !form.keep_alive) co_return;
    }
}

}  // namespace sightline::kiosk
