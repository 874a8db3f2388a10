#include "appliance/hub/web_socket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kHandshakeTimeout{5};
// Half of this is when Beast sends a ping.
constexpr std::chrono::seconds kIdleTimeout{10};
constexpr int kKernelSendBuffer = 64 * 1024;

template <class Stream>
class BeastSocket : public MessageSocket, public std::enable_shared_from_this<BeastSocket<Stream>> {
  public:
    BeastSocket(Stream stream, SocketBounds bounds, Metrics& metrics)
        : bounds_(bounds),
          metrics_(metrics),
          socket_(std::move(stream)),
          wake_(socket_.get_executor()) {
        auto& tcp = beast::get_lowest_layer(socket_);
        tcp.expires_never();  // the WebSocket has timers of its own
        boost::system::error_code ec;
        tcp.socket().set_option(asio::ip::tcp::no_delay(true), ec);
        // What a peer does not read shall wait in our bounded queue, not in the kernel.
        tcp.socket().set_option(asio::socket_base::send_buffer_size(kKernelSendBuffer), ec);
        websocket::stream_base::timeout timeout{kHandshakeTimeout, kIdleTimeout, true};
        socket_.set_option(timeout);
        socket_.read_message_max(bounds.max_message);
        socket_.text(true);
    }

    asio::awaitable<bool> accept(UpgradeRequest request) {
        const auto [ec] = co_await socket_.async_accept(request, kQuiet);
        co_return !ec;
    }

    asio::awaitable<base::Result<std::string>> receive() override {
        const auto self = this->shared_from_this();
        if (dead_) co_return base::Errc::Unavailable;
        buffer_.clear();
        const auto [ec, size] = co_await socket_.async_read(buffer_, kQuiet);
        if (ec) {
            if (ec == websocket::error::message_too_big) metrics_.bad(BadInput::Json);
            if (ec.category() == make_error_code(websocket::error::bad_opcode).category() &&
                ec != websocket::error::closed && ec != websocket::error::message_too_big) {
                metrics_.bad(BadInput::HttpMalformed);
            }
            die();
            co_return base::Errc::Unavailable;
        }
        if (!socket_.got_text()) co_return base::Errc::Malformed;
        co_return beast::buffers_to_string(buffer_.data());
    }

    void send(std::string text) override {
        if (dead_ || closing_) return;
        queued_bytes_ += text.size();
        if (queued_bytes_ > bounds_.max_queued_bytes) {
            metrics_.bad(BadInput::SlowReader);
            die();
            return;
        }
        queue_.push_back(std::move(text));
        wake_.cancel();
    }

    void close(CloseCode code, std::string_view reason) override {
        if (dead_ || closing_) return;
        closing_.emplace(static_cast<websocket::close_code>(code),
                         beast::string_view(reason.data(), reason.size()));
        wake_.cancel();
    }

    // Sends what is queued until the socket is closed.
    asio::awaitable<void> write() {
        const auto self = this->shared_from_this();
        while (!dead_) {
            if (!queue_.empty()) {
                const std::string text = std::move(queue_.front());
                queue_.pop_front();
                const auto [ec, size] = co_await socket_.async_write(asio::buffer(text), kQuiet);
                queued_bytes_ -= text.size();
                if (ec) break;
            } else if (closing_) {
                co_await socket_.async_close(*closing_, kQuiet);
                break;
            } else {
                wake_.expires_at(asio::steady_timer::time_point::max());
                co_await wake_.async_wait(kQuiet);
            }
        }
        die();
    }

  private:
    void die() {
        if (dead_) return;
        dead_ = true;
        queue_.clear();
        beast::get_lowest_layer(socket_).close();
        wake_.cancel();
    }

    SocketBounds bounds_;
    Metrics& metrics_;
    // No compression: it costs memory per peer, and these messages are small.
    websocket::stream<Stream, false> socket_;
    asio::steady_timer wake_;
    beast::flat_buffer buffer_;
    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    std::optional<websocket::close_reason> closing_;
    bool dead_ = false;
};

template <class Stream>
asio::awaitable<std::shared_ptr<MessageSocket>> accept(Stream stream, UpgradeRequest request,
                                                       SocketBounds bounds, TaskGroup& tasks,
                                                       Metrics& metrics) {
    auto socket = std::make_shared<BeastSocket<Stream>>(std::move(stream), bounds, metrics);
    const bool accepted = co_await socket->accept(std::move(request));
    if (!accepted) co_return nullptr;
    tasks.start("websocket_writer", socket->write());
    co_return socket;
}

}  // namespace

asio::awaitable<std::shared_ptr<MessageSocket>> accept_web_socket(PlainStream stream,
                                                                  UpgradeRequest request,
                                                                  SocketBounds bounds,
                                                                  TaskGroup& tasks,
                                                                  Metrics& metrics) {
    return accept(std::move(stream), std::move(request), bounds, tasks, metrics);
}

asio::awaitable<std::shared_ptr<MessageSocket>> accept_web_socket(TlsStream stream,
                                                                  UpgradeRequest request,
                                                                  SocketBounds bounds,
                                                                  TaskGroup& tasks,
                                                                  Metrics& metrics) {
    return accept(std::move(stream), std::move(request), bounds, tasks, metrics);
}

}  // namespace sightline::hub
