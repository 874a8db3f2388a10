// What every HTTP/1.1 connection does, whoever serves it: a request as the routes see it, the reply
// on the wire within a bound of time, and an end that the reply survives. Include only where Beast
// is needed: it is slow to compile.
#pragma once

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <utility>

#include "appliance/http_server/http_message.h"

namespace sightline::http_server {

inline constexpr std::chrono::seconds kLingerTimeout{1};
inline constexpr std::size_t kLingerBytes = 256 * 1024;

// Without the body, which may not have come yet.
Request request_of(const boost::beast::http::request<boost::beast::http::string_body>& from);

// How a reply goes out: in which version, whether the connection stays, and whether the body was
// asked for.
struct ReplyForm {
    unsigned version = 11;
    bool keep_alive = false;
    bool head = false;
};
boost::beast::http::response<boost::beast::http::string_body> response_of(Reply reply,
                                                                          ReplyForm form);

// `patience`: for any piece of it. False: the peer is gone.
template <class Stream>
boost::asio::awaitable<bool> write_reply(Stream& stream, Reply reply, ReplyForm form,
                                         std::chrono::seconds patience) {
    namespace beast = boost::beast;
    constexpr auto kQuiet = boost::asio::as_tuple(boost::asio::use_awaitable);
    auto response = response_of(std::move(reply), form);
    beast::http::response_serializer<beast::http::string_body> serializer(response);
    while (!serializer.is_done()) {
        beast::get_lowest_layer(stream).expires_after(patience);
        const auto [ec, size] = co_await beast::http::async_write_some(stream, serializer, kQuiet);
        if (ec) co_return false;
    }
    co_return true;
}

// Closing with unread input makes the kernel send a reset, which can overtake our reply: read on
// for a moment first.
template <class Stream>
boost::asio::awaitable<void> linger(Stream& stream) {
    constexpr auto kQuiet = boost::asio::as_tuple(boost::asio::use_awaitable);
    boost::system::error_code ignored;
    auto& tcp = boost::beast::get_lowest_layer(stream);
    tcp.socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
    std::array<char, 4096> sink;
    tcp.expires_after(kLingerTimeout);
    for (std::size_t taken = 0; taken < kLingerBytes;) {
        const auto [ec, size] = co_await tcp.async_read_some(boost::asio::buffer(sink), kQuiet);
        if (ec) break;
        taken += size;
    }
}

}  // namespace sightline::http_server
