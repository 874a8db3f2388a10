#include "media/io/worker.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <system_error>

#include "media/io/local_candidates.h"
#include "media/io/tcp_listener.h"
#include "media/io/udp_socket.h"

namespace sightline::io {
namespace {

// With port 0 the kernel chooses for UDP; another program may have that number for TCP.
constexpr int kPortAttempts = 20;

[[noreturn]] void cannot_bind(const std::system_error& error, const char* protocol,
                              const std::string& ip, std::uint16_t port) {
    throw std::system_error(error.code(), std::string("Cannot bind media ") + protocol + " to " +
                                              ip + " port " + std::to_string(port) +
                                              "; choose another port with --media-port");
}

wire::Endpoint local_endpoint(const std::string& ip, std::uint16_t port) {
    const auto endpoint = wire::Endpoint::parse(ip, port);
    if (!endpoint) {
        throw std::system_error(
            std::make_error_code(std::errc::invalid_argument),
            "Cannot bind media sockets to '" + ip + "', which is no IP address");
    }
    return *endpoint;
}

bool is_wildcard(const std::string& ip) { return ip == "0.0.0.0" || ip == "::"; }

}  // namespace

struct Worker::Parts {
    Parts(Config c, std::function<void(sfu::Event)> f)
        : config(std::move(c)), on_event(std::move(f)), timer(context) {
        open_sockets();
        auto ips = config.advertised_ips;
        if (ips.empty()) {
            ips = is_wildcard(config.bind_ip) ? machine_addresses(config.bind_ip == "::")
                                              : std::vector<std::string>{config.bind_ip};
        }
        sfu::Sfu::Config core;
        core.identity = config.identity;
        core.candidates = host_candidates(ips, udp->port());
        core.max_subscriptions_per_participant = config.max_subscriptions_per_participant;
        sfu.emplace(std::move(core));
        udp->start([this](std::span<Datagram> datagrams) { receive(datagrams); });
        tcp->start();
    }

    void open_sockets() {
        for (int attempt = 1;; ++attempt) {
            try {
                udp = std::make_unique<UdpSocket>(context,
                                                  local_endpoint(config.bind_ip, config.port));
            } catch (const std::system_error& error) {
                cannot_bind(error, "UDP", config.bind_ip, config.port);
            }
            TcpListener::Callbacks callbacks;
            callbacks.on_datagrams = [this](std::span<Datagram> d) { receive(d); };
            callbacks.on_closed = [this](const wire::Path& path) {
                sfu->path_closed(path, base::Clock::now());
                flush();
            };
            callbacks.is_accepted = [this](const wire::Path& path) { return sfu->knows(path); };
            try {
                tcp = std::make_unique<TcpListener>(context,
                                                    local_endpoint(config.bind_ip, udp->port()),
                                                    TcpListener::Limits{}, std::move(callbacks));
                return;
            } catch (const std::system_error& error) {
                if (config.port != 0 || attempt == kPortAttempts) {
                    cannot_bind(error, "TCP", config.bind_ip, udp->port());
                }
            }
        }
    }

    void receive(std::span<Datagram> datagrams) {
        // One reading of the clock for the batch: its datagrams were waiting together.
        const auto now = base::Clock::now();
        for (auto& datagram : datagrams) {
            sfu->receive(datagram.path, datagram.bytes, now, batch);
            // A batch in may become many times as many out; what is full is sent before it
            // overflows.
            if (batch.size() * 2 > batch.capacity()) send();
        }
        flush();
    }

    void send() {
        if (batch.empty()) return;
        udp->send(batch);
        tcp->send(batch);
        batch.clear();
    }

    void flush() {
        const auto deadline = sfu->tick(base::Clock::now(), batch);
        send();
        while (auto event = sfu->poll_event()) on_event(*std::move(event));
        if (deadline == armed_for) return;
        armed_for = deadline;
        if (deadline == base::kNever) {
            timer.cancel();
            return;
        }
        timer.expires_at(deadline);
        timer.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            armed_for = base::kNever;
            flush();
        });
    }

    Config config;
    std::function<void(sfu::Event)> on_event;
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work =
        boost::asio::make_work_guard(context);
    boost::asio::steady_timer timer;
    base::Instant armed_for = base::kNever;
    wire::PacketBatch batch;
    std::optional<sfu::Sfu> sfu;
    std::unique_ptr<UdpSocket> udp;
    std::unique_ptr<TcpListener> tcp;
    std::thread thread;
};

Worker::Worker(Config config, std::function<void(sfu::Event)> on_event)
    : parts_(std::make_unique<Parts>(std::move(config), std::move(on_event))) {
    parts_->thread = std::thread([parts = parts_.get()] { parts->context.run(); });
}

Worker::~Worker() {
    parts_->context.stop();
    parts_->thread.join();
}

std::uint16_t Worker::port() const { return parts_->udp->port(); }

boost::asio::io_context::executor_type Worker::executor() { return parts_->context.get_executor(); }
sfu::Sfu& Worker::sfu() { return *parts_->sfu; }
wire::PacketBatch& Worker::batch() { return parts_->batch; }
void Worker::flush() { parts_->flush(); }

}  // namespace sightline::io
