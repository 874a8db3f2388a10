// A person's place in one interview, the times they were there, and how good their link was. Plain
// data and pure transitions. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/model/interview.h"
#include "session/model/role.h"

namespace sightline::model {

inline constexpr std::size_t kMaxNameBytes = 120;
inline constexpr std::size_t kMaxParticipants = 64;  // of one interview

struct Participant {
    base::ParticipantId id;
    base::SessionId session;
    std::string name;
    Role role = Role::Observer;
    // Who holds the token is this participant; only its hash is kept (64 hexadecimal digits).
    std::string token_sha256;
};

// Errors: Malformed for a name that is empty, too long, not UTF-8 or has control characters.
base::Result<Participant> make_participant(base::ParticipantId id, base::SessionId session,
                                           std::string name, Role role, std::string token_sha256);

enum class LeaveReason : std::uint8_t {
    Bye,          // left on purpose
    Lost,         // the connection went away
    Removed,      // was removed
    SentBack,     // to the waiting room
    Ended,        // the interview ended under them
    Interrupted,  // the kiosk was not there to see it
};
const char* name_of(LeaveReason reason);
std::optional<LeaveReason> leave_reason_from_name(std::string_view name);

// One stay; a participant may have many. Open while `left` is absent.
struct Presence {
    RecordTime joined;
    std::optional<RecordTime> left;
    std::optional<LeaveReason> reason;  // present exactly when `left` is
};
// A stay never ends before it began, whatever the clocks did.
Presence end_presence(Presence presence, LeaveReason reason, RecordTime now);

// One direction of one participant's media, added up over the interview. The hub counts per
// connection, so its counters fall back to zero when somebody reconnects.
struct LinkQuality {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t lost = 0;
    std::uint64_t nacks = 0;
    std::uint64_t retransmitted = 0;
    std::uint64_t key_frame_requests = 0;
    std::optional<double> round_trip_ms;  // the last known
    std::optional<double> jitter_ms;      // the last known

    bool operator==(const LinkQuality&) const = default;
};
struct QualitySummary {
    LinkQuality up;    // from the participant to the hub
    LinkQuality down;  // from the hub to the participant

    bool operator==(const QualitySummary&) const = default;
};

// Adds what a report says beyond the one before it. A counter below its predecessor belongs to a
// new connection and counts from zero.
LinkQuality add_report(LinkQuality sum, const LinkQuality& before, const LinkQuality& report);

}  // namespace sightline::model
