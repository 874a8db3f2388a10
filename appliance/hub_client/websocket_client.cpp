#include "appliance/hub_client/websocket_client.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <type_traits>

#include "appliance/hub_client/connection.h"

namespace sightline::hub_client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using base::Errc;
using base::Error;

constexpr std::chrono::seconds kSilenceLimit{10};  // a ping goes out after half of it

// One connection, from dialling to its end. Its own pending operations keep it alive, so the client
// may drop it at any moment.
class Channel : public std::enable_shared_from_this<Channel> {
  public:
    virtual ~Channel() = default;
    virtual asio::awaitable<base::Result<void>> open(std::string path, base::Instant deadline) = 0;
    virtual asio::awaitable<base::Result<std::string>> receive() = 0;
    virtual asio::awaitable<void> close(base::Duration timeout) = 0;
    virtual void write_front() = 0;
    virtual void drop() = 0;

    void enqueue(std::string text) {
        queue.push_back(std::move(text));
        if (queue.size() == 1) write_front();
    }

    bool is_open = false;
    std::uint16_t close_code = 0;
    std::deque<std::string> queue;  // the front is being written
};

template <class Stream>
class ChannelOver final : public Channel {
  public:
    template <class... Tls>
    ChannelOver(const asio::any_io_executor& executor, const HubAddress& hub, Tls&... tls)
        : hub_(hub), stream_(executor, tls...), queue_moved_(executor) {}

    asio::awaitable<base::Result<void>> open(std::string path, base::Instant deadline) override {
        const auto self = shared_from_this();
        auto opened = co_await open_stream(stream_.next_layer(), hub_, deadline);
        if (!opened) co_return opened;
        if (dropped_)
            co_return error_at_hub(hub_.url, "connect to", asio::error::operation_aborted);

        // From here the WebSocket's own timers watch; two sets on one socket would cancel each
        // other.
        beast::get_lowest_layer(stream_).expires_never();
        const auto left = deadline - base::Clock::now();
        stream_.set_option(websocket::stream_base::timeout{left, kSilenceLimit, true});
        stream_.read_message_max(kMaxFrameBytes);
        stream_.text(true);
        websocket::response_type response;
        const auto [error] =
            co_await stream_.async_handshake(response, hub_.url.authority(), path, kAwaitTuple);
        if (error == websocket::error::upgrade_declined) {
            co_return Error{response.result_int() == 403 ? Errc::Forbidden : Errc::Malformed,
                            "open " + path + " at hub " + hub_.url.text() + ": answered " +
                                std::to_string(response.result_int()) +
                                " instead of a WebSocket; check that --hub names a Sightline hub"};
        }
        if (error) co_return error_at_hub(hub_.url, "open a WebSocket at", error);
        is_open = true;
        co_return base::Result<void>{};
    }

    asio::awaitable<base::Result<std::string>> receive() override {
        const auto self = shared_from_this();
        beast::flat_buffer buffer;
        const auto [error, length] = co_await stream_.async_read(buffer, kAwaitTuple);
        if (!error && stream_.got_text()) co_return beast::buffers_to_string(buffer.data());
        is_open = false;
        if (!error) {
            drop();
            co_return Error{
                Errc::Malformed,
                "read from hub " + hub_.url.text() +
                    ": a binary frame where only text is spoken; check the hub's version"};
        }
        if (error == websocket::error::closed) co_return closed_by_hub();
        drop();
        if (error == websocket::error::message_too_big) {
            co_return Error{Errc::TooLarge,
                            "read from hub " + hub_.url.text() +
                                ": a frame of more than 64 KiB; check the hub's version"};
        }
        co_return error_at_hub(hub_.url, "read from", error);
    }

    void write_front() override {
        const auto self = shared_from_this();
        stream_.async_write(asio::buffer(queue.front()),
                            [this, self](const boost::system::error_code& error, std::size_t) {
                                queue.pop_front();
                                // The reader learns of the loss by itself and says so once.
                                if (error) is_open = false, queue.clear();
                                queue_moved_.cancel();
                                if (!queue.empty()) write_front();
                            });
    }

    asio::awaitable<void> close(base::Duration timeout) override {
        const auto self = shared_from_this();
        if (!is_open) {
            drop();
            co_return;
        }
        is_open = false;
        const auto deadline = base::Clock::now() + timeout;
        queue_moved_.expires_at(deadline);
        while (!queue.empty() && !dropped_ && base::Clock::now() < deadline) {
            co_await queue_moved_.async_wait(kAwaitTuple);
        }
        asio::steady_timer limit(stream_.get_executor(), deadline);
        limit.async_wait([this, self](const boost::system::error_code& stopped) {
            if (!stopped) drop();
        });
        // The answer does not matter: either way the connection is over.
        co_await stream_.async_close(websocket::close_code::normal, kAwaitTuple);
        limit.cancel();
        drop();
    }

