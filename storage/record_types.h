// The records that repositories keep beside the model's own: an interview and how much of it is
// kept, what a running one goes on with after a restart, a participant with their stays, a break,
// an incident, the staff, the site's keys, an erasure. Plain data; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session/model/case_file.h"
#include "session/model/consent.h"
#include "session/model/interview.h"
#include "session/model/link_grade.h"
#include "session/model/mission.h"
#include "session/model/participant.h"
#include "session/model/roster.h"
#include "session/model/state.h"
#include "storage/codec.h"

namespace sightline::storage {

struct Stay {
    model::Presence presence;
    model::QualitySummary quality;
    std::vector<model::GradeChange> timeline{};  // oldest first
};
struct ParticipantRecord {
    model::Participant participant;  // without token_sha256
    std::uint32_t order = 0;         // among those of the interview
    bool removed = false;
    std::vector<Stay> stays;  // oldest first
    std::string organisation;
    // As model::Attendee has them.
    std::optional<model::RecordTime> undertaking{};
    std::string language{};
    std::string dialect{};
};
struct Incident {
    model::RecordTime at;
    std::string kind;  // "engine.silent", "medical", ...
    std::string detail;
    std::string by;  // role and short id; empty: the kiosk itself
};
// From a pause to where the interview went on or ended.
struct Break {
    base::RecordId id;
    base::SessionId session;
    model::PauseReason reason = model::PauseReason::Break;
    model::RecordTime from;
    std::optional<model::RecordTime> until;
};

// How much of an interview is on record. Fact: that it took place, for whom, on which day and how
// it ended, and what was answered to the questions of consent. Metadata: times, participants,
// notes, breaks, incidents and quality beside that.
enum class Kept : std::uint8_t { Fact, Metadata };
const char* name_of(Kept kept);  // "fact", "metadata"
std::optional<Kept> kept_from_name(std::string_view name);

struct InterviewRow {
    // With the bare fact alone, once it has ended: without title, and times that are whole days.
    model::Interview interview;
    model::RecordTime alive;  // when the kiosk last said that it runs
    Kept kept = Kept::Metadata;
    std::vector<base::RecordId> subjects;  // for whom: persons of the dossier
    std::vector<base::RecordId> consents;  // given for this interview, oldest first
    bool training = false;
};

struct Subject {
    base::RecordId person;
    bool child = false;
    std::optional<base::RecordId> guardian;
    bool suitable = true;
};
// Where the interview goes, and on which legal ground it is asked.
struct Delegation {
    std::string state;  // ISO 3166-1 alpha-3
    model::LegalBasis basis = model::LegalBasis::Consent;
};
struct KioskMute {
    bool audio = false;
    bool video = false;
    bool operator==(const KioskMute&) const = default;
};
// Kept while the interview runs, and forgotten at its end.
struct RunningRow {
    base::RecordId id;
    base::SessionId session;
    model::Standing standing;
    model::RecordTime since;  // of the standing
    std::vector<Subject> subjects;
    Delegation delegation;
    std::optional<model::RecordTime> planned;
    std::vector<model::Attendee> roster;  // the applicant first
    KioskMute mute;
    // Of the words by which people compare whom they talk to: 64 hexadecimal digits.
    std::string salt;
    std::optional<model::RecordTime> pause_until{};  // what the break timer is set to
    std::vector<std::string> checks{};  // items of the checklists that are done, sorted
    // What the applicant said when asked whether they understand the interpreter.
    std::optional<bool> understood{};
    std::chrono::milliseconds live_before{0};  // how long it was live before the present standing
};

struct SignIn {
    std::string sha256;  // of the token, 64 hexadecimal digits
    model::RecordTime until;
};
// A PIN that guards an account, stretched by scrypt.
struct PinHash {
    std::string salt;  // hexadecimal
    std::uint32_t log2_n = 0;
    std::string hash;  // hexadecimal
};
struct StaffAccount {
    base::RecordId id;
    std::string name;
    model::Role role = model::Role::Staff;
    PinHash pin;
    std::uint32_t wrong = 0;  // PINs since the last right one or the last lock
    std::uint32_t locks = 0;  // since the last right one: each is twice as long as the one before
    std::optional<model::RecordTime> locked_until;
    std::vector<SignIn> sign_ins;  // oldest first
};
// By what this kiosk is known to the hub, and the number of its program's last start.
struct DeviceIdentity {
    base::RecordId id;
    std::string secret_jwk;  // RFC 7517, P-256
    std::uint64_t starts = 0;
};

// What the delegation that this kiosk serves has signed, as session/identity reads it.
struct DelegationPapers {
    base::RecordId id;
    std::string root_jwk;
    std::string roster_jws;
    std::string mission_jws;
};

struct IncidentRow {
    std::optional<base::SessionId> session;
    Incident incident;
};
struct SigningKey {
    std::string name;  // of the site, as notes are signed with it
    std::string seed;  // Ed25519 (RFC 8032), 64 hexadecimal digits
};
// An erasure, from its commit until its certificate has been made.
struct Destruction {
    std::uint64_t old_epoch = 0;
    std::vector<base::DossierId> dossiers;
    std::string reason;
    std::string by;
    model::RecordTime at;
    std::string certificate;  // empty until then
};

template <>
struct KindOf<model::Mission> {
    static constexpr RecordKind kKind = RecordKind::Mission;
};
template <>
struct KindOf<model::Device> {
    static constexpr RecordKind kKind = RecordKind::Device;
};
template <>
struct KindOf<model::Case> {
    static constexpr RecordKind kKind = RecordKind::Case;
};
template <>
struct KindOf<model::Person> {
    static constexpr RecordKind kKind = RecordKind::Person;
};
template <>
struct KindOf<model::Document> {
    static constexpr RecordKind kKind = RecordKind::Document;
};
template <>
struct KindOf<model::Note> {
    static constexpr RecordKind kKind = RecordKind::Note;
};
template <>
struct KindOf<model::Consent> {
    static constexpr RecordKind kKind = RecordKind::Consent;
};
template <>
struct KindOf<model::Decision> {
    static constexpr RecordKind kKind = RecordKind::Decision;
};
template <>
struct KindOf<InterviewRow> {
    static constexpr RecordKind kKind = RecordKind::Interview;
};
template <>
struct KindOf<ParticipantRecord> {
    static constexpr RecordKind kKind = RecordKind::Participant;
};
template <>
struct KindOf<IncidentRow> {
    static constexpr RecordKind kKind = RecordKind::Incident;
};
template <>
struct KindOf<SigningKey> {
    static constexpr RecordKind kKind = RecordKind::SigningKey;
};
template <>
struct KindOf<Destruction> {
    static constexpr RecordKind kKind = RecordKind::Destruction;
};
template <>
struct KindOf<RunningRow> {
    static constexpr RecordKind kKind = RecordKind::Running;
};
template <>
struct KindOf<Break> {
    static constexpr RecordKind kKind = RecordKind::Break;
};
template <>
struct KindOf<DeviceIdentity> {
    static constexpr RecordKind kKind = RecordKind::DeviceKey;
};
template <>
struct KindOf<StaffAccount> {
    static constexpr RecordKind kKind = RecordKind::Staff;
};
template <>
struct KindOf<DelegationPapers> {
    static constexpr RecordKind kKind = RecordKind::Delegation;
};

}  // namespace sightline::storage
