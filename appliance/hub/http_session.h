// One HTTP/1.1 connection: requests one after the other within bounds of size and time, until it is
// closed or becomes a WebSocket. The same code for plain and TLS. Main thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>

#include "appliance/hub/body_room.h"
#include "appliance/hub/message_socket.h"
#include "appliance/hub/metrics.h"
#include "appliance/hub/routes.h"
#include "appliance/hub/task_group.h"

namespace boost::asio::ssl {
class context;
}

namespace sightline::hub {

// What a connection needs; all of it must outlive the connection.
struct HttpContext {
    Routes& routes;
    Metrics& metrics;
    TaskGroup& tasks;
    BodyRoom& room;  // for bodies beyond kMaxBody
    // Serves a WebSocket until it is closed.
    std::function<boost::asio::awaitable<void>(SocketKind, std::shared_ptr<MessageSocket>)> serve;
};

// `tls` is null for plain HTTP.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket,
                                              boost::asio::ssl::context* tls, HttpContext& context);

}  // namespace sightline::hub