    void drop() override {
        is_open = false;
        dropped_ = true;
        beast::get_lowest_layer(stream_).close();
    }

  private:
    Error closed_by_hub() {
        close_code = static_cast<std::uint16_t>(stream_.reason().code);
        const std::string said(stream_.reason().reason.c_str());
        const std::string what =
            "read from hub " + hub_.url.text() + ": closed by the hub" +
            (close_code == 0 ? "" : " with code " + std::to_string(close_code)) +
            (said.empty() ? "" : " (" + said + ")");
        switch (close_code) {
            case 4401:
                return {Errc::Unauthorized, what + "; the token or key is not known there"};
            case 4403:
                return {Errc::Forbidden, what + "; this role may not do that"};
            case 4404:
                return {Errc::NotFound, what + "; the session is over"};
            default:
                return {Errc::Unavailable, what};
        }
    }

    const HubAddress hub_;
    websocket::stream<Stream> stream_;
    asio::steady_timer queue_moved_;
    bool dropped_ = false;
};

}  // namespace

struct WebSocketClient::Impl {
    Impl(asio::any_io_executor e, HubAddress h)
        : executor(std::move(e)), hub(std::move(h)), tls(make_tls_context(hub)) {}

    static asio::awaitable<base::Result<void>> connect(std::shared_ptr<Impl> self, std::string path,
                                                       base::Duration timeout) {
        self->drop();
        if (self->tls) {
            self->channel =
                std::make_shared<ChannelOver<TlsStream>>(self->executor, self->hub, *self->tls);
        } else {
            self->channel = std::make_shared<ChannelOver<PlainStream>>(self->executor, self->hub);
        }
        const auto channel = self->channel;
        auto opened = co_await channel->open(std::move(path), base::Clock::now() + timeout);
        if (!opened) channel->drop();
        co_return opened;
    }

    void drop() {
        if (channel) channel->drop();
        // Beast's timer of a handshake or of silence runs until the stream is gone, and would keep
        // an executor busy that has nothing else left to do.
        channel.reset();
    }

    asio::any_io_executor executor;
    const HubAddress hub;
    const std::unique_ptr<asio::ssl::context> tls;  // null for plain http
    std::shared_ptr<Channel> channel;               // null before the first connect()
};

WebSocketClient::WebSocketClient(asio::any_io_executor executor, HubAddress hub)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(hub))) {}
WebSocketClient::~WebSocketClient() { impl_->drop(); }

asio::awaitable<base::Result<void>> WebSocketClient::connect(std::string path,
                                                             base::Duration timeout) {
    return Impl::connect(impl_, std::move(path), timeout);
}

base::Result<void> WebSocketClient::send(std::string text) {
    const std::string what = "send to hub " + impl_->hub.url.text() + ": ";
    if (!connected()) return Error{Errc::Unavailable, what + "not connected; connect first"};
    if (text.size() > kMaxFrameBytes) {
        return Error{Errc::TooLarge, what + "the message is larger than 64 KiB"};
    }
    if (impl_->channel->queue.size() >= kMaxQueuedFrames) {
        return Error{Errc::Exhausted, what + "it does not read what it is sent; reconnect"};
    }
    impl_->channel->enqueue(std::move(text));
    return {};
}

asio::awaitable<base::Result<std::string>> WebSocketClient::receive() {
    auto not_connected = [](std::string hub) -> asio::awaitable<base::Result<std::string>> {
        co_return Error{Errc::Unavailable,
                        "read from hub " + hub + ": not connected; connect first"};
    };
    if (!connected()) return not_connected(impl_->hub.url.text());
    return impl_->channel->receive();
}

asio::awaitable<void> WebSocketClient::close(base::Duration timeout) {
    auto nothing = []() -> asio::awaitable<void> { co_return; };
    if (!impl_->channel) return nothing();
    return impl_->channel->close(timeout);
}

void WebSocketClient::abort() { impl_->drop(); }
bool WebSocketClient::connected() const { return impl_->channel && impl_->channel->is_open; }
std::uint16_t WebSocketClient::close_code() const {
    return impl_->channel ? impl_->channel->close_code : std::uint16_t{0};
}

}  // namespace sightline::hub_client
