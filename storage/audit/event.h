// What one leaf of the audit log is about: who did what to which dossier, and when. An event has
// one byte form, and the log holds only a salted commitment to it: salt and event are sealed with
// the dossier they concern, so that erasing the dossier leaves a leaf that proves its place and
// says nothing. Plain values. Any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "storage/audit/sha256.h"

namespace sightline::storage::audit {

using EventTime = std::chrono::sys_time<std::chrono::milliseconds>;

inline constexpr std::size_t kMaxActorBytes = 128;
inline constexpr std::size_t kMaxDetailBytes = 1024;
inline constexpr std::size_t kMaxEventBytes = 8192;  // of the byte form, all characters escaped

// Names in the record are for ever: add at the end, never rename.
enum class Action {
    DossierOpened,
    DossierCreated,
    DossierWritten,
    DossierExported,
    DossierErased,
    ConsentGiven,
    ConsentWithdrawn,
    ParticipantAdmitted,
    ParticipantRemoved,
    InterviewOpened,
    InterviewEnded,
    MissionWritten,
    DecisionWritten,
    DeviceEnrolled,
    StoreUnlocked,
    StoreUnlockRefused,
    StoreRestored,
    BackupMade,
    HoldSet,
    HoldLifted,
    KeyRotated,
    ConsentRefused,
    ParticipantInvited,
    DeviceRevoked,
    RetentionSet,
    AuditExported,
    BackupFailed,
    InterviewScheduled,
    InterviewStepped,     // to another state, or another reason to pause
    ParticipantSentBack,  // to the lobby
    InvitationUsed,
    PasskeyRegistered,
    MetadataPruned,  // to the bare fact
    SubjectJudged,   // suitable to be interviewed, or not
    StaffAdded,
    StaffRemoved,
    StaffSignedIn,
    StaffSignedOut,
    StaffRefused,  // a wrong PIN
    StaffLocked,   // for too many of those
    StaffUnlocked,
    KioskMuted,
    RequestRefused,  // by rule; a disk that takes nothing refuses nobody
    WordsMatched,    // the verification words, as somebody compared them
    WordsDiffered,
    DelegationTaken,  // its root, roster and mission
    DelegationLeft,
    CircleTaken,           // a delegation's circle, or a newer list of it
    DossierReleased,       // to a state
    ReleaseEnded,          // its consent is not in force any more
    DossierMerged,         // with what another site wrote
    SyncStopped,           // this site, or another one, has two pasts
    ParticipantUndertook,  // confidentiality, or to record nothing
    LanguagesDeclared,     // an interpreter's
    UnderstandingAsked,    // whether the applicant understands the interpreter
    ChecklistKept,
};
inline constexpr std::size_t kActions = 56;

std::string_view name_of(Action action);  // "dossier.opened"
std::optional<Action> action_of(std::string_view name);

struct Event {
    EventTime at;         // claimed by the device's clock; the order of leaves is what is proven
    std::string actor;    // who: a staff or device identifier, not empty
    Action action;        // what
    std::string subject;  // which dossier: 16 lower-case hexadecimal digits, or empty
    std::string detail;   // what else matters, one short sentence or empty
    bool operator==(const Event&) const = default;
};

// The one byte form: a JSON object (RFC 8259) in UTF-8, as storage/AUDIT.md defines it. Refuses
// values out of their bounds.
base::Result<std::string> canonical(const Event& event);

// Takes only the canonical form. Unsupported: an action this program does not know.
base::Result<Event> parse_event(std::string_view bytes);

// Drawn anew for every event, or two events that are alike would show it.
using Salt = std::array<std::uint8_t, 16>;
Salt random_salt();

// What the leaf is: SHA-256 over a domain, the salt, and the event with its length.
//
//     0        24       40       44
//     +--------+--------+--------+-------- ...
//     | domain |  salt  | length | event
//     +--------+--------+--------+-------- ...
//      24 ASCII bytes, 16 bytes, 32 bits big-endian, `length` bytes
Hash commitment(const Salt& salt, std::string_view event);

}  // namespace sightline::storage::audit
