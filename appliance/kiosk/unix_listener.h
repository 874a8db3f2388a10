// A Unix stream socket that only this user's processes may use: made 0600, and each peer's uid
// checked. One thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <optional>

namespace sightline::kiosk {

class UnixListener {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;

    // Takes the place of a socket that nobody listens on any more. Throws std::runtime_error with a
    // sentence if somebody does, or if the directory cannot be used.
    UnixListener(boost::asio::any_io_executor executor, std::filesystem::path path);
    ~UnixListener();  // removes the socket file
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;

    // The next peer that is this user or root; others are hung up on. None: stopped.
    boost::asio::awaitable<std::optional<Socket>> accept();
    void stop();

  private:
    std::filesystem::path path_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
};

}  // namespace sightline::kiosk
