// What the hub tells and is told: a part of SessionAuthority.
#include <algorithm>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/people_names.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/session_authority.h"
#include "session/access/access.h"

namespace sightline::kiosk {
namespace {

using storage::audit::Action;

// However far ahead a hub with a wrong clock, or a wrong heart, dates a sign-in.
constexpr std::chrono::hours kLongestLogin{24};

// A hub with a wrong clock must not falsify the record.
model::RecordTime believable(model::RecordTime at_hub, Now now) {
    constexpr std::chrono::seconds kTolerance{60};
    const bool close = at_hub > now.wall - kTolerance && at_hub < now.wall + kTolerance;
    return close ? at_hub : now.wall;
}

// As the log names people who are not of the staff. none: we do not know them.
std::string asker_of(const model::Attendee* person, base::ParticipantId id) {
    return person == nullptr ? "stranger " + id.brief() : actor_name_of(*person);
}

}  // namespace

void SessionAuthority::hub_connected(HubPlace hub) {
    hub_here_ = true;
    hub_answered_ = false;
    hub_place_ = std::move(hub);
    to_hub_.clear();
    for (auto& message : std::exchange(partings_unsent_, {})) tell_hub(std::move(message));
    if (live_) tell_hub_everything();
}

void SessionAuthority::tell_hub_everything() {
    const auto& now = live_->now;
    for (auto& message : session_open(now.interview, now.standing(), now.row.roster)) {
        tell_hub(std::move(message));
    }
    tell_lease();
    live_->keys.repeat(now);
    tell_letters();
}

void SessionAuthority::hub_lost(Now now) {
    // One that only ever took the connection was not there: it knew neither us nor the interview.
    if (hub_answered_) hub_gone_since_ = now.instant;
    hub_here_ = hub_answered_ = false;
    to_hub_.clear();
    if (!live_) return;
    live_->confirm_until = base::kNever;
    live_->lease_alive = false;  // the hub says so again when it is back
    for (auto& [id, presence] : live_->presence) {
        if (presence.here && !presence.unconfirmed_since) presence.unconfirmed_since = now.wall;
    }
}

std::vector<std::string> SessionAuthority::take_hub_messages() {
    return std::exchange(to_hub_, {});
}

void SessionAuthority::tell_hub(std::string message) {
    if (hub_here_) to_hub_.push_back(std::move(message));
}

void SessionAuthority::on_hub(const HubMessage& message, Now now) {
    wall_ = now.wall;
    const bool refuses = std::holds_alternative<HubComplaint>(message) ||
                         std::holds_alternative<HubElsewhere>(message);
    hub_answered_ = hub_answered_ || (hub_here_ && !refuses);
    std::visit([&](const auto& known) { on(known, now); }, message);
}

void SessionAuthority::on(const Opened& opened, Now now) {
    if (!live_ || opened.session != live_->now.id()) return;
    live_->known_to_hub = true;
    if (!hub_place_.url.empty()) {
        site_.hub_url = hub_place_.url;
        site_.hub_fingerprint = hub_place_.fingerprint;
    }
    live_->confirm_until = now.instant + kConfirmWindow;
    spdlog::info("session.known_to_hub session={}", opened.session.brief());
}

void SessionAuthority::on(const Joined& joined, Now now) {
    const auto* person = find(joined.session, joined.participant);
    if (person == nullptr) return;
    auto& presence = live_->presence[joined.participant];
    presence.unconfirmed_since.reset();
    live_->keys.joined(live_->now, joined.participant);
    change_keys();
    if (std::exchange(presence.here, true)) return;
    spdlog::info("participant.joined participant={} place={}", joined.participant.brief(),
                 model::name_of(person->place));
    if (person->place == model::Place::Admitted) {
        record_.joined(*person, believable(joined.at, now));
    }
}

void SessionAuthority::on(const Left& left, Now now) {
    const auto* person = find(left.session, left.participant);
    if (person == nullptr) return;
    auto& presence = live_->presence[left.participant];
    presence.unconfirmed_since.reset();
    live_->keys.left(left.participant);
    live_->floor.left(left.participant);
    change_keys();
    if (!std::exchange(presence.here, false)) return;
    spdlog::info("participant.left participant={} reason={}", left.participant.brief(),
                 model::name_of(left.reason));
    if (person->place == model::Place::Admitted) {
        record_.left(left.participant, left.reason, believable(left.at, now));
    }
}

void SessionAuthority::on(const QualityReport& report, Now now) {
    const auto* person = find(report.session, report.participant);
    if (person == nullptr || person->place != model::Place::Admitted) return;
    record_.quality(report.participant, report.quality, now.wall);
}

// The hub has let them in already: what follows only has to survive the next restart, so a disk
// that takes nothing at the moment delays it.
void SessionAuthority::on(const InvitationUsed& used, Now now) {
    if (find(used.session, used.participant) == nullptr) return;
    auto next = live_->now;
    if (!model::use_invitation(*next.find(used.participant), believable(used.at, now))) return;
    (void)save(std::move(next), {{Action::InvitationUsed, used.participant.text()}},
               {kKioskActor, now.wall}, Effect::AtOnce);
}

void SessionAuthority::on(const LoggedIn& login, Now now) {
    const auto* person = find(login.session, login.participant);
    if (person == nullptr || person->participant.role == model::Role::Applicant) return;
    auto next = live_->now;
    model::add_login(*next.find(login.participant),
                     {login.login.sha256, std::min(login.login.until, now.wall + kLongestLogin)});
    (void)save(std::move(next), {}, {kKioskActor, now.wall}, Effect::AtOnce);
}

void SessionAuthority::on(const LoggedOut& logout, Now now) {
    if (find(logout.session, logout.participant) == nullptr) return;
    auto next = live_->now;
    model::remove_login(*next.find(logout.participant), logout.sha256);
    (void)save(std::move(next), {}, {kKioskActor, now.wall}, Effect::AtOnce);
}

void SessionAuthority::on(const PasskeySeen& seen, Now now) {
    const auto* person = find(seen.session, seen.participant);
    if (person == nullptr || person->participant.role == model::Role::Applicant) return;
    auto next = live_->now;
    auto* attendee = next.find(seen.participant);
    const auto before = attendee->passkeys.size();
    if (auto kept = model::put_passkey(*attendee, seen.passkey); !kept) {
        spdlog::warn("hub.malformed why=\"{}\"", kept.error().text);
        log_refusal({RefusedBy::Hub, "hub", "passkey", kept.error().text}, now);
        return;
    }
    std::vector<storage::Leaf> leaves;
    if (attendee->passkeys.size() != before) {
        leaves.push_back({Action::PasskeyRegistered, seen.participant.text()});
    }
    (void)save(std::move(next), std::move(leaves), {kKioskActor, now.wall}, Effect::AtOnce);
}

void SessionAuthority::on(const Asked& asked, Now now) {
    const auto* person = find(asked.session, asked.participant);
    const char* const what = asked.what == Asked::What::Pause ? "pause" : "end";
    const std::string who = asker_of(person, asked.participant);
    const auto refuse = [&](const std::string& why) {
        spdlog::warn("participant.refused participant={} what={} why=\"{}\"",
                     asked.participant.brief(), what, why);
        log_refusal({RefusedBy::Hub, who, what, why}, now);
    };
    if (person == nullptr || person->place != model::Place::Admitted) {
        return refuse("nobody who has been admitted");
    }
    if (auto done = ask(*person, asked.what, asked.reason, now); !done) refuse(done.error().text);
}

base::Result<void> SessionAuthority::ask(const model::Attendee& from, Asked::What what,
                                         const std::string& reason, Now now) {
    const bool pause = what == Asked::What::Pause;
    const auto role = from.participant.role;
    const auto may =
        access::check(role, pause ? access::Action::AskPause : access::Action::AskEnd, state());
    if (!may) return may.error();
    model::StepOrder order{pause ? model::Step::Pause : model::Step::End, {}, {}};
    if (pause) {
        order.pause = model::pause_reason_from_name(reason).value_or(model::PauseReason::Break);
        // Only the kiosk knows that the link is lost.
        if (order.pause == model::PauseReason::LinkLost) order.pause = model::PauseReason::Break;
    } else {
        const bool talked = state() == model::State::Live || state() == model::State::Paused;
        const auto plain = role == model::Role::Applicant ? model::EndReason::ByApplicant
                           : talked                       ? model::EndReason::Complete
                                                          : model::EndReason::ByDelegation;
        order.end_reason = model::end_reason_from_name(reason).value_or(plain);
    }
    return step(order, {actor_name_of(from), now.wall}, now);
}

void SessionAuthority::on(const LeaseLife& life, Now now) {
    if (!live_ || life.session != live_->now.id()) return;
    if (std::exchange(live_->lease_alive, life.alive) == life.alive) return;
    spdlog::log(life.alive ? spdlog::level::info : spdlog::level::warn, "lease.{} session={}",
                life.alive ? "alive" : "dead", life.session.brief());
    record_.incident(life.session, {now.wall, life.alive ? "lease.alive" : "lease.dead", "", ""});
}

void SessionAuthority::on(const RefusedAtHub& refused, Now now) {
    const auto* person = find(refused.session, refused.participant);
    if (person == nullptr) return;
    log_refusal({RefusedBy::Hub, asker_of(person, refused.participant), refused.what, refused.why},
                now);
}

// A lease that it does not take among them.
void SessionAuthority::on(const HubComplaint& complaint, Now now) {
    spdlog::error("hub.refused detail=\"{}\"", complaint.detail);
    log_refusal({RefusedBy::Hub, kKioskActor, "what the hub was told", complaint.detail}, now);
}

void SessionAuthority::log_refusal(const Refusal& refusal, Now now) {
    if (!identity_) return;  // the store is locked: no log to write
    auto detail = refusals_.take(refusal, now.instant);
    if (!detail) return;
    const auto session = live_ ? std::optional(live_->now.id()) : std::nullopt;
    record_.refusal(session, *std::move(detail), {refusal.who, now.wall});
}

}  // namespace sightline::kiosk
