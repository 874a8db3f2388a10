// Which interviews this hub serves and where each stands, who belongs to each and is let in, and
// which token is whose. The kiosk decides all of it; the hub keeps it in memory only. A refused
// order changes nothing. Pure logic: no sockets, no clock. Main thread.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "appliance/hub/credential.h"
#include "appliance/hub/token.h"
#include "session/access/access.h"
#include "session/model/participant.h"
#include "session/model/place.h"
#include "session/model/role.h"
#include "session/model/state.h"

namespace sightline::hub {

inline constexpr std::size_t kMaxSessions = 256;
using model::kMaxParticipants;  // per session
inline constexpr std::chrono::seconds kKioskGrace{30};

// After an end for good the id is not opened again, not even by a repeated order.
enum class Reopening : std::uint8_t { Possible, Refused };
enum class Track : std::uint8_t { None, Muted, On };  // what a participant says it sends

struct ParticipantSpec {
    base::ParticipantId id;
    std::string name;
    model::Role role = model::Role::Observer;
    std::optional<TokenHash> token;            // of a native client; people sign in
    model::Place place = model::Place::Lobby;  // an applicant is always admitted
    std::string organisation{};                // on whose behalf; may be empty
    CredentialSpec credentials{};              // on their way to Credentials: not kept here
};
struct SessionSpec {
    base::SessionId id;
    std::string title;
    std::vector<ParticipantSpec> participants;
    model::Standing standing{};  // where the interview stands
    // Everybody who belongs to it, also those who come in messages of their own. none: not said.
    std::optional<std::vector<base::ParticipantId>> members{};
};
struct Participant : ParticipantSpec {
    Track audio = Track::None;
    Track video = Track::None;
};
struct Session {
    base::SessionId id;
    std::string title;
    std::string kiosk;  // whose session it is; empty: opened at start, nobody's
    std::vector<Participant> participants;
    model::Standing standing;
    // Never let in again by an old invitation, whoever shows it.
    std::set<base::ParticipantId> removed;
    std::set<TokenHash> void_tokens;
    base::Instant orphan_until = base::kNever;

    const Participant* find(base::ParticipantId id) const;
    // What the access table says of this participant now; in the lobby everything is Forbidden. The
    // sentence is for the person.
    base::Result<void> check(const Participant& participant, access::Action action) const;
    bool may(const Participant& participant, access::Action action) const {
        return check(participant, action).has_value();
    }
};
// Whose token it is.
struct Holder {
    base::SessionId session;
    base::ParticipantId participant;
    model::Role role = model::Role::Observer;
};

class SessionRegistry {
  public:
    // Opens the session or, when the same kiosk opened it before, adds and updates its
    // participants and removes those who are no members any more; all or nothing. Errors:
    // Exhausted, Forbidden (another kiosk's), Conflict (an id or a token that is somebody else's,
    // or a change of role).
    base::Result<void> open(const SessionSpec& spec, const std::string& kiosk);
    // Whom such an opening would remove: the kiosk did so while the hub could not be told.
    std::vector<base::ParticipantId> gone_from(const SessionSpec& spec) const;
    base::Result<void> add(base::SessionId session, const ParticipantSpec& spec,
                           const std::string& kiosk);
    base::Result<void> remove(base::SessionId session, base::ParticipantId participant,
                              const std::string& kiosk);
    // Lets somebody in, or sends them back to the waiting room. Errors: NotFound, Forbidden,
    // Conflict (an applicant is never sent back).
    base::Result<void> place(base::SessionId session, base::ParticipantId participant,
                             model::Place place, const std::string& kiosk);
    base::Result<void> stand(base::SessionId session, const model::Standing& standing,
                             const std::string& kiosk);
    base::Result<void> close(base::SessionId session, const std::string& kiosk);

    // Starts the 30 s in which the kiosk may come back and open its sessions again.
    void kiosk_lost(const std::string& kiosk, base::Instant now);
    std::vector<base::SessionId> overdue(base::Instant now) const;
    void drop(base::SessionId session, Reopening reopening);

    std::optional<Holder> holder_of(const TokenHash& token) const;
    const Session* find(base::SessionId session) const;
    const Participant* find(base::SessionId session, base::ParticipantId participant) const;
    std::optional<base::SessionId> session_of(base::ParticipantId participant) const;
    // Errors: Unauthorized (removed, or the session is over); Forbidden (in the lobby, or not for
    // this role, or not now), each in a sentence for the person.
    base::Result<void> check(const Holder& holder, access::Action action) const;
    // True if that changed anything; false also for somebody unknown.
    bool set_tracks(const Holder& holder, Track audio, Track video);

    std::size_t sessions() const { return sessions_.size(); }
    std::size_t participants() const { return session_of_.size(); }
    std::vector<base::SessionId> ids() const;

  private:
    base::Result<Session*> owned(base::SessionId session, const std::string& kiosk);
    base::Result<void> fits(const Session& session, const ParticipantSpec& spec) const;
    void put(Session& session, const ParticipantSpec& spec);

    std::map<base::SessionId, Session> sessions_;
    std::map<TokenHash, Holder> holders_;
    std::map<base::ParticipantId, base::SessionId> session_of_;  // ids are unique across sessions
    std::deque<base::SessionId> closed_;                         // the latest ones
};

}  // namespace sightline::hub
