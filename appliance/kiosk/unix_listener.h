// A Unix stream socket for this machine's own programs. One thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace sightline::kiosk {

// Who may connect.
enum class LocalPeers : std::uint8_t {
    SameUser,   // this user and root: mode 0600, and each peer's uid checked
    SameGroup,  // whoever is in our group as well: mode 0660, which the kernel checks. For the
                // engine, which systemd runs as a user of its own.
};

class UnixListener {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;

    // Takes the place of a socket that nobody listens on any more. Throws std::runtime_error with a
    // sentence if somebody does, or if the directory cannot be used.
    UnixListener(boost::asio::any_io_executor executor, std::filesystem::path path,
                 LocalPeers peers);
    ~UnixListener();  // removes the socket file
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;

    // The next peer that may connect; others are hung up on. None: stopped.
    boost::asio::awaitable<std::optional<Socket>> accept();
    void stop();

  private:
    std::filesystem::path path_;
    LocalPeers peers_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
};

}  // namespace sightline::kiosk
