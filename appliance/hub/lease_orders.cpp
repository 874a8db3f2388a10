#include "appliance/hub/lease_orders.h"

#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "appliance/base/log.h"
#include "media/wire/rtcp.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;

constexpr std::uint32_t kNonce = wire::app_name("SLNC");

void obey(sfu::Sfu& sfu, SetGrant order, base::Instant now, wire::PacketBatch&) {
    sfu.set_grant(order.session, std::move(order.flows), order.alive_until, now);
}
void obey(sfu::Sfu& sfu, const ExtendGrant& order, base::Instant now, wire::PacketBatch&) {
    sfu.extend_grant(order.session, order.alive_until, now);
}
void obey(sfu::Sfu& sfu, const SendNonce& order, base::Instant, wire::PacketBatch& out) {
    std::array<std::uint8_t, lease::kNonceBytes> bytes{};
    base::store64(bytes.data(), order.nonce);
    // An applicant who is not connected answers a later one.
    (void)sfu.send_app(order.session, order.applicant, kNonce, bytes, out);
}

// Parameters by value: a coroutine keeps them as long as it runs.
template <class Order>
asio::awaitable<void> ask(io::Worker& worker, Order order) {
    auto task = [order = std::move(order)](sfu::Sfu& sfu, base::Instant now,
                                           wire::PacketBatch& out) mutable {
        obey(sfu, std::move(order), now, out);
    };
    co_await worker.call(std::move(task));
}

}  // namespace

void carry_out(LeaseDesk& desk, MediaPlane& media, TaskGroup& tasks,
               const std::function<void(base::SessionId, std::string)>& tell_kiosk) {
    while (auto order = desk.poll()) {
        if (const auto* news = std::get_if<TellKiosk>(&*order)) {
            const bool alive = news->life == LeaseLife::Alive;
            spdlog::log(alive ? spdlog::level::info : spdlog::level::warn, "lease_{} session={}",
                        alive ? "alive" : "dead", news->session.brief());
            tell_kiosk(news->session, lease_life_message(news->session, news->life));
        } else if (auto* grant = std::get_if<SetGrant>(&*order)) {
            spdlog::info("grant session={} flows={}", grant->session.brief(), grant->flows.size());
            tasks.start("grant", ask(media.worker_of(grant->session), std::move(*grant)));
        } else if (const auto* extension = std::get_if<ExtendGrant>(&*order)) {
            tasks.start("grant", ask(media.worker_of(extension->session), *extension));
        } else if (const auto* nonce = std::get_if<SendNonce>(&*order)) {
            tasks.start("nonce", ask(media.worker_of(nonce->session), *nonce));
        }
    }
}

}  // namespace sightline::hub
