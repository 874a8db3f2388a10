#include "media/io/tcp_listener.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "media/io/socket_address.h"
#include "media/wire/stun.h"

namespace sightline::io {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kLengthSize = 2;
// Room for several frames, so that one read brings a burst.
constexpr std::size_t kReadBuffer = 8 * (kLengthSize + wire::kMaxDatagram);

wire::Endpoint endpoint_of(const tcp::endpoint& from) {
    wire::Endpoint endpoint;
    const auto address = from.address();
    if (address.is_v4()) {
        const auto b = address.to_v4().to_bytes();
        return wire::Endpoint::v4(b[0], b[1], b[2], b[3], from.port());
    }
    const auto b = address.to_v6().to_bytes();
    std::copy(b.begin(), b.end(), endpoint.ip.begin());
    endpoint.port = from.port();
    return endpoint;
}

}  // namespace

struct TcpListener::Connection {
    explicit Connection(tcp::socket s) : socket(std::move(s)), in(kReadBuffer) {}

    tcp::socket socket;
    wire::Path path;
    base::Instant since{};
    bool closed = false;
    bool had_stun = false;
    bool writing = false;
    std::vector<std::uint8_t> in;
    std::size_t in_size = 0;
    std::vector<std::uint8_t> waiting;  // frames that the write under way does not contain
    std::vector<std::uint8_t> on_the_way;
};

struct TcpListener::Parts : std::enable_shared_from_this<TcpListener::Parts> {
    Parts(boost::asio::io_context& context, const wire::Endpoint& local, Limits l, Callbacks c)
        : acceptor(context), timer(context), limits(l), callbacks(std::move(c)) {
        const bool is_v6 = !local.is_v4();
        acceptor.open(is_v6 ? tcp::v6() : tcp::v4());
        if (is_v6) acceptor.set_option(boost::asio::ip::v6_only(false));
        // Connections of an earlier run in TIME_WAIT must not keep a restarted hub from its port.
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        SocketAddress address(local, is_v6);
        if (::bind(acceptor.native_handle(), address.get(), address.size()) != 0) {
            throw std::system_error(errno, std::generic_category());
        }
        acceptor.listen();
        port = acceptor.local_endpoint().port();
    }

    void accept() {
        acceptor.async_accept([self = shared_from_this()](const error_code& error, tcp::socket s) {
            if (self->stopped) return;
            if (!error) {
                self->take(std::move(s));
            } else if (error == boost::asio::error::no_descriptors) {
                // Closing somebody frees one; until then trying again at once would only spin.
                self->accept_later = true;
                return;
            }
            self->accept();
        });
    }

    void take(tcp::socket s) {
        if (connections.size() >= limits.max_connections) {
            ++counters.refused;
            return;
        }
        error_code error;
        const auto remote = s.remote_endpoint(error);
        if (error) return;
        s.set_option(tcp::no_delay(true), error);
        auto connection = std::make_shared<Connection>(std::move(s));
        if (++last_number == 0) ++last_number;
        connection->path = {wire::Transport::Tcp, endpoint_of(remote), last_number};
        connection->since = base::Clock::now();
        connections.emplace(last_number, connection);
        ++counters.accepted;
        read(connection);
    }

    void read(const std::shared_ptr<Connection>& c) {
        c->socket.async_read_some(
            boost::asio::buffer(c->in.data() + c->in_size, c->in.size() - c->in_size),
            [self = shared_from_this(), c](const error_code& error, std::size_t size) {
                if (self->stopped || c->closed) return;
                if (error) return self->close(c);
                c->in_size += size;
                self->deliver(c);
                if (!c->closed && !self->stopped) self->read(c);
            });
    }

    // Hands over every whole frame in the buffer and keeps the rest.
    void deliver(const std::shared_ptr<Connection>& c) {
        std::size_t at = 0;
        while (c->in_size - at >= kLengthSize) {
            const std::size_t length = base::load16(&c->in[at]);
            if (length > wire::kMaxDatagram) return refuse(c);
            if (c->in_size - at - kLengthSize < length) break;
            const base::MutableBytes frame(c->in.data() + at + kLengthSize, length);
            at += kLengthSize + length;
            if (length == 0) continue;  // RFC 4571 section 2: a null packet, to be ignored
            if (!c->had_stun && !wire::looks_like_stun(frame)) return refuse(c);
            c->had_stun = true;
            Datagram datagram{c->path, frame};
            callbacks.on_datagrams(std::span(&datagram, 1));
            if (c->closed || stopped) return;
        }
        std::copy(c->in.begin() + static_cast<std::ptrdiff_t>(at),
                  c->in.begin() + static_cast<std::ptrdiff_t>(c->in_size), c->in.begin());
        c->in_size -= at;
    }

