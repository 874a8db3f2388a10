// The kiosk's local control socket: answers one JSON line after another for this user's own
// programs. Few at a time, each with a deadline, so that one that hangs holds up nobody. One
// executor thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "appliance/kiosk/unix_listener.h"

namespace sightline::kiosk {

class ControlSocket {
  public:
    using Answer = std::function<std::string(std::string_view line)>;

    // Throws std::runtime_error if it cannot listen on `path`.
    ControlSocket(boost::asio::any_io_executor executor, std::filesystem::path path, Answer answer);

    boost::asio::awaitable<void> run();  // until stop()
    void stop() { listener_.stop(); }

  private:
    boost::asio::awaitable<void> serve(UnixListener::Socket socket);

    UnixListener listener_;
    Answer answer_;
    std::size_t connections_ = 0;
};

}  // namespace sightline::kiosk
