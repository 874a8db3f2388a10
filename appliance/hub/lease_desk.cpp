#include "appliance/hub/lease_desk.h"

#include <utility>

#include "media/wire/rtcp.h"

namespace sightline::hub {
namespace {

using base::Errc;
using base::Error;

constexpr std::uint32_t kHeartbeat = wire::app_name("SLHB");

std::vector<sfu::Flow> flows_of(const lease::Lease& lease) {
    std::vector<sfu::Flow> flows;
    for (std::size_t i = 0; i < lease.flows.size(); ++i) {
        const lease::Flow& flow = lease.flows[i];
        flows.push_back({flow.sender, flow.audio, flow.video,
                         sfu::Protection{lease.first_epoch, lease.slots[i]}});
    }
    return flows;
}

void add(LeaseFigures& sum, const lease::LeaseWatch::Counters& counters) {
    sum.taken += counters.taken;
    sum.replayed += counters.replayed;
    sum.forged += counters.forged;
    sum.late += counters.late;
}

}  // namespace

void LeaseDesk::grant_static_sessions() {
    for (const base::SessionId id : registry_.ids()) {
        const Session* session = registry_.find(id);
        if (!session->kiosk.empty()) continue;
        std::vector<base::ParticipantId> all;
        for (const Participant& participant : session->participants) all.push_back(participant.id);
        std::vector<sfu::Flow> flows;
        for (const base::ParticipantId sender : all) flows.push_back({sender, all, all});
        orders_.emplace_back(SetGrant{id, std::move(flows), base::kNever});
    }
}

void LeaseDesk::kiosk_arrived(const std::string& kiosk, std::optional<KioskDevice> device) {
    if (device) {
        devices_.insert_or_assign(kiosk, *std::move(device));
    } else {
        devices_.erase(kiosk);
    }
    // It takes every lease for dead until it hears otherwise: perhaps it has just been started.
    for (auto& [session, entry] : entries_) {
        const Session* known = registry_.find(session);
        if (known && known->kiosk == kiosk) entry.told_alive = false;
    }
}

base::Result<void> LeaseDesk::take(const std::string& kiosk, const LeaseMessage& message,
                                   base::Instant now) {
    auto taken = take_checked(kiosk, message, now);
    if (!taken) ++past_.refused;
    return taken;
}

base::Result<void> LeaseDesk::take_checked(const std::string& kiosk, const LeaseMessage& message,
                                           base::Instant now) {
    const Session* session = registry_.find(message.session);
    if (!session) {
        return Error(Errc::NotFound, "take a lease: session " + message.session.text() +
                                         " is not open at this hub; send session.open first");
    }
    if (session->kiosk != kiosk) {
        return Error(Errc::Forbidden, "take a lease: session " + message.session.text() +
                                          " belongs to another kiosk");
    }
    const auto device = devices_.find(kiosk);
    if (device == devices_.end()) {
        return Error(Errc::Forbidden,
                     "take a lease: the hello named no key to check it with; say hello with "
                     "device_key and incarnation");
    }
    auto lease = lease::open(message.jws, device->second.key);
    if (!lease) return lease.error();
    if (lease->session != message.session) {
        return Error(Errc::Malformed,
                     "take a lease: it is for another session than the message says");
    }
    if (lease->incarnation != device->second.incarnation) {
        return Error(Errc::Conflict,
                     "take a lease: another start of the kiosk signed it than the one that said "
                     "hello; sign a new one");
    }
    const auto known = entries_.find(message.session);
    if (known != entries_.end() && known->second.key != device->second.key) {
        return Error(Errc::Forbidden,
                     "take a lease: the session's leases are signed by another key; end the "
                     "session and open a new one");
    }
    const auto entry =
        known != entries_.end()
            ? known
            : entries_.emplace(message.session, Entry{{}, device->second.key, now, false}).first;
    lease::LeaseWatch& watch = entry->second.watch;
    auto taken = watch.take(*std::move(lease), base::Secret(message.heartbeat_key.reveal()));
    if (!taken) return taken;
    orders_.emplace_back(SetGrant{message.session, flows_of(*watch.lease()), watch.alive_until()});
    // The sooner the kiosk has a nonce, the sooner the lease lives.
    issue_nonce(message.session, entry->second, now);
    return {};
}

void LeaseDesk::on_app(const sfu::AppPacket& packet) {
    if (packet.name != kHeartbeat) return;
    const auto at = entries_.find(packet.session);
    if (at == entries_.end()) return;
    const Participant* sender = registry_.find(packet.session, packet.participant);
    if (!sender || sender->role != model::Role::Applicant) {
        ++past_.forged;
        return;
    }
    Entry& entry = at->second;
    if (!entry.watch.on_heartbeat(packet.bytes(), packet.at)) return;
    orders_.emplace_back(ExtendGrant{packet.session, entry.watch.alive_until()});
    tell_life(packet.session, entry, packet.at);
}

void LeaseDesk::forget(base::SessionId session) {
    const auto at = entries_.find(session);
    if (at == entries_.end()) return;
    add(past_, at->second.watch.counters());
    entries_.erase(at);
}

void LeaseDesk::tick(base::Instant now) {
    for (auto& [session, entry] : entries_) {
        if (now >= entry.next_nonce) issue_nonce(session, entry, now);
        tell_life(session, entry, now);
    }
}

void LeaseDesk::issue_nonce(base::SessionId session, Entry& entry, base::Instant now) {
    entry.next_nonce = now + lease::kNonceInterval;
    const Session* who = registry_.find(session);
    if (!who) return;
    const lease::Nonce nonce = entry.watch.issue(now);
    for (const Participant& participant : who->participants) {
        if (participant.role != model::Role::Applicant) continue;
        orders_.emplace_back(SendNonce{session, participant.id, nonce});
    }
}

void LeaseDesk::tell_life(base::SessionId session, Entry& entry, base::Instant now) {
    const bool alive = now < entry.watch.alive_until();
    if (alive == std::exchange(entry.told_alive, alive)) return;
    orders_.emplace_back(TellKiosk{session, alive ? LeaseLife::Alive : LeaseLife::Dead});
}

std::optional<LeaseOrder> LeaseDesk::poll() {
    if (orders_.empty()) return std::nullopt;
    std::optional<LeaseOrder> order = std::move(orders_.front());
    orders_.pop_front();
    return order;
}

LeaseFigures LeaseDesk::figures(base::Instant now) const {
    LeaseFigures sum = past_;
    for (const auto& [session, entry] : entries_) {
        add(sum, entry.watch.counters());
        if (now < entry.watch.alive_until()) ++sum.alive;
    }
    return sum;
}

}  // namespace sightline::hub
