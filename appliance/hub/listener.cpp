#include "appliance/hub/listener.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "appliance/base/log.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

Listener::Listener(asio::any_io_executor executor, std::string_view option,
                   const http_server::ListenAddress& address, asio::ssl::context* tls,
                   ConnectionLimits& limits, HttpContext& context)
    : acceptor_(http_server::listen_on(executor, option, address)),
      tls_(tls),
      limits_(limits),
      context_(context) {}

asio::awaitable<void> Listener::run() {
    while (acceptor_.is_open()) {
        auto [ec, socket] = co_await acceptor_.async_accept(kQuiet);
        if (ec == asio::error::operation_aborted) co_return;
        if (ec) {
            // Out of descriptors, mostly: connections that end will free some.
            spdlog::warn("accept_failed error=\"{}\"", ec.message());
            asio::steady_timer pause(acceptor_.get_executor(), kAcceptPause);
            co_await pause.async_wait(kQuiet);
            continue;
        }
        const auto remote = socket.remote_endpoint(ec);
        if (ec) continue;  // gone already
        auto place = limits_.admit(remote.address().to_string());
        if (!place) {
            context_.metrics.bad(BadInput::TooMany);
            continue;
        }
        context_.tasks.start("connection", serve(std::move(socket), std::move(place)));
    }
}

void Listener::close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

asio::awaitable<void> Listener::serve(tcp::socket socket, ConnectionLimits::Place place) {
    const auto held = std::move(place);
    co_await serve_connection(std::move(socket), tls_, context_);
}

}  // namespace sightline::hub
