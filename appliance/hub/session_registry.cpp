#include "appliance/hub/session_registry.h"

#include <algorithm>

namespace sightline::hub {
namespace {

using base::Errc;
using base::Error;

// More removals than this in one interview mean a kiosk that has lost its mind.
constexpr std::size_t kMaxRemoved = 1024;
constexpr std::size_t kMaxClosed = 4 * kMaxSessions;

template <class Participants>
auto position(Participants& participants, base::ParticipantId id) {
    return std::find_if(participants.begin(), participants.end(),
                        [id](const Participant& p) { return p.id == id; });
}

}  // namespace

const Participant* Session::find(base::ParticipantId participant) const {
    const auto at = position(participants, participant);
    return at == participants.end() ? nullptr : &*at;
}

base::Result<void> Session::check(const Participant& participant, access::Action action) const {
    if (participant.place == model::Place::Lobby) {
        return Error(Errc::Forbidden,
                     "you are in the waiting room; staff at the centre will let you in");
    }
    return access::check(participant.role, action, standing.state);
}

base::Result<void> SessionRegistry::open(const SessionSpec& spec, const std::string& kiosk) {
    const auto known = sessions_.find(spec.id);
    if (known == sessions_.end() && sessions_.size() >= kMaxSessions) {
        return Error(Errc::Exhausted, "open session " + spec.id.text() + ": the hub already has " +
                                          std::to_string(kMaxSessions) +
                                          " sessions; close one or use another hub");
    }
    if (known != sessions_.end() && known->second.kiosk != kiosk) {
        return Error(Errc::Forbidden, "open session " + spec.id.text() +
                                          ": another kiosk has opened it; use a new session id");
    }
    if (std::find(closed_.begin(), closed_.end(), spec.id) != closed_.end()) {
        return Error(Errc::Conflict, "open session " + spec.id.text() +
                                         ": it was closed for good; use a new session id");
    }
    // Everything is tried on a copy first, so that a list with one bad entry changes nothing.
    SessionRegistry attempt = *this;
    for (const base::ParticipantId gone : gone_from(spec)) {
        if (auto ok = attempt.remove(spec.id, gone, kiosk); !ok) return ok;
    }
    Session& session = attempt.sessions_[spec.id];
    session.id = spec.id;
    session.title = spec.title;
    session.kiosk = kiosk;
    session.standing = spec.standing;
    session.orphan_until = base::kNever;
    for (const ParticipantSpec& participant : spec.participants) {
        if (session.removed.contains(participant.id)) continue;
        if (auto ok = attempt.fits(session, participant); !ok) return ok;
        attempt.put(session, participant);
    }
    *this = std::move(attempt);
    return {};
}

std::vector<base::ParticipantId> SessionRegistry::gone_from(const SessionSpec& spec) const {
    std::vector<base::ParticipantId> gone;
    const Session* known = find(spec.id);
    if (!known || !spec.members) return gone;
    for (const Participant& participant : known->participants) {
        if (std::find(spec.members->begin(), spec.members->end(), participant.id) ==
            spec.members->end()) {
            gone.push_back(participant.id);
        }
    }
    return gone;
}

base::Result<void> SessionRegistry::add(base::SessionId id, const ParticipantSpec& spec,
                                        const std::string& kiosk) {
    auto session = owned(id, kiosk);
    if (!session) return session.error();
    if ((*session)->removed.contains(spec.id)) {
        return Error(Errc::Conflict, "add participant " + spec.id.text() +
                                         ": was removed from this session; invite the person again "
                                         "with a new participant id");
    }
    if (auto ok = fits(**session, spec); !ok) return ok;
    put(**session, spec);
    return {};
}

base::Result<void> SessionRegistry::remove(base::SessionId id, base::ParticipantId participant,
                                           const std::string& kiosk) {
    auto session = owned(id, kiosk);
    if (!session) return session.error();
    auto& participants = (*session)->participants;
    // Remembered even when unknown: a removal may overtake the list that names the person.
    if ((*session)->removed.size() < kMaxRemoved) (*session)->removed.insert(participant);
    const auto at = position(participants, participant);
    if (at == participants.end()) return {};
    if (at->token) {
        (*session)->void_tokens.insert(*at->token);
        holders_.erase(*at->token);
    }
    session_of_.erase(participant);
    participants.erase(at);
    return {};
}

base::Result<void> SessionRegistry::place(base::SessionId id, base::ParticipantId participant,
                                          model::Place place, const std::string& kiosk) {
    auto session = owned(id, kiosk);
    if (!session) return session.error();
    const auto at = position((*session)->participants, participant);
    if (at == (*session)->participants.end()) {
        return Error(Errc::NotFound, "place participant " + participant.text() +
                                         ": is not in this session; send participant.add first");
    }
    if (at->role == model::Role::Applicant && place == model::Place::Lobby) {
        return Error(Errc::Conflict, "place participant " + participant.text() +
                                         ": an applicant is never sent back; end the session");
    }
    at->place = place;
    if (place == model::Place::Lobby) at->audio = at->video = Track::None;
    return {};
}

base::Result<void> SessionRegistry::stand(base::SessionId id, const model::Standing& standing,
                                          const std::string& kiosk) {
    auto session = owned(id, kiosk);
    if (!session) return session.error();
    (*session)->standing = standing;
    return {};
}

base::Result<void> SessionRegistry::close(base::SessionId id, const std::string& kiosk) {
    auto session = owned(id, kiosk);
    if (!session) return session.error();
    drop(id, Reopening::Refused);
    return {};
}

void SessionRegistry::kiosk_lost(const std::string& kiosk, base::Instant now) {
    for (auto& [id, session] : sessions_) {
        if (session.kiosk == kiosk) session.orphan_until = now + kKioskGrace;
    }
}

std::vector<base::SessionId> SessionRegistry::overdue(base::Instant now) const {
    std::vector<base::SessionId> ids;
    for (const auto& [id, session] : sessions_) {
        if (session.orphan_until <= now) ids.push_back(id);
    }
    return ids;
}

void SessionRegistry::drop(base::SessionId id, Reopening reopening) {
    const auto at = sessions_.find(id);
    if (at == sessions_.end()) return;
    for (const Participant& participant : at->second.participants) {
        if (participant.token) holders_.erase(*participant.token);
        session_of_.erase(participant.id);
    }
    sessions_.erase(at);
    if (reopening == Reopening::Possible) return;
    closed_.push_back(id);
    if (closed_.size() > kMaxClosed) closed_.pop_front();
}

std::optional<Holder> SessionRegistry::holder_of(const TokenHash& token) const {
    const auto at = holders_.find(token);
    if (at == holders_.end()) return std::nullopt;
    return at->second;
}

const Session* SessionRegistry::find(base::SessionId id) const {
    const auto at = sessions_.find(id);
    return at == sessions_.end() ? nullptr : &at->second;
}

const Participant* SessionRegistry::find(base::SessionId id,
                                         base::ParticipantId participant) const {
    const Session* session = find(id);
    return session ? session->find(participant) : nullptr;
}

std::optional<base::SessionId> SessionRegistry::session_of(base::ParticipantId participant) const {
    const auto at = session_of_.find(participant);
    if (at == session_of_.end()) return std::nullopt;
    return at->second;
}

base::Result<void> SessionRegistry::check(const Holder& holder, access::Action action) const {
    const Session* session = find(holder.session);
    const Participant* participant = session ? session->find(holder.participant) : nullptr;
    if (!participant) {
        return Error(Errc::Unauthorized, "this link is not valid any more; ask for a new one");
    }
    return session->check(*participant, action);
}

bool SessionRegistry::set_tracks(const Holder& holder, Track audio, Track video) {
    const auto session = sessions_.find(holder.session);
    if (session == sessions_.end()) return false;
    const auto at = position(session->second.participants, holder.participant);
    if (at == session->second.participants.end()) return false;
    if (at->audio == audio && at->video == video) return false;
    at->audio = audio;
    at->video = video;
    return true;
}

std::vector<base::SessionId> SessionRegistry::ids() const {
    std::vector<base::SessionId> ids;
    for (const auto& [id, session] : sessions_) ids.push_back(id);
    return ids;
}

base::Result<Session*> SessionRegistry::owned(base::SessionId id, const std::string& kiosk) {
    const auto at = sessions_.find(id);
    if (at == sessions_.end()) {
        return Error(Errc::NotFound,
                     "session " + id.text() + " is not open at this hub; send session.open first");
    }
    if (at->second.kiosk != kiosk) {
        return Error(Errc::Forbidden, "session " + id.text() + " belongs to another kiosk");
    }
    return &at->second;
}

base::Result<void> SessionRegistry::fits(const Session& session,
                                         const ParticipantSpec& spec) const {
    const std::string what = "participant " + spec.id.text() + ": ";
    if (const auto at = session_of_.find(spec.id);
        at != session_of_.end() && at->second != session.id) {
        return Error(Errc::Conflict, what + "the id is in use in another session; make a new one");
    }
    const auto holder = spec.token ? holders_.find(*spec.token) : holders_.end();
    if (holder != holders_.end() && holder->second.participant != spec.id) {
        return Error(Errc::Conflict, what + "the token is somebody else's; make a new one");
    }
    if (spec.token && session.void_tokens.contains(*spec.token)) {
        return Error(Errc::Conflict, what + "the token was a removed person's; make a new one");
    }
    const Participant* known = session.find(spec.id);
    if (!known && session.removed.size() >= kMaxRemoved) {
        return Error(Errc::Exhausted,
                     what + "too many people were removed from this session; open a new one");
    }
    if (known && known->role != spec.role) {
        return Error(Errc::Conflict, what + "a role cannot change; remove and invite again");
    }
    if (!known && session.participants.size() >= kMaxParticipants) {
        return Error(Errc::Exhausted, what + "the session already has " +
                                          std::to_string(kMaxParticipants) + " participants");
    }
    return {};
}

void SessionRegistry::put(Session& session, const ParticipantSpec& spec) {
    auto at = position(session.participants, spec.id);
    if (at == session.participants.end()) {
        at = session.participants.insert(at, Participant{spec});
    } else {
        if (at->token) holders_.erase(*at->token);  // an earlier token of the same person is void
        static_cast<ParticipantSpec&>(*at) = spec;
    }
    at->credentials = {};
    if (at->role == model::Role::Applicant) at->place = model::Place::Admitted;
    if (at->place == model::Place::Lobby) at->audio = at->video = Track::None;
    if (spec.token) holders_[*spec.token] = {session.id, spec.id, spec.role};
    session_of_[spec.id] = session.id;
}

}  // namespace sightline::hub
