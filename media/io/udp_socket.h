// A UDP socket that moves datagrams in batches: Asio tells when it is readable, recvmmsg and
// sendmmsg move up to kBatch datagrams in one system call. Lives on the thread of its io_context,
// which it must not outlive. Bound to an IPv6 wildcard it speaks IPv4 too, in the v4-mapped form
// that wire::Endpoint has.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <memory>
#include <span>

#include "appliance/base/bytes.h"
#include "media/wire/packet_batch.h"
#include "media/wire/path.h"

namespace sightline::io {

// One datagram that came in; the bytes may be changed in place (decrypted) until the callback
// returns.
struct Datagram {
    wire::Path path;
    base::MutableBytes bytes;
};
using OnDatagrams = std::function<void(std::span<Datagram>)>;

class UdpSocket {
  public:
    // Binds at once; port 0 takes any free one. Throws std::system_error (bind, or no such
    // address).
    UdpSocket(boost::asio::io_context& context, const wire::Endpoint& local);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    // From now on every batch that comes in is handed to `on_datagrams`, on the io_context's
    // thread.
    void start(OnDatagrams on_datagrams);

    // Sends the batch's UDP datagrams and leaves the batch as it is (its TCP entries are not ours).
    // What does not fit the socket's buffer is dropped and counted, as any queue on the way would
    // do; an ICMP error reported for one destination never stops the others.
    void send(const wire::PacketBatch& batch);

    std::uint16_t port() const;

    struct Counters {
        std::uint64_t received = 0;
        std::uint64_t sent = 0;
        std::uint64_t oversized = 0;    // longer than kMaxDatagram: dropped
        std::uint64_t send_full = 0;    // dropped because the socket's buffer was full
        std::uint64_t send_failed = 0;  // refused by the system: unreachable, not permitted
    };
    const Counters& counters() const;

  private:
    struct Parts;
    std::shared_ptr<Parts> parts_;  // shared with the pending wait, which may complete after us
};

}  // namespace sightline::io
