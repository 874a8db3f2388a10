// One WebSocket (RFC 6455) to the hub, text frames only: connect, then any number of send() and one
// receive() at a time. Pings keep it alive, and silence of 10 s ends it. Runs on one
// single-threaded executor, which must outlive it. Destroying it drops the connection and ends a
// pending receive().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "appliance/hub_client/hub_url.h"

namespace sightline::hub_client {

inline constexpr std::size_t kMaxFrameBytes = 64 * 1024;
// More unsent frames than this mean that the hub is not reading: send() refuses.
inline constexpr std::size_t kMaxQueuedFrames = 256;

class WebSocketClient {
  public:
    WebSocketClient(boost::asio::any_io_executor executor, HubAddress hub);
    ~WebSocketClient();
    WebSocketClient(const WebSocketClient&) = delete;
    WebSocketClient& operator=(const WebSocketClient&) = delete;

    // May be called again after the connection was lost. Errors: Timeout, Unavailable, Unauthorized
    // (certificate), Malformed (the answer is no WebSocket).
    boost::asio::awaitable<base::Result<void>> connect(
        std::string path, base::Duration timeout = std::chrono::seconds(10));

    // Queues a frame and returns at once; frames leave in order. Errors: Unavailable (not
    // connected), TooLarge, Exhausted.
    base::Result<void> send(std::string text);

    // The next text frame. After an error the connection is over. Errors: Unauthorized (close code
    // 4401), Forbidden (4403), NotFound (4404), Unavailable (any other end), Malformed, TooLarge.
    boost::asio::awaitable<base::Result<std::string>> receive();

    // Sends what is queued and a close frame, and waits for the hub's, at most `timeout`. A pending
    // receive() ends with Unavailable.
    boost::asio::awaitable<void> close(base::Duration timeout = std::chrono::seconds(2));
    // Drops the connection at once; a pending receive() ends with Unavailable.
    void abort();

    bool connected() const;
    // The close code the hub gave, or 0.
    std::uint16_t close_code() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace sightline::hub_client
