#include "media/io/udp_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "media/io/socket_address.h"

namespace sightline::io {
namespace {

using boost::asio::ip::udp;

constexpr std::size_t kBatch = 64;
// Two seconds of a busy hub: the kernel caps it at net.core.[rw]mem_max.
constexpr int kSocketBuffer = 4 * 1024 * 1024;
// After so many full batches other handlers get their turn before we read on.
constexpr int kRoundsPerWakeUp = 4;

// One byte more than a datagram may have, so that an oversized one can be told from one that just
// fits.
using Buffer = std::array<std::uint8_t, wire::kMaxDatagram + 1>;

}  // namespace

struct UdpSocket::Parts : std::enable_shared_from_this<UdpSocket::Parts> {
    Parts(boost::asio::io_context& context, const wire::Endpoint& local)
        : socket(context), is_v6(!local.is_v4()), buffers(kBatch) {
        socket.open(is_v6 ? udp::v6() : udp::v4());
        if (is_v6) socket.set_option(boost::asio::ip::v6_only(false));
        boost::system::error_code ignored;  // a smaller buffer works too
        socket.set_option(boost::asio::socket_base::receive_buffer_size(kSocketBuffer), ignored);
        socket.set_option(boost::asio::socket_base::send_buffer_size(kSocketBuffer), ignored);
        socket.non_blocking(true);
        SocketAddress address(local, is_v6);
        if (::bind(socket.native_handle(), address.get(), address.size()) != 0) {
            throw std::system_error(errno, std::generic_category());
        }
        port = socket.local_endpoint().port();
        for (std::size_t i = 0; i < kBatch; ++i) {
            in_parts[i] = {buffers[i].data(), buffers[i].size()};
            in[i].msg_hdr = {};
            in[i].msg_hdr.msg_iov = &in_parts[i];
            in[i].msg_hdr.msg_iovlen = 1;
            out[i].msg_hdr = {};
            out[i].msg_hdr.msg_iov = &out_parts[i];
            out[i].msg_hdr.msg_iovlen = 1;
        }
    }

    void wait() {
        socket.async_wait(udp::socket::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                              if (error || self->stopped) return;
                              self->read();
                              if (!self->stopped) self->wait();
                          });
    }

    void read() {
        for (int round = 0; round < kRoundsPerWakeUp && !stopped; ++round) {
            for (std::size_t i = 0; i < kBatch; ++i) {
                in[i].msg_hdr.msg_name = in_addresses[i].get();
                in[i].msg_hdr.msg_namelen = SocketAddress::kCapacity;
            }
            const int got =
                ::recvmmsg(socket.native_handle(), in.data(), kBatch, MSG_DONTWAIT, nullptr);
            // EAGAIN: drained. Anything else (an ICMP error, a signal) is over with the call.
            if (got <= 0) return;
            std::size_t count = 0;
            for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
                if (in[i].msg_len > wire::kMaxDatagram) {
                    ++counters.oversized;
                    continue;
                }
                datagrams[count++] = {{wire::Transport::Udp, in_addresses[i].endpoint(), 0},
                                      base::MutableBytes(buffers[i]).first(in[i].msg_len)};
            }
            counters.received += count;
            if (count > 0) on_datagrams(std::span(datagrams).first(count));
            if (static_cast<std::size_t>(got) < kBatch) return;
        }
    }

    void send(std::size_t count) {
        std::size_t done = 0;
        while (done < count) {
            const int sent = ::sendmmsg(socket.native_handle(), out.data() + done,
                                        static_cast<unsigned>(count - done), MSG_DONTWAIT);
            if (sent > 0) {
                done += static_cast<std::size_t>(sent);
                counters.sent += static_cast<std::uint64_t>(sent);
            } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
                counters.send_full += count - done;
                return;
            } else if (errno != EINTR) {
                // The error belongs to the first datagram (or to an earlier one's ICMP answer): go
                // on behind it.
                ++counters.send_failed;
                ++done;
            }
        }
    }

    udp::socket socket;
    bool is_v6;
    bool stopped = false;
    std::uint16_t port = 0;
    OnDatagrams on_datagrams;
    Counters counters;
    std::vector<Buffer> buffers;
    std::array<Datagram, kBatch> datagrams;
    std::array<SocketAddress, kBatch> in_addresses, out_addresses;
    std::array<iovec, kBatch> in_parts{}, out_parts{};
    std::array<mmsghdr, kBatch> in{}, out{};
};

UdpSocket::UdpSocket(boost::asio::io_context& context, const wire::Endpoint& local)
    : parts_(std::make_shared<Parts>(context, local)) {}

UdpSocket::~UdpSocket() {
    parts_->stopped = true;
    boost::system::error_code ignored;
    parts_->socket.close(ignored);
}

void UdpSocket::start(OnDatagrams on_datagrams) {
    parts_->on_datagrams = std::move(on_datagrams);
    parts_->wait();
}

void UdpSocket::send(const wire::PacketBatch& batch) {
    std::size_t count = 0;
    for (const auto& entry : batch.entries()) {
        if (entry.path.transport != wire::Transport::Udp) continue;
        if (!parts_->is_v6 && !entry.path.remote.is_v4()) {
            ++parts_->counters.send_failed;
            continue;
        }
        auto& address = parts_->out_addresses[count];
        address = SocketAddress(entry.path.remote, parts_->is_v6);
        // sendmmsg takes its data as mutable and does not change it.
        parts_->out_parts[count] = {const_cast<std::uint8_t*>(entry.bytes.data()), entry.size};
        parts_->out[count].msg_hdr.msg_name = address.get();
        parts_->out[count].msg_hdr.msg_namelen = address.size();
        if (++count == kBatch) {
            parts_->send(count);
            count = 0;
        }
    }
    if (count > 0) parts_->send(count);
}

std::uint16_t UdpSocket::port() const { return parts_->port; }
const UdpSocket::Counters& UdpSocket::counters() const { return parts_->counters; }

}  // namespace sightline::io
