// A WebSocket as signalling sees it: text messages in and out, without Beast. Main thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "appliance/base/result.h"

namespace sightline::hub {

// RFC 6455 section 7.4 and our own.
enum class CloseCode : std::uint16_t {
    Normal = 1000,
    GoingAway = 1001,
    Policy = 1008,
    TryAgain = 1013,
    Elsewhere = 4307,  // the reason is the origin of the hub that has it
    BadToken = 4401,
    Forbidden = 4403,
    SessionGone = 4404,
    HelloTimeout = 4408,
};

class MessageSocket {
  public:
    virtual ~MessageSocket() = default;

    // The next message. Malformed: it was binary, the socket lives. Any other error: it is closed.
    virtual boost::asio::awaitable<base::Result<std::string>> receive() = 0;
    // Queues a message. A peer that lets the queue grow beyond its bound is cut off.
    virtual void send(std::string text) = 0;
    // Sends what is queued, then closes. The first call counts.
    virtual void close(CloseCode code, std::string_view reason) = 0;
};

}  // namespace sightline::hub
