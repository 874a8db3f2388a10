// The records that repositories keep beside the model's own: an interview with when it was last
// known to run, a participant with their stays, an incident, the site's signing key, an erasure.
// Plain data; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session/model/case_file.h"
#include "session/model/consent.h"
#include "session/model/interview.h"
#include "session/model/mission.h"
#include "session/model/participant.h"
#include "storage/codec.h"

namespace sightline::storage {

struct Stay {
    model::Presence presence;
    model::QualitySummary quality;
};
struct ParticipantRecord {
    model::Participant participant;  // token_sha256 is empty once it opens nothing any more
    std::uint32_t order = 0;         // among those of the interview
    bool removed = false;
    std::vector<Stay> stays;  // oldest first
};
struct Incident {
    model::RecordTime at;
    std::string kind;  // "engine.silent", "engine.restarted", ...
};

struct InterviewRow {
    model::Interview interview;
    model::RecordTime alive;  // when the kiosk last said that it runs
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

}  // namespace sightline::storage
