#include "appliance/kiosk/engine_link.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <exception>
#include <optional>

#include "appliance/base/log.h"
#include "appliance/kiosk/clock.h"

namespace sightline::kiosk {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kMaxEngineLine = 64 * 1024;
constexpr std::size_t kMaxQueuedLines = 64;  // an engine that reads nothing hangs
constexpr std::chrono::seconds kPingInterval{1};
// The engine falls silent when it hears nothing of what it may send for 2 s.
constexpr std::chrono::milliseconds kSendInterval{500};

}  // namespace

// One engine's connection, and what it has been told over it. Its pending operations keep it alive.
class EngineLink::Connection : public std::enable_shared_from_this<Connection> {
  public:
    explicit Connection(UnixListener::Socket socket) : socket_(std::move(socket)) {}

    // Empty at the end of the connection.
    asio::awaitable<std::optional<std::string>> read_line() {
        const auto self = shared_from_this();
        const auto [error, length] =
            co_await asio::async_read_until(socket_, asio::dynamic_buffer(input_, kMaxEngineLine),
                                            '\n', asio::as_tuple(asio::use_awaitable));
        if (error) {
            drop();
            co_return std::nullopt;
        }
        std::string line = input_.substr(0, length - 1);
        input_.erase(0, length);
        co_return line;
    }

    void send(std::string line) {
        if (!socket_.is_open()) return;
        if (output_.size() >= kMaxQueuedLines) return drop();
        output_.push_back(std::move(line));
        if (output_.size() == 1) write_front();
    }

    void drop() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    std::optional<EngineJoin> told_join;
    std::optional<Mute> told_mute;
    std::optional<SendOrder> told_send;
    std::optional<EngineKeysMark> told_keys;
    std::optional<model::View> told_view;
    std::string run;  // from the hello; empty before it

  private:
    void write_front() {
        asio::async_write(
            socket_, asio::buffer(output_.front()),
            [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                self->output_.pop_front();
                if (error) return self->drop();
                if (!self->output_.empty()) self->write_front();
            });
    }

    UnixListener::Socket socket_;
    std::string input_;
    std::deque<std::string> output_;
};

EngineLink::EngineLink(asio::any_io_executor executor, std::filesystem::path path,
                       SessionAuthority& authority)
    : listener_(std::move(executor), std::move(path), LocalPeers::SameGroup),
      authority_(authority) {}
EngineLink::~EngineLink() = default;

asio::awaitable<void> EngineLink::run() {
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        auto socket = co_await listener_.accept();
        if (!socket) co_return;
        if (connection_) connection_->drop();
        report(watch_.disconnected(), read_clock());
        connection_ = std::make_shared<Connection>(std::move(*socket));
        watch_.connected(base::Clock::now());
        spdlog::info("engine.connected");
        // Ends with its connection, which stop() drops; what it throws ends the program.
        asio::co_spawn(executor, serve(connection_), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        settle();
    }
}

asio::awaitable<void> EngineLink::serve(std::shared_ptr<Connection> connection) {
    while (auto line = co_await connection->read_line()) {
        if (connection != connection_) co_return;
        const auto message = parse_engine_message(*line);
        if (!message) {
            spdlog::warn("engine.malformed why=\"{}\"", message.error().text);
            continue;
        }
        const Now now = read_clock();
        if (const auto* question = std::get_if<EngineNonce>(&*message)) {
            const auto beat = authority_.answer(question->nonce);
            if (beat) connection->send(engine_heartbeat(*beat));
        }
        if (const auto* hello = std::get_if<EngineHello>(&*message)) {
            connection->run = hello->run;
            authority_.engine_started(hello->run);
            settle();
        }
        if (const auto* taken = std::get_if<EngineKeysTaken>(&*message)) {
            authority_.engine_has_keys(taken->epoch);
        }
        report(watch_.heard(*message, now.instant), now);
    }
    if (connection != connection_) co_return;
    connection_.reset();
    report(watch_.disconnected(), read_clock());
}

void EngineLink::stop() {
    listener_.stop();
    if (connection_) connection_->drop();
}

void EngineLink::settle() {
    if (!connection_) return;
    // An engine that was started again speaks as soon as it may: what is muted is told before.
    const Mute mute = authority_.mute();
    if (mute.audio || mute.video) tell_mute(mute);
    // When something must stop, it stops before anything else is said.
    if (authority_.send_order() != connection_->told_send) tell_send_order();
    tell_keys();
    const auto join = authority_.engine_join();
    if (join != connection_->told_join) {
        connection_->send(join ? engine_join(*join) : engine_leave());
        connection_->told_join = join;
    }
    tell_mute(mute);
    if (const auto view = authority_.view(); view != connection_->told_view) {
        connection_->send(engine_view(view));
        connection_->told_view = view;
    }
}

void EngineLink::tell_mute(Mute mute) {
    if (mute == connection_->told_mute) return;
    connection_->send(engine_mute(mute));
    connection_->told_mute = mute;
}

void EngineLink::tell_send_order() {
    connection_->told_send = authority_.send_order();
    connection_->send(engine_send(*connection_->told_send));
}

void EngineLink::tell_keys() {
    const auto keys = authority_.engine_keys();
    // Keys are for one start of the engine, and this connection's may be another.
    if (!keys || keys->run != connection_->run || keys == connection_->told_keys) return;
    connection_->told_keys = keys;
    connection_->send(authority_.engine_keys_line());
}

void EngineLink::tick(Now now) {
    report(watch_.tick(now.instant), now);
    if (connection_ && now.instant >= next_ping_) {
        next_ping_ = now.instant + kPingInterval;
        connection_->send(engine_ping(++ping_));
    }
    if (connection_ && now.instant >= next_send_) {
        next_send_ = now.instant + kSendInterval;
        tell_send_order();
    }
    settle();
}

void EngineLink::report(const std::vector<EngineEvent>& events, Now now) {
    for (const auto event : events) authority_.on_engine(event, now);
}

}  // namespace sightline::kiosk
