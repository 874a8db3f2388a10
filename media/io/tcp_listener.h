// ICE over TCP, the passive side (RFC 6544): accepts connections and carries the same datagrams as
// UDP, each behind a 16-bit length (RFC 4571). What a connection may cost is bounded: their number,
// the size of a frame, what waits to be written, and the time until ICE has accepted it. On the
// thread of its io_context, which it must not outlive.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "appliance/base/time.h"
#include "media/io/udp_socket.h"
#include "media/wire/packet_batch.h"

namespace sightline::io {

class TcpListener {
  public:
    struct Limits {
        std::size_t max_connections = 256;
        std::size_t max_queued_bytes = 256 * 1024;  // per connection, then datagrams are dropped
        // A connection that ICE has not accepted by then, or no longer accepts, is closed.
        std::chrono::milliseconds patience{10'000};
    };
    struct Callbacks {
        OnDatagrams on_datagrams;
        std::function<void(const wire::Path&)> on_closed;    // closed by the peer or by us
        std::function<bool(const wire::Path&)> is_accepted;  // by ICE
    };
    // Listens at once. Throws std::system_error (bind).
    TcpListener(boost::asio::io_context& context, const wire::Endpoint& local, Limits limits,
                Callbacks callbacks);
    ~TcpListener();
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;

    void start();

    // Sends the batch's TCP datagrams and leaves the batch as it is.
    void send(const wire::PacketBatch& batch);

    std::uint16_t port() const;
    std::size_t connections() const;

    struct Counters {
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;    // over the limit of connections
        std::uint64_t not_stun = 0;   // closed: the first frame was not STUN, or a frame too long
        std::uint64_t timed_out = 0;  // closed: ICE did not accept it in time
        std::uint64_t send_full = 0;  // datagrams dropped because the peer reads too slowly
    };
    const Counters& counters() const;

  private:
    struct Connection;
    struct Parts;
    std::shared_ptr<Parts> parts_;  // shared with pending operations, which may complete after us
};

}  // namespace sightline::io
