// Who belongs to the interview, and where they are: a part of SessionAuthority.
#include <algorithm>
#include <utility>

#include "appliance/base/hex.h"
#include "appliance/base/log.h"
#include "appliance/kiosk/people_names.h"
#include "appliance/kiosk/random_secret.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/session_authority.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using storage::audit::Action;

constexpr std::size_t kMaxReasonBytes = 200;

const char* page_of(model::Role role) {
    return role == model::Role::Observer ? "/observer/#" : "/console/#";
}

}  // namespace

base::Result<Invited> SessionAuthority::invite(InvitationOrder order, const Said& said) {
    if (!live_) return none_runs("invite");
    if (live_->now.row.roster.size() >= model::kMaxParticipants) {
        return Error{Errc::Exhausted, "invite: the interview has its " +
                                          std::to_string(model::kMaxParticipants) +
                                          " participants; remove one first"};
    }
    if (order.valid && (order.valid->count() < 1 || *order.valid > kLongestInvitation)) {
        return Error{Errc::Malformed, "invite: an invitation is valid for 1 minute to 31 days"};
    }
    const auto slot = std::max(live_->now.row.planned.value_or(said.at), said.at) + kSlot;
    const auto until = order.valid ? said.at + *order.valid : slot;
    const auto token = AccessToken::random();
    auto attendee = model::invited(
        {base::ParticipantId::random(), live_->now.id(), std::move(order.name), order.role, ""},
        std::move(order.organisation), {token.sha256, until, std::nullopt});
    if (!attendee) return attendee.error();
    attendee->link_secret = random_secret();
    const auto id = attendee->participant.id;
    auto next = live_->now;
    next.row.roster.push_back(*attendee);
    const auto done = save(std::move(next), {{Action::ParticipantInvited, leaf_name_of(*attendee)}},
                           said, Effect::OnceWritten);
    if (!done) return done.error();
    spdlog::info("participant.invited session={} participant={} role={}", live_->now.id().brief(),
                 id.brief(), model::name_of(order.role));
    return Invited{id, link_to(*attendee, token), until};
}

// The part behind the "#" never leaves the browser but for the token, so the hub knows neither whom
// the page is to believe nor by what it shows that it has this link.
std::string SessionAuthority::link_to(const model::Attendee& attendee,
                                      const AccessToken& token) const {
    const auto root = signature::PublicKey::parse(trust_.root_jwk());
    const auto& pinned = root ? *root : identity_->key.public_key();
    const auto secret = base::from_hex(attendee.link_secret).value_or(base::Bytes());
    return (site_.public_url.empty() ? site_.hub_url : site_.public_url) +
           page_of(attendee.participant.role) + token.text + "." + pinned.thumbprint() + "." +
           base::to_base64url(secret);
}

base::Result<void> SessionAuthority::move(base::ParticipantId participant, model::Place place,
                                          const Said& said) {
    const char* const doing = place == model::Place::Admitted ? "admit" : "send back";
    if (!live_) return none_runs(doing);
    auto next = live_->now;
    auto* attendee = next.find(participant);
    if (attendee == nullptr || attendee->participant.role == model::Role::Applicant) {
        return nobody_invited(doing, participant);
    }
    if (attendee->place == place) {
        return Error{Errc::Conflict,
                     std::string(doing) + ": " + participant.text() +
                         (place == model::Place::Admitted ? " has been admitted already"
                                                          : " is in the waiting room already")};
    }
    attendee->place = place;
    const auto moved = *attendee;
    const bool in = place == model::Place::Admitted;
    const auto done = save(
        std::move(next),
        {{in ? Action::ParticipantAdmitted : Action::ParticipantSentBack, leaf_name_of(moved)}},
        said, in ? Effect::OnceWritten : Effect::AtOnce);
    if (live_->now.find(participant)->place != place) return done;
    spdlog::info("participant.{} participant={}", in ? "admitted" : "sent_back",
                 participant.brief());
    // A stay is in the interview, not in the waiting room.
    if (is_here(participant) && in) record_.joined(moved, said.at);
    if (is_here(participant) && !in) {
        record_.left(participant, model::LeaveReason::SentBack, said.at);
    }
    return done;
}

base::Result<void> SessionAuthority::admit(base::ParticipantId participant, const Said& said) {
    return move(participant, model::Place::Admitted, said);
}

base::Result<void> SessionAuthority::send_back(base::ParticipantId participant, const Said& said) {
    return move(participant, model::Place::Lobby, said);
}

base::Result<void> SessionAuthority::remove(base::ParticipantId participant, const Said& said,
                                            const std::string& reason) {
    if (!live_) return none_runs("remove a participant");
    if (!reason.empty() && !model::is_plain_name(reason, kMaxReasonBytes)) {
        return Error{Errc::Malformed,
                     "remove a participant: the reason must be at most 200 bytes of plain text in "
                     "one line"};
    }
    const auto* known = live_->now.find(participant);
    if (known == nullptr || known->participant.role == model::Role::Applicant) {
        return nobody_invited("remove a participant", participant);
    }
    const auto gone = *known;
    auto next = live_->now;
    // With the entry go its invitation, its sign-ins and its passkeys: no old link leads back.
    std::erase_if(next.row.roster,
                  [&](const auto& attendee) { return attendee.participant.id == participant; });
    const auto done =
        save(std::move(next),
             {{Action::ParticipantRemoved,
               reason.empty() ? leaf_name_of(gone) : leaf_name_of(gone) + ": " + reason}},
             said, Effect::AtOnce);
    if (!reason.empty()) {
        record_.incident(
            live_->now.id(),
            {said.at, "participant.removed",
             std::string(model::name_of(gone.participant.role)) + ": " + reason, said.by});
    }
    if (is_here(participant) && gone.place == model::Place::Admitted) {
        record_.left(participant, model::LeaveReason::Removed, said.at);
    }
    record_.removed(participant);
    live_->presence.erase(participant);
    live_->keys.left(participant);
    spdlog::info("participant.removed participant={}", participant.brief());
    return done;
}

const model::Attendee* SessionAuthority::find(base::SessionId session,
                                              base::ParticipantId participant) const {
    if (!live_ || live_->now.id() != session) return nullptr;
    return live_->now.find(participant);
}

bool SessionAuthority::is_here(base::ParticipantId participant) const {
    const auto known = live_->presence.find(participant);
    return known != live_->presence.end() && known->second.here;
}

void SessionAuthority::end_unconfirmed() {
    for (auto& [id, presence] : live_->presence) {
        if (!presence.unconfirmed_since) continue;
        live_->keys.left(id);
        const auto* attendee = live_->now.find(id);
        if (attendee != nullptr && attendee->place == model::Place::Admitted) {
            record_.left(id, model::LeaveReason::Lost, *presence.unconfirmed_since);
        }
        presence = {};
        live_->floor.left(id);
    }
}

}  // namespace sightline::kiosk
