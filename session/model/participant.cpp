#include "session/model/participant.h"

#include <algorithm>

#include "appliance/base/hex.h"
#include "session/model/names.h"

namespace sightline::model {
namespace {

constexpr Names<LeaveReason, 6> kLeaveReasons{{{LeaveReason::Bye, "bye"},
                                               {LeaveReason::Lost, "lost"},
                                               {LeaveReason::Removed, "removed"},
                                               {LeaveReason::SentBack, "sent-back"},
                                               {LeaveReason::Ended, "ended"},
                                               {LeaveReason::Interrupted, "interrupted"}}};

}  // namespace

base::Result<Participant> make_participant(base::ParticipantId id, base::SessionId session,
                                           std::string name, Role role, std::string token_sha256) {
    if (!is_plain_name(name, kMaxNameBytes)) {
        return base::Error{base::Errc::Malformed,
                           "add a participant: the name must be 1 to 120 bytes of plain text"};
    }
    const auto hash = base::from_hex(token_sha256);
    if (!hash || hash->size() != 32) {
        return base::Error{base::Errc::Malformed,
                           "add a participant: the token's hash must be 64 hexadecimal digits"};
    }
    return Participant{id, session, std::move(name), role, std::move(token_sha256)};
}

const char* name_of(LeaveReason reason) { return name_in(kLeaveReasons, reason); }

std::optional<LeaveReason> leave_reason_from_name(std::string_view name) {
    return value_in(kLeaveReasons, name);
}

Presence end_presence(Presence presence, LeaveReason reason, RecordTime now) {
    presence.left = std::max(now, presence.joined);
    presence.reason = reason;
    return presence;
}

LinkQuality add_report(LinkQuality sum, const LinkQuality& before, const LinkQuality& report) {
    // One connection's counters start over together: packets tell whether it is still the same one.
    const bool same_connection = report.packets >= before.packets && report.bytes >= before.bytes;
    const auto add = [&](std::uint64_t LinkQuality::*counter) {
        const std::uint64_t base = same_connection ? before.*counter : 0;
        // "Lost" may fall when a late packet arrives after all.
        if (report.*counter > base) sum.*counter += report.*counter - base;
    };
    add(&LinkQuality::packets);
    add(&LinkQuality::bytes);
    add(&LinkQuality::lost);
    add(&LinkQuality::nacks);
    add(&LinkQuality::retransmitted);
    add(&LinkQuality::key_frame_requests);
    if (report.round_trip_ms) sum.round_trip_ms = report.round_trip_ms;
    if (report.jitter_ms) sum.jitter_ms = report.jitter_ms;
    return sum;
}

}  // namespace sightline::model
