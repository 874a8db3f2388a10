#include "appliance/kiosk/control_socket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <memory>

namespace sightline::kiosk {

namespace asio = boost::asio;

namespace {

// A request that is too large is answered, so that whoever wrote it learns why nothing happened;
// what goes on beyond this is no request at all.
constexpr std::size_t kMaxLine = 2 * 1024 * 1024;
constexpr std::size_t kMaxConnections = 16;
constexpr std::chrono::seconds kPatience{5};

}  // namespace

ControlSocket::ControlSocket(asio::any_io_executor executor, std::filesystem::path path,
                             Answer answer)
    : listener_(std::move(executor), std::move(path), LocalPeers::SameUser),
      answer_(std::move(answer)) {}

asio::awaitable<void> ControlSocket::run() {
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        auto socket = co_await listener_.accept();
        if (!socket) co_return;
        if (connections_ >= kMaxConnections) continue;  // hung up on: it may come again
        ++connections_;
        // Each ends by its own deadline; what it throws ends the program.
        asio::co_spawn(executor, serve(std::move(*socket)), [this](std::exception_ptr failure) {
            --connections_;
            if (failure) std::rethrow_exception(failure);
        });
    }
}

asio::awaitable<void> ControlSocket::serve(UnixListener::Socket accepted) {
    const auto socket = std::make_shared<UnixListener::Socket>(std::move(accepted));
    asio::steady_timer deadline(socket->get_executor());
    std::string input;
    for (;;) {
        deadline.expires_after(kPatience);
        deadline.async_wait([socket](const boost::system::error_code& stopped) {
            boost::system::error_code ignored;
            if (!stopped) socket->close(ignored);
        });
        const auto [no_line, length] =
            co_await asio::async_read_until(*socket, asio::dynamic_buffer(input, kMaxLine), '\n',
                                            asio::as_tuple(asio::use_awaitable));
        if (no_line) co_return;
        const std::string reply = answer_(std::string_view(input).substr(0, length - 1)) + "\n";
        input.erase(0, length);
        const auto [not_sent, sent] = co_await asio::async_write(
            *socket, asio::buffer(reply), asio::as_tuple(asio::use_awaitable));
        if (not_sent) co_return;
    }
}

}  // namespace sightline::kiosk
