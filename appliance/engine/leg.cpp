#include "appliance/engine/leg.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "appliance/base/log.h"
#include "appliance/base/random.h"
#include "appliance/hub_client/reconnect_delay.h"

namespace sightline::engine {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

// A connection that is not there by then will not come: offer again.
constexpr auto kConnectTimeout = std::chrono::seconds(8);
// How long an ICE restart may take before a new offer is the better way.
constexpr auto kRestartTimeout = std::chrono::seconds(5);
constexpr int kRestartAttempts = 2;

}  // namespace

Leg::Leg(asio::io_context& io, Config config)
    : io_(io),
      config_(std::move(config)),
      whip_(io.get_executor(), config_.hub, config_.endpoint, config_.token),
      deadline_(io),
      changed_(io) {}

Leg::~Leg() { *alive_ = false; }

asio::awaitable<void> Leg::run() {
    hub_client::ReconnectDelay delay;
    asio::steady_timer pause(io_);
    for (;;) {
        if (co_await offer()) {
            co_await watch();
            if (health_ != Health::Starting) delay.reset();  // it had been up
        }
        peer_.reset();
        pause.expires_after(delay.next(base::random_u32()));
        co_await pause.async_wait(use_awaitable);
    }
}

asio::awaitable<bool> Leg::offer() {
    health_ = Health::Starting;
    auto fresh = config_.make_peer();
    auto answer = co_await whip_.create(fresh->offer());
    if (!answer) {
        spdlog::warn("offer-refused endpoint={} kind={} detail=\"{}\"", config_.endpoint,
                     base::name_of(answer.error().code), answer.error().text);
        co_return false;
    }
    if (auto accepted = fresh->accept(*answer, base::Clock::now()); !accepted) {
        spdlog::warn("answer-unusable endpoint={} detail=\"{}\"", config_.endpoint,
                     accepted.error().text);
        co_return false;
    }
    peer_ = std::move(fresh);
    // A socket of its own for every offer: the hub tells peers apart by their address.
    udp_ = std::make_unique<io::UdpClient>(
        io_, [this](std::span<io::Datagram> datagrams) { on_datagrams(datagrams); });
    flush();
    co_return true;
}

asio::awaitable<bool> Leg::restart() {
    spdlog::info("ice-restart endpoint={}", config_.endpoint);
    auto answer = co_await whip_.restart(peer_->restart_offer());
    if (!answer) co_return false;
    const bool taken = peer_->accept_restart(*answer, base::Clock::now()).has_value();
    flush();
    co_return taken;
}

// Returns when a new offer is needed.
asio::awaitable<void> Leg::watch() {
    int restarts = 0;
    for (;;) {
        switch (health_) {
            case Health::Starting:
                changed_.expires_after(kConnectTimeout);
                break;
            case Health::Good:
                restarts = 0;
                changed_.expires_at(asio::steady_timer::time_point::max());
                break;
            case Health::Lost:
                if (restarts++ == kRestartAttempts || !co_await restart()) co_return;
                if (peer_->connected()) {
                    // The hub knows us and nothing had been lost: media never stopped.
                    health_ = Health::Good;
                    continue;
                }
                changed_.expires_after(kRestartTimeout);
                break;
            case Health::Dead:
                co_return;
        }
        const Health before = health_;
        boost::system::error_code woken;
        co_await changed_.async_wait(redirect_error(use_awaitable, woken));
        if ((co_await asio::this_coro::cancellation_state).cancelled() !=
            asio::cancellation_type::none) {
            co_return;
        }
        const bool timed_out = !woken && health_ == before;
        if (timed_out && health_ == Health::Starting) co_return;
    }
}

void Leg::on_datagrams(std::span<io::Datagram> datagrams) {
    if (!peer_) return;
    const base::Instant now = base::Clock::now();
    for (auto& datagram : datagrams) peer_->receive(datagram.path, datagram.bytes, now, batch_);
    flush();
    config_.on_progress();
}

void Leg::flush() {
    if (!peer_ || !udp_) return;
    const base::Instant next = peer_->tick(base::Clock::now(), batch_);
    udp_->send(batch_);
    drain_events();
    arm(next);
}

void Leg::drain_events() {
    while (const auto event = peer_->poll_event()) {
        const Health before = health_;
        switch (*event) {
            case peer::PeerEvent::Connected:
                health_ = Health::Good;
                ever_connected_ = true;
                spdlog::info("leg-connected endpoint={}", config_.endpoint);
                break;
            case peer::PeerEvent::Disconnected:
                health_ = Health::Lost;
                spdlog::warn("leg-lost endpoint={}", config_.endpoint);
                break;
            case peer::PeerEvent::Failed:
                health_ = Health::Dead;
                spdlog::warn("leg-failed endpoint={}", config_.endpoint);
                break;
            case peer::PeerEvent::KeyFrameWanted:
                break;
        }
        if (health_ != before) changed_.cancel();
        config_.on_event(*event);
    }
}

void Leg::probe() {
    if (!peer_ || health_ != Health::Good) return;
    health_ = Health::Lost;
    changed_.cancel();
}

void Leg::arm(base::Instant deadline) {
    deadline_.expires_at(deadline);
    deadline_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (error || !*alive) return;
        flush();
        config_.on_progress();
    });
}

asio::awaitable<void> Leg::leave() {
    if (peer_ && udp_) {
        peer_->close(base::Clock::now(), batch_);
        udp_->send(batch_);
    }
    co_await whip_.remove();
    peer_.reset();
}

}  // namespace sightline::engine
