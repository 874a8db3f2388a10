// The JSON that the kiosk exchanges with the hub: parsed with bounds into plain values, and
// written. Members nobody asks for are ignored and types nobody knows become Unknown, so that a
// newer peer may say more. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "session/model/interview.h"
#include "session/model/participant.h"
#include "session/model/roster.h"
#include "session/model/state.h"

namespace sightline::kiosk {

struct Unknown {
    std::string type;
};

// Of a letter's text.
inline constexpr std::size_t kMaxLetterFromPage = 12 * 1024;
inline constexpr std::size_t kMaxLetterToPage = 48 * 1024;

// From the hub.
struct Opened {
    base::SessionId session;
};
struct Joined {
    base::SessionId session;
    base::ParticipantId participant;
    model::RecordTime at;
};
struct Left {
    base::SessionId session;
    base::ParticipantId participant;
    model::RecordTime at;
    model::LeaveReason reason = model::LeaveReason::Lost;
};
struct QualityReport {
    base::SessionId session;
    base::ParticipantId participant;
    model::QualitySummary quality;
};
// Somebody signed in with their invitation, which is worth nothing from then on.
struct InvitationUsed {
    base::SessionId session;
    base::ParticipantId participant;
    model::RecordTime at;
};
struct LoggedIn {
    base::SessionId session;
    base::ParticipantId participant;
    model::Login login;
};
struct LoggedOut {
    base::SessionId session;
    base::ParticipantId participant;
    std::string sha256;
};
struct PasskeySeen {  // a new one, or a known one's new counter
    base::SessionId session;
    base::ParticipantId participant;
    model::Passkey passkey;
};
// A person pressed it in their browser.
struct Asked {
    enum class What : std::uint8_t { Pause, End };
    base::SessionId session;
    base::ParticipantId participant;
    What what = What::Pause;
    std::string reason;  // by its name, or empty
};
// The hub refused somebody something: an invitation that was used, a message out of place.
struct RefusedAtHub {
    base::SessionId session;
    base::ParticipantId participant;
    std::string what;
    std::string why;
};
// The hub stopped forwarding for want of heartbeats, or began again.
struct LeaseLife {
    base::SessionId session;
    bool alive = false;
};
// What somebody's page says to the kiosk, through the hub, which has not read it.
struct HubLetter {
    base::SessionId session;
    base::ParticipantId participant;
    std::string text;
};
// Another hub has the interview.
struct HubElsewhere {
    std::string origin;
};
struct HubComplaint {
    std::string detail;
};
using HubMessage = std::variant<Opened, Joined, Left, QualityReport, InvitationUsed, LoggedIn,
                                LoggedOut, PasskeySeen, Asked, RefusedAtHub, LeaseLife, HubLetter,
                                HubElsewhere, HubComplaint, Unknown>;
base::Result<HubMessage> parse_hub_message(std::string_view text);

// To the hub. `device_jwk`: the kiosk's public key (RFC 7517).
std::string hub_hello(std::string_view kiosk, std::string_view key, std::string_view device_jwk,
                      std::uint64_t incarnation);
// The session with everybody in it, in messages that each fit into a frame: one that opens it, and
// one for each person who did not fit. The first names all of them, so that the hub lets go of
// those who were removed while it could not be told.
std::vector<std::string> session_open(const model::Interview& interview,
                                      const model::Standing& standing,
                                      std::span<const model::Attendee> people);
std::string session_state(base::SessionId session, const model::Standing& standing);
std::string session_close(base::SessionId session);
// Closed until it is opened again: its invitations are as good then as they were before.
std::string session_set_aside(base::SessionId session);
std::string participant_add(const model::Attendee& person);
std::string participant_place(const model::Attendee& person);
std::string participant_remove(base::SessionId session, base::ParticipantId participant);
std::string lease_message(base::SessionId session, std::string_view jws,
                          const base::Secret& heartbeat_key);
// `text` of at most kMaxLetterToPage bytes.
std::string letter_message(base::SessionId session, base::ParticipantId participant,
                           std::string_view text);

}  // namespace sightline::kiosk
