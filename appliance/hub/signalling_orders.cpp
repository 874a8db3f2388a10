// What the kiosk orders, and its coming and going: a part of Signalling.
#include <utility>

#include "appliance/base/log.h"
#include "appliance/hub/overloaded.h"
#include "appliance/hub/signalling.h"

namespace sightline::hub {
namespace {

// What people are told of an interview that the kiosk will open again.
constexpr const char* kLater = "later";

}  // namespace

void Signalling::learn_credentials(base::SessionId session, const ParticipantSpec& spec) {
    if (!registry_.find(session, spec.id)) return;  // removed: nothing of theirs counts again
    const Holder holder{session, spec.id, spec.role};
    for (const CredentialNews& news : credentials_.learn(holder, spec.credentials)) {
        tell_kiosk(holder, news);
    }
}

base::Result<void> Signalling::credentials_fit(const std::vector<ParticipantSpec>& specs) const {
    for (const ParticipantSpec& spec : specs) {
        if (auto ok = credentials_.fits(spec); !ok) return ok;
    }
    return {};
}

void Signalling::kiosk_arrived(const KioskHello& hello, SocketPtr socket) {
    leases_.kiosk_arrived(hello.kiosk, hello.device);
    auto& current = kiosks_[hello.kiosk];
    if (current) current->close(CloseCode::Policy, "a newer connection of this kiosk took over");
    current = std::move(socket);
    spdlog::info("kiosk_connected kiosks={}", kiosks_.size());
}

void Signalling::kiosk_departed(const std::string& kiosk, const SocketPtr& socket) {
    const auto at = kiosks_.find(kiosk);
    if (at == kiosks_.end() || at->second != socket) return;  // a newer connection took over
    kiosks_.erase(at);
    registry_.kiosk_lost(kiosk, base::Clock::now());
    spdlog::warn("kiosk_lost kiosks={}", kiosks_.size());
}

base::Result<void> Signalling::obey(const std::string& kiosk, const KioskMessage& order) {
    const auto on_open = [&](const SessionOpen& open) -> base::Result<void> {
        if (auto ok = credentials_fit(open.spec.participants); !ok) return ok;
        const auto gone = registry_.gone_from(open.spec);
        if (auto ok = registry_.open(open.spec, kiosk); !ok) return ok;
        for (const base::ParticipantId participant : gone) {
            credentials_.forget(participant);
            remove(open.spec.id, participant);
        }
        spdlog::info("session_opened session={} participants={}", open.spec.id.brief(),
                     open.spec.participants.size());
        tell_kiosk(open.spec.id, opened_message(open.spec.id));
        for (const ParticipantSpec& spec : open.spec.participants) {
            learn_credentials(open.spec.id, spec);
        }
        // A kiosk that lost its connection has missed joins: it hears of everybody present again.
        for (const Participant& participant : registry_.find(open.spec.id)->participants) {
            if (presence_.present(participant.id)) {
                tell_kiosk(open.spec.id, joined_message(open.spec.id, participant.id, now_ms()));
            }
        }
        settle(open.spec.id);
        return {};
    };
    const auto on_add = [&](const ParticipantAdd& add) -> base::Result<void> {
        if (auto ok = credentials_fit({add.participant}); !ok) return ok;
        if (auto ok = registry_.add(add.session, add.participant, kiosk); !ok) return ok;
        learn_credentials(add.session, add.participant);
        settle(add.session);
        return {};
    };
    const auto on_place = [&](const ParticipantPlace& to) -> base::Result<void> {
        if (auto ok = registry_.place(to.session, to.participant, to.place, kiosk); !ok) return ok;
        settle(to.session);
        return {};
    };
    const auto on_state = [&](const SessionState& to) -> base::Result<void> {
        if (auto ok = registry_.stand(to.session, to.standing, kiosk); !ok) return ok;
        settle(to.session);
        return {};
    };
    const auto on_remove = [&](const ParticipantRemove& order_) -> base::Result<void> {
        const auto before = registry_.session_of(order_.participant);
        if (auto ok = registry_.remove(order_.session, order_.participant, kiosk); !ok) return ok;
        // What they could come back with is void before anything else happens.
        if (before == order_.session) credentials_.forget(order_.participant);
        remove(order_.session, order_.participant);
        return {};
    };
    const auto on_close = [&](const SessionClose& close) -> base::Result<void> {
        const Session* session = registry_.find(close.session);
        // A hub that was restarted meanwhile: there is nothing to be set aside.
        if (!session && close.later) return {};
        if (session && session->kiosk == kiosk) {
            if (close.later) {
                end(close.session, kLater, Reopening::Possible);
                return {};
            }
            const auto& how = session->standing.end_reason;
            end(close.session, how ? model::name_of(*how) : "closed", Reopening::Refused);
            return {};
        }
        return registry_.close(close.session, kiosk);  // says why not
    };
    const auto on_hello = [](const KioskHello&) -> base::Result<void> {
        return base::Error(base::Errc::Conflict, "hello was said already");
    };
    const auto on_lease = [&](const LeaseMessage& lease) {
        const auto taken = leases_.take(kiosk, lease, base::Clock::now());
        serve_leases();
        return taken;
    };
    const auto on_letter = [&](const KioskLetter& letter) { return deliver(kiosk, letter); };
    return std::visit(Overloaded{on_hello, on_open, on_add, on_remove, on_place, on_state, on_close,
                                 on_lease, on_letter},
                      order);
}

base::Result<void> Signalling::deliver(const std::string& kiosk, const KioskLetter& letter) {
    const Session* session = registry_.find(letter.session);
    if (!session || session->kiosk != kiosk) {
        return base::Error(base::Errc::NotFound,
                           "deliver a letter: session " + letter.session.text() +
                               " is not open at this hub for this kiosk; send session.open first");
    }
    const bool delivered = session->find(letter.participant) != nullptr &&
                           tell(letter.participant, letter_message(letter.text));
    // They may have left just now: nobody's mistake.
    ++(delivered ? letters_.figures.down : letters_.figures.undelivered);
    return {};
}

}  // namespace sightline::hub
