// The JSON that participants and kiosks exchange with the hub over WebSockets: parsed with bounds
// into plain values, and written. Names and titles are at most 200 bytes of UTF-8 without control
// characters; unknown members are ignored, so that a newer peer may say more. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/hub/lease_messages.h"
#include "appliance/hub/quality_board.h"
#include "appliance/hub/session_registry.h"

namespace sightline::hub {

// Of a letter's text. A message has room for the longest one, however much of it JSON must escape.
inline constexpr std::size_t kMaxLetterUp = 12 * 1024;
inline constexpr std::size_t kMaxLetterDown = 48 * 1024;
inline constexpr std::size_t kMaxControlMessage = 32 * 1024;
inline constexpr std::size_t kMaxKioskMessage = 256 * 1024;  // 64 people with all their passkeys

// Exactly one is said: a ticket by a page that is signed in, a token by a native client.
struct ControlHello {
    std::string token;
    std::string ticket;
};
struct TracksMessage {
    Track audio = Track::None;
    Track video = Track::None;
};
// A person asks the kiosk for a pause, or for the end. The reason is present when they gave one.
struct AskPause {
    std::optional<model::PauseReason> reason;
};
struct AskEnd {
    std::optional<model::EndReason> reason;
};
// What page and kiosk say to each other through the hub, which does not read it.
struct Letter {
    std::string text;
};
struct Bye {};
using ControlMessage = std::variant<ControlHello, TracksMessage, AskPause, AskEnd, Letter, Bye>;
base::Result<ControlMessage> parse_control_message(std::string_view text);

struct KioskHello {
    std::string kiosk;
    std::string key;
    std::optional<KioskDevice> device;
};
struct SessionOpen {
    SessionSpec spec;
};
struct ParticipantAdd {
    base::SessionId session;
    ParticipantSpec participant;
};
struct ParticipantRemove {
    base::SessionId session;
    base::ParticipantId participant;
};
struct ParticipantPlace {
    base::SessionId session;
    base::ParticipantId participant;
    model::Place place = model::Place::Lobby;
};
struct SessionState {
    base::SessionId session;
    model::Standing standing;  // an end's reason may be missing
};
struct SessionClose {
    base::SessionId session;
    bool later = false;  // the kiosk will open it again; otherwise it is closed for good
};
struct KioskLetter {
    base::SessionId session;
    base::ParticipantId participant;  // whom it is for
    std::string text;
};
using KioskMessage =
    std::variant<KioskHello, SessionOpen, ParticipantAdd, ParticipantRemove, ParticipantPlace,
                 SessionState, SessionClose, LeaseMessage, KioskLetter>;
base::Result<KioskMessage> parse_kiosk_message(std::string_view text);

// A file of sessions to open at start, for tests and load generation: one session object, an array
// of them, or {"sessions":[...]}, each as in session.open; a participant may have a clear "token".
// Nobody decides anything in them: everybody is admitted, and they are live.
base::Result<std::vector<SessionSpec>> parse_static_sessions(std::string_view text);

struct RosterEntry {
    base::ParticipantId id;
    std::string name;
    model::Role role = model::Role::Observer;
    std::string organisation;
    bool present = false;
    bool publishing = false;
    Track audio = Track::None;
    Track video = Track::None;
};
// What one person is told of where they and the interview stand. In the lobby that is very little:
// whether to wait, or that it is over.
struct Situation {
    model::Place place = model::Place::Lobby;
    model::Standing standing;
    std::string title;             // empty in the lobby
    std::vector<std::string> may;  // "publish", "subscribe", "signal", "pause", "end"
    bool operator==(const Situation&) const = default;
};
Situation situation_of(const Session& session, const Participant& self);

std::string welcome_message(const Session& session, const Participant& self, std::int64_t now_ms);
std::string place_message(const Situation& situation);
std::string state_message(const Situation& situation);
std::string roster_message(const std::vector<RosterEntry>& roster);
std::string slots_message(base::ResourceId resource, const std::vector<base::ParticipantId>& slots);
std::string ended_message(std::string_view reason);
std::string letter_message(std::string_view text);
std::string control_error_message(int code, std::string_view detail);

std::string opened_message(base::SessionId session);
std::string joined_message(base::SessionId, base::ParticipantId, std::int64_t at_ms);
std::string left_message(base::SessionId, base::ParticipantId, std::int64_t at_ms,
                         model::LeaveReason reason);
std::string ask_message(const Holder& holder, const AskPause& ask);
std::string ask_message(const Holder& holder, const AskEnd& ask);
std::string letter_message(const Holder& from, std::string_view text);
// "invitation.used", "login", "logout" or "passkey".
std::string credential_message(base::SessionId, base::ParticipantId, const CredentialNews& news);
// Tried by somebody and refused here: for the audit log, which is the kiosk's.
std::string refused_message(const Holder& who, std::string_view what, std::string_view why);
std::string quality_message(const Quality& quality);
std::string kiosk_error_message(std::string_view detail);

}  // namespace sightline::hub
