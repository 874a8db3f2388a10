// Turns an HTTP connection into a MessageSocket on Beast: ping every 5 s, dead after 10 s of
// silence, bounded messages and a bounded queue. Main thread.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "appliance/hub/message_socket.h"
#include "appliance/hub/metrics.h"
#include "appliance/hub/stream.h"
#include "appliance/hub/task_group.h"

namespace sightline::hub {

struct SocketBounds {
    std::size_t max_message = 16 * 1024;
    std::size_t max_queued_bytes = 256 * 1024;
};

using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Answers the upgrade and starts the writer in `tasks`; nullptr when the peer went away.
boost::asio::awaitable<std::shared_ptr<MessageSocket>> accept_web_socket(PlainStream stream,
                                                                         UpgradeRequest request,
                                                                         SocketBounds bounds,
                                                                         TaskGroup& tasks,
                                                                         Metrics& metrics);
boost::asio::awaitable<std::shared_ptr<MessageSocket>> accept_web_socket(TlsStream stream,
                                                                         UpgradeRequest request,
                                                                         SocketBounds bounds,
                                                                         TaskGroup& tasks,
                                                                         Metrics& metrics);

}  // namespace sightline::hub
