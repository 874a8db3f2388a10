// One listening TCP socket: accepts within the connection bounds and starts a tracked task for each
// connection. Main thread. Must outlive its tasks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string_view>

#include "appliance/http_server/listen_address.h"
#include "appliance/hub/connection_limits.h"
#include "appliance/hub/http_session.h"

namespace sightline::hub {

class Listener {
  public:
    // `tls` is null for plain HTTP. Throws std::runtime_error with one sentence naming `option`
    // when the address cannot be had.
    Listener(boost::asio::any_io_executor executor, std::string_view option,
             const http_server::ListenAddress& address, boost::asio::ssl::context* tls,
             ConnectionLimits& limits, HttpContext& context);

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    boost::asio::awaitable<void> run();
    void close();

  private:
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket,
                                       ConnectionLimits::Place place);

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ssl::context* tls_;
    ConnectionLimits& limits_;
    HttpContext& context_;
};

}  // namespace sightline::hub
