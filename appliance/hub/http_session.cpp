#include "appliance/hub/http_session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/http_server/exchange.h"
#include "appliance/hub/stream.h"
#include "appliance/hub/web_socket.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kTlsTimeout{5};
constexpr std::chrono::seconds kRequestTimeout{15};  // to send a header or a small body
// For any piece of a larger body or of a reply: a megabyte may take minutes on a thin link.
constexpr std::chrono::seconds kProgressTimeout{30};
// Until the next request: what was answered last may still be on its way over a thin link.
constexpr std::chrono::seconds kIdleTimeout{60};
// The kernel doubles it: an answer that has left the hub is soon at the other end.
constexpr int kSendBuffer = 64 * 1024;
// Ten of the longest letters: one after every change in the largest interview.
constexpr SocketBounds kControlBounds{kMaxControlMessage, 10 * kMaxLetterDown};
// A kiosk hears of everybody's quality at once.
constexpr SocketBounds kKioskBounds{kMaxKioskMessage, 8 * 1024 * 1024};

using http_server::ReplyForm;
using http_server::write_reply;
using Parser = http::request_parser<http::string_body>;

// What to say about a request that could not be read; nullopt: nothing, the peer is just gone.
std::optional<Reply> reading_failed(beast::error_code ec, Metrics& metrics) {
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
        metrics.bad(BadInput::HttpTooLarge);
        return problem(431, "the request header is larger than 16 KiB; send less");
    }
    if (ec == http::error::body_limit) {
        metrics.bad(BadInput::HttpTooLarge);
        return problem(413,
                       "the body is larger than this may be (64 KiB, or 1 MiB for a site that "
                       "syncs and has a ticket); send less");
    }
    if (ec == beast::error::timeout || ec == http::error::partial_message) {
        metrics.bad(BadInput::HttpTimeout);
        return std::nullopt;
    }
    if (ec.category() == http::make_error_code(http::error::bad_method).category() &&
        ec != http::error::end_of_stream) {
        metrics.bad(BadInput::HttpMalformed);
        return problem(400, "this is not an HTTP/1.1 request");
    }
    return std::nullopt;
}

template <class Stream>
asio::awaitable<void> become_socket(Stream stream, UpgradeRequest request, SocketKind kind,
                                    HttpContext& context) {
    const auto bounds = kind == SocketKind::Kiosk ? kKioskBounds : kControlBounds;
    auto socket = co_await accept_web_socket(std::move(stream), std::move(request), bounds,
                                             context.tasks, context.metrics);
    context.metrics.http_reply("socket", socket ? 101 : 400);
    if (!socket) co_return;
    // However serving ends, the writer must end too.
    struct Closer {
        MessageSocket& socket;
        ~Closer() { socket.close(CloseCode::Normal, ""); }
    } closer{*socket};
    co_await context.serve(kind, socket);
}

// What of one connection's current request is in memory.
struct Reading {
    Parser parser;  // keeps what an upgrade needs
    Request request;
    BodyRoom::Place place;  // until the request has been handled
};

// The whole request into `reading`, unless there was an error; what its body may be depends on its
// header.
template <class Stream>
asio::awaitable<beast::error_code> read_request(Stream& stream, beast::flat_buffer& buffer,
                                                Reading& reading, HttpContext& context,
                                                std::chrono::seconds patience) {
    auto& [parser, request, place] = reading;
    parser.header_limit(kMaxHeader);
    parser.body_limit(kMaxSyncBody);  // until the header is known
    auto& lowest = beast::get_lowest_layer(stream);
    lowest.expires_after(patience);
    const auto [ec, size] = co_await http::async_read_header(stream, buffer, parser, kQuiet);
    if (ec) co_return ec;
    request = http_server::request_of(parser.get());
    const std::size_t limit = context.routes.body_limit(request);
    if (parser.content_length().value_or(0) > limit) co_return http::error::body_limit;
    parser.body_limit(limit);
    if (limit <= kMaxBody) {
        lowest.expires_after(kRequestTimeout);
        const auto [failed, more] = co_await http::async_read(stream, buffer, parser, kQuiet);
        if (!failed) request.body = std::move(parser.get().body());
        co_return failed;
    }
    const auto bytes = static_cast<std::size_t>(parser.content_length().value_or(limit));
    if (bytes > kMaxBody) {
        lowest.expires_never();
        place = co_await context.room.enter(bytes);
    }
    while (!parser.is_done()) {
        lowest.expires_after(kProgressTimeout);
        const auto [failed, more] = co_await http::async_read_some(stream, buffer, parser, kQuiet);
        if (failed) co_return failed;
    }
    request.body = std::move(parser.get().body());
    co_return beast::error_code();
}

template <class Stream>
asio::awaitable<void> serve_requests(Stream stream, HttpContext& context) {
    beast::flat_buffer buffer(kMaxHeader + kMaxBody);
    beast::error_code gone;
    const auto peer = beast::get_lowest_layer(stream).socket().remote_endpoint(gone);
    beast::error_code unset;  // works without, on a good link
    beast::get_lowest_layer(stream).socket().set_option(
        asio::socket_base::send_buffer_size(kSendBuffer), unset);
    for (std::chrono::seconds patience = kRequestTimeout;; patience = kIdleTimeout) {
        Reading reading;
        auto& [parser, request, place] = reading;
        const auto ec = co_await read_request(stream, buffer, reading, context, patience);
        if (ec) {
            auto reply = reading_failed(ec, context.metrics);
            if (!reply) break;
            reply->route = "unread";
            const bool sent = co_await write_reply(
                stream, context.routes.counted(std::move(*reply)), ReplyForm{}, kProgressTimeout);
            if (sent) co_await http_server::linger(stream);
            break;
        }
        const unsigned version = parser.get().version();
        request.address = peer.address().to_string();
        if (beast::websocket::is_upgrade(parser.get())) {
            const auto kind = context.routes.upgrade(request);
            if (kind) {
                co_return co_await become_socket(std::move(stream), parser.release(), *kind,
                                                 context);
            }
            Reply reply = problem(kind.error());
            reply.route = "socket";
            co_await write_reply(stream, context.routes.counted(std::move(reply)),
                                 ReplyForm{version}, kProgressTimeout);
            break;
        }
        const bool keep_alive = parser.get().keep_alive();
        const bool head = request.method == "HEAD";
        Reply reply = co_await context.routes.handle(std::move(request));
        place = BodyRoom::Place();
        const bool sent = co_await write_reply(
            stream, std::move(reply), ReplyForm{version, keep_alive, head}, kProgressTimeout);
        if (!sent || !keep_alive) break;
    }
    if constexpr (std::is_same_v<Stream, TlsStream>) {
        beast::get_lowest_layer(stream).expires_after(http_server::kLingerTimeout);
        co_await stream.async_shutdown(kQuiet);
    }
    beast::get_lowest_layer(stream).close();
}

}  // namespace

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, asio::ssl::context* tls,
                                       HttpContext& context) {
    if (!tls) co_return co_await serve_requests(PlainStream(std::move(socket)), context);
    TlsStream stream(PlainStream(std::move(socket)), *tls);
    beast::get_lowest_layer(stream).expires_after(kTlsTimeout);
    const auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::server, kQuiet);
    if (ec) {
        context.metrics.bad(BadInput::Tls);
        co_return;
    }
    co_await serve_requests(std::move(stream), context);
}

}  // namespace sightline::hub
