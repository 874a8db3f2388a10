// The records that sync and the registration form keep in the sealed store: a circle that this
// kiosk is of, the key that is sealed to, to whom a dossier was released, the form itself, and its
// attachments. Plain data; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/model/interview.h"
#include "storage/codec.h"
#include "storage/sync/names.h"

namespace sightline::storage {

// A delegation's circle: one state's.
struct SyncCircle {
    base::RecordId id;
    std::string state;     // ISO 3166-1 alpha-3: whom a consent to share the dossier names
    std::string root_jwk;  // pinned
    std::string list_jws;  // the newest that was taken
    std::string hub_jwk;   // pinned when it is first known; empty until then
    sync::SiteId site;     // this kiosk, as the list names it
    std::uint64_t incarnation = 1;
    std::uint64_t store_incarnation = 0;  // the store's, in which `incarnation` began
    std::optional<model::RecordTime> last_success;
};

// Beside the device's key, which signs.
struct SiteSealingKey {
    base::RecordId id;
    std::string secret_jwk;  // RFC 7517, P-256
};

enum class ReleaseOrigin : std::uint8_t { Here, Elsewhere };
enum class ReleaseStanding : std::uint8_t {
    InForce,
    Ended,  // its consent was withdrawn: no edit of here is released any more
};
const char* name_of(ReleaseOrigin origin);      // "here", "elsewhere"
const char* name_of(ReleaseStanding standing);  // "in-force", "ended"
std::optional<ReleaseOrigin> release_origin_from_name(std::string_view name);
std::optional<ReleaseStanding> release_standing_from_name(std::string_view name);

// That a dossier is of a circle, and under which name. It came from there, or was released by an
// act of this site's staff.
struct Release {
    base::RecordId id;
    base::RecordId circle;
    sync::Pseudonym pseudonym;
    std::string state;
    ReleaseOrigin origin = ReleaseOrigin::Here;
    // Of the act, if it was here:
    std::string agreement;                 // reference of the transfer agreement
    std::vector<base::RecordId> consents;  // to share the dossier with this state
    std::string by;                        // role and short id
    model::RecordTime at;                  // or when it first came
    ReleaseStanding standing = ReleaseStanding::InForce;
    bool unfinished = false;  // more ops are needed until the circle has all of the form
    bool behind = false;      // what the circle says could not be a form, so the form is older
};

struct FormRow {
    base::RecordId id;
    std::string form;  // JSON, as session/dossier has it
};

// What ops call `path`. Its bytes are chunks; see attachment_repository.h.
struct AttachmentRow {
    base::RecordId id;
    std::string path;   // "attachments/" and a part
    std::string value;  // name, size, key and chunks: JSON, as in an op
    // Where it came from; none and null if it was taken in here.
    std::optional<base::RecordId> circle;
    sync::SiteId site;
    std::vector<base::RecordId> told;  // circles that an op of this site has told of it
    std::string by;                    // role and short id of whoever took it in, or the site
    model::RecordTime at;              // when it was taken in, or came
};

template <>
struct KindOf<SyncCircle> {
    static constexpr RecordKind kKind = RecordKind::Circle;
};
template <>
struct KindOf<SiteSealingKey> {
    static constexpr RecordKind kKind = RecordKind::SealingKey;
};
template <>
struct KindOf<Release> {
    static constexpr RecordKind kKind = RecordKind::Release;
};
template <>
struct KindOf<FormRow> {
    static constexpr RecordKind kKind = RecordKind::Form;
};
template <>
struct KindOf<AttachmentRow> {
    static constexpr RecordKind kKind = RecordKind::Attachment;
};

}  // namespace sightline::storage
