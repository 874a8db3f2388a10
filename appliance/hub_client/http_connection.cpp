#include "appliance/hub_client/http_connection.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>

#include "appliance/hub_client/connection.h"
#include "appliance/hub_client/http_exchange.h"

namespace sightline::hub_client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

// What is handed to the kernel at once: patience is for each of these.
constexpr std::size_t kPiece = std::size_t{16} * 1024;
// The kernel doubles it. By default it would take a whole megabyte at once, and an answer could not
// come for the minutes that a thin link needs to carry it.
constexpr int kSendBuffer = 32 * 1024;

}  // namespace

struct HttpConnection::Impl {
    Impl(asio::any_io_executor e, HubAddress h, std::size_t most)
        : executor(std::move(e)), hub(std::move(h)), tls(make_tls_context(hub)), most_bytes(most) {}

    asio::any_io_executor executor;
    const HubAddress hub;
    const std::unique_ptr<asio::ssl::context> tls;  // null for plain http
    const std::size_t most_bytes;
    std::optional<PlainStream> plain;
    std::optional<TlsStream> secure;
    beast::flat_buffer buffer;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    bool closed = false;  // by close(), while a request is under way

    asio::awaitable<base::Result<HttpResponse>> dial_and_ask(Message& message,
                                                             base::Duration patience);

    void drop() {
        plain.reset();
        secure.reset();
        buffer.clear();
    }

    template <class Stream>
    asio::awaitable<base::Result<HttpResponse>> exchange(Stream& stream, Message& message,
                                                         base::Duration patience) {
        auto& lowest = beast::get_lowest_layer(stream);
        http::request_serializer<http::string_body> serializer(message);
        serializer.limit(kPiece);
        while (!serializer.is_done()) {
            lowest.expires_after(patience);
            const auto [error, size] =
                co_await http::async_write_some(stream, serializer, kAwaitTuple);
            if (error) co_return error_at_hub(hub.url, "send a request to", error);
            sent += size;
        }
        http::response_parser<http::string_body> parser;
        parser.body_limit(most_bytes);
        while (!parser.is_done()) {
            lowest.expires_after(patience);
            const auto [error, size] =
                co_await http::async_read_some(stream, buffer, parser, kAwaitTuple);
            if (error) co_return reading_failed(hub.url, error);
            received += size;
        }
        const bool stays = parser.get().keep_alive();
        HttpResponse response = response_of(parser.release());
        if (!stays) drop();
        co_return response;
    }

    template <class Stream, class Make>
    asio::awaitable<base::Result<HttpResponse>> over(std::optional<Stream>& stream, Make make,
                                                     Message& message, base::Duration patience) {
        if (!stream) {
            make();
            const auto opened = co_await open_stream(*stream, hub, base::Clock::now() + patience);
            if (!opened) {
                drop();
                co_return opened.error();
            }
            boost::system::error_code ignored;
            beast::get_lowest_layer(*stream).socket().set_option(
                asio::socket_base::send_buffer_size(kSendBuffer), ignored);
        }
        auto response = co_await exchange(*stream, message, patience);
        if (!response) drop();
        co_return response;
    }
};

asio::awaitable<base::Result<HttpResponse>> HttpConnection::Impl::dial_and_ask(
    Message& message, base::Duration patience) {
    if (tls) {
        auto make = [this] { secure.emplace(executor, *tls); };
        co_return co_await over(secure, make, message, patience);
    }
    auto make = [this] { plain.emplace(executor); };
    co_return co_await over(plain, make, message, patience);
}

HttpConnection::HttpConnection(asio::any_io_executor executor, HubAddress hub,
                               std::size_t most_bytes)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(hub), most_bytes)) {}
HttpConnection::~HttpConnection() = default;

asio::awaitable<base::Result<HttpResponse>> HttpConnection::request(std::string method,
                                                                    std::string path,
                                                                    std::vector<HttpHeader> headers,
                                                                    std::string body,
                                                                    base::Duration patience) {
    Impl& impl = *impl_;
    auto message = compose(impl.hub.url, method, path, headers, std::move(body));
    if (!message) co_return message.error();
    message->keep_alive(true);
    impl.closed = false;
    const bool reused = impl.plain || impl.secure;
    const std::uint64_t before = impl.received;
    auto response = co_await impl.dial_and_ask(*message, patience);
    // A hub closes what was idle for long, and may do so just now; what it had begun to answer is
    // another matter.
    if (!response && reused && impl.received == before && !impl.closed &&
        response.error().code != base::Errc::Timeout) {
        response = co_await impl.dial_and_ask(*message, patience);
    }
    co_return response;
}

void HttpConnection::close() {
    // The request that is under way drops the stream when its wait has ended.
    impl_->closed = true;
    if (impl_->plain) impl_->plain->close();
    if (impl_->secure) beast::get_lowest_layer(*impl_->secure).close();
}

const HubAddress& HttpConnection::hub() const { return impl_->hub; }
std::uint64_t HttpConnection::sent() const { return impl_->sent; }
std::uint64_t HttpConnection::received() const { return impl_->received; }

}  // namespace sightline::hub_client
