#include "appliance/kiosk/unix_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "appliance/base/log.h"

namespace sightline::kiosk {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;

bool somebody_listens(const asio::any_io_executor& executor, const std::filesystem::path& path) {
    stream_protocol::socket probe(executor);
    boost::system::error_code refused;
    probe.connect(stream_protocol::endpoint(path.string()), refused);
    return !refused;
}

bool may_speak(stream_protocol::socket& socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    return peer.uid == ::geteuid() || peer.uid == 0;
}

}  // namespace

UnixListener::UnixListener(asio::any_io_executor executor, std::filesystem::path path,
                           LocalPeers peers)
    : path_(std::move(path)), peers_(peers), acceptor_(executor) {
    // sockaddr_un holds 107 characters and a zero.
    if (path_.string().size() > 107) {
        throw std::runtime_error("listen on " + path_.string() +
                                 ": the path is too long for a socket; give a shorter --run");
    }
    if (somebody_listens(executor, path_)) {
        throw std::runtime_error("listen on " + path_.string() +
                                 ": another sightline-kiosk is using it; stop it or give --run "
                                 "another directory");
    }
    std::error_code ignored;
    if (std::filesystem::is_socket(path_, ignored)) std::filesystem::remove(path_, ignored);
    // The mode must be right from the first moment: between bind and a chmod others could connect.
    const mode_t before = ::umask(peers == LocalPeers::SameUser ? 0177 : 0117);
    boost::system::error_code failed;
    acceptor_.open();
    acceptor_.bind(stream_protocol::endpoint(path_.string()), failed);
    ::umask(before);
    if (failed) {
        throw std::runtime_error("listen on " + path_.string() + ": " + failed.message() +
                                 "; create the directory for this user or correct --run");
    }
    acceptor_.listen();
}

UnixListener::~UnixListener() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

asio::awaitable<std::optional<UnixListener::Socket>> UnixListener::accept() {
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (!acceptor_.is_open()) co_return std::nullopt;
        if (error) {
            // Out of descriptors, most likely: they come back, and a tight loop would not help.
            spdlog::error("local.accept_failed why=\"{}\"", error.message());
            asio::steady_timer pause(acceptor_.get_executor(), std::chrono::milliseconds(200));
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        if (peers_ == LocalPeers::SameGroup || may_speak(socket)) co_return std::move(socket);
        spdlog::warn("local.refused socket={}", path_.filename().string());
    }
}

void UnixListener::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

}  // namespace sightline::kiosk
