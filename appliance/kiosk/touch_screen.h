// The HTTP server for the page on the kiosk's own touch screen: HTTP/1.1 on a loopback address, a
// few connections at a time, each request and each reply within bounds of size and time. One
// executor thread; must not outlive what the functions refer to.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "appliance/base/result.h"
#include "appliance/http_server/listen_address.h"
#include "appliance/kiosk/touch_routes.h"

namespace sightline::kiosk {

class TouchScreen {
  public:
    // Told of what was asked and gets nothing, for the audit log.
    using Refused = std::function<void(std::string what, const base::Error& why)>;

    // Throws std::runtime_error with a sentence if it cannot listen there.
    TouchScreen(boost::asio::any_io_executor executor, const http_server::ListenAddress& address,
                std::filesystem::path pages, TouchRoutes::Answer answer, Refused refused);

    boost::asio::awaitable<void> run();  // until stop()
    void stop();

  private:
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);

    boost::asio::ip::tcp::acceptor acceptor_;
    TouchRoutes routes_;
    Refused refused_;
    std::size_t connections_ = 0;
};

}  // namespace sightline::kiosk
