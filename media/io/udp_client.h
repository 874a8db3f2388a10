// The engine's way to the hub: one UDP socket on any free port, for IPv6 and IPv4 alike, that hands
// over what comes in and sends what the core has written. On the thread of its io_context, which it
// must not outlive.
#pragma once

#include "media/io/udp_socket.h"

namespace sightline::io {

class UdpClient {
  public:
    // Throws std::system_error when the machine has no network at all. `on_datagrams` is called on
    // the io_context's thread; it may call send().
    UdpClient(boost::asio::io_context& context, OnDatagrams on_datagrams);

    // Sends everything in the batch and clears it.
    void send(wire::PacketBatch& batch);

    std::uint16_t port() const { return socket_.port(); }
    const UdpSocket::Counters& counters() const { return socket_.counters(); }

  private:
    UdpSocket socket_;
};

}  // namespace sightline::io
