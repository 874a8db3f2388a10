// The WebSocket that participants keep open: says who they are, hears who is there. Main thread.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "appliance/hub/metrics.h"
#include "appliance/hub/place_book.h"
#include "appliance/hub/session_registry.h"
#include "appliance/hub/sign_in.h"
#include "appliance/hub/signalling.h"

namespace sightline::hub {

inline constexpr std::chrono::seconds kHelloTimeout{5};
inline constexpr int kMaxBadMessages = 100;
inline constexpr int kMaxMessagesPerSecond = 50;

// Returns when the socket is closed. The references must outlive the coroutine.
boost::asio::awaitable<void> serve_control(SocketPtr socket, SessionRegistry& registry,
                                           SignIn& sign_in, Signalling& signalling,
                                           const PlaceBook& places, Metrics& metrics);

// Closes the socket unless the returned timer is destroyed in time.
boost::asio::steady_timer hello_deadline(boost::asio::any_io_executor executor,
                                         const SocketPtr& socket);

}  // namespace sightline::hub
