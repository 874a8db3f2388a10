// Which interviews this hub serves, who belongs to each, and which token is whose. The kiosk
// decides all of it; the hub keeps it in memory only. Pure logic: no sockets, no clock. Main
// thread.
#pragma once

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
#include "session/model/role.h"

namespace sightline::hub {

inline constexpr std::size_t kMaxSessions = 256;
inline constexpr std::size_t kMaxParticipants = 64;  // per session
inline constexpr std::chrono::seconds kKioskGrace{30};

enum class Track : std::uint8_t { None, Muted, On };  // what a participant says it sends

// Invited people wait in the lobby until staff admit them.
enum class Place : std::uint8_t { Lobby, Admitted };

struct ParticipantSpec {
    base::ParticipantId id;
    std::string name;
    model::Role role = model::Role::Observer;
    std::optional<TokenHash> token;  // of a native client; people sign in
    std::string organisation{};
    Place place = Place::Admitted;
    CredentialSpec credentials{};  // on their way to Credentials: not kept in the registry
};
struct SessionSpec {
    base::SessionId id;
    std::string title;
    std::vector<ParticipantSpec> participants;
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
    std::set<base::ParticipantId> removed;  // never let in again by an old invitation
    base::Instant orphan_until = base::kNever;

    const Participant* find(base::ParticipantId id) const;
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
    // participants; all or nothing. Errors: Exhausted, Forbidden (another kiosk's), Conflict (an id
    // or a token that is somebody else's, or a change of role).
    base::Result<void> open(const SessionSpec& spec, const std::string& kiosk);
    base::Result<void> add(base::SessionId session, const ParticipantSpec& spec,
                           const std::string& kiosk);
    base::Result<void> remove(base::SessionId session, base::ParticipantId participant,
                              const std::string& kiosk);
    base::Result<void> close(base::SessionId session, const std::string& kiosk);

    // Starts the 30 s in which the kiosk may come back and open its sessions again.
    void kiosk_lost(const std::string& kiosk, base::Instant now);
    std::vector<base::SessionId> overdue(base::Instant now) const;
    void drop(base::SessionId session);

    std::optional<Holder> holder_of(const TokenHash& token) const;
    const Session* find(base::SessionId session) const;
    const Participant* find(base::SessionId session, base::ParticipantId participant) const;
    std::optional<base::SessionId> session_of(base::ParticipantId participant) const;
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
};

}  // namespace sightline::hub