    void refuse(const std::shared_ptr<Connection>& c) {
        ++counters.not_stun;
        close(c);
    }

    void queue(Connection& c, base::ByteView datagram) {
        const std::size_t frame = kLengthSize + datagram.size();
        if (c.waiting.size() + c.on_the_way.size() + frame > limits.max_queued_bytes) {
            ++counters.send_full;
            return;
        }
        const std::size_t at = c.waiting.size();
        c.waiting.resize(at + frame);
        base::store16(&c.waiting[at], static_cast<std::uint16_t>(datagram.size()));
        std::copy(datagram.begin(), datagram.end(), &c.waiting[at + kLengthSize]);
    }

    void write(const std::shared_ptr<Connection>& c) {
        if (c->writing || c->closed || c->waiting.empty()) return;
        c->writing = true;
        std::swap(c->waiting, c->on_the_way);
        boost::asio::async_write(
            c->socket, boost::asio::buffer(c->on_the_way),
            [self = shared_from_this(), c](const error_code& error, std::size_t) {
                c->writing = false;
                c->on_the_way.clear();
                if (self->stopped || c->closed) return;
                if (error) return self->close(c);
                self->write(c);
            });
    }

    void close(const std::shared_ptr<Connection>& c) {
        if (c->closed) return;
        c->closed = true;
        error_code ignored;
        c->socket.close(ignored);
        connections.erase(c->path.connection);
        if (accept_later) {
            accept_later = false;
            accept();
        }
        callbacks.on_closed(c->path);
    }

    void watch() {
        timer.expires_after(limits.patience / 4);
        timer.async_wait([self = shared_from_this()](const error_code& error) {
            if (error || self->stopped) return;
            std::vector<std::shared_ptr<Connection>> late;
            const auto now = base::Clock::now();
            for (const auto& [number, c] : self->connections) {
                if (now - c->since >= self->limits.patience &&
                    !self->callbacks.is_accepted(c->path)) {
                    late.push_back(c);
                }
            }
            for (const auto& c : late) {
                ++self->counters.timed_out;
                self->close(c);
            }
            self->watch();
        });
    }

    tcp::acceptor acceptor;
    boost::asio::steady_timer timer;
    Limits limits;
    Callbacks callbacks;
    bool stopped = false;
    bool accept_later = false;
    std::uint16_t port = 0;
    std::uint32_t last_number = 0;
    std::unordered_map<std::uint32_t, std::shared_ptr<Connection>> connections;
    std::vector<std::shared_ptr<Connection>> touched;  // by the batch being sent
    Counters counters;
};

TcpListener::TcpListener(boost::asio::io_context& context, const wire::Endpoint& local,
                         Limits limits, Callbacks callbacks)
    : parts_(std::make_shared<Parts>(context, local, limits, std::move(callbacks))) {}

TcpListener::~TcpListener() {
    parts_->stopped = true;
    error_code ignored;
    parts_->acceptor.close(ignored);
    parts_->timer.cancel();
    for (const auto& [number, connection] : parts_->connections) connection->socket.close(ignored);
}

void TcpListener::start() {
    parts_->accept();
    parts_->watch();
}

void TcpListener::send(const wire::PacketBatch& batch) {
    auto& touched = parts_->touched;
    for (const auto& entry : batch.entries()) {
        if (entry.path.transport != wire::Transport::Tcp) continue;
        const auto found = parts_->connections.find(entry.path.connection);
        if (found == parts_->connections.end()) continue;
        parts_->queue(*found->second, base::ByteView(entry.bytes).first(entry.size));
        if (touched.empty() || touched.back() != found->second) touched.push_back(found->second);
    }
    for (const auto& connection : touched) parts_->write(connection);
    touched.clear();
}

std::uint16_t TcpListener::port() const { return parts_->port; }
std::size_t TcpListener::connections() const { return parts_->connections.size(); }
const TcpListener::Counters& TcpListener::counters() const { return parts_->counters; }

}  // namespace sightline::io
