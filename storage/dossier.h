// What the sealed store holds, as its callers see it: dossiers, each a set of records under keys of
// its own. A record's body is a JSON document whose form its kind decides; see the codecs beside
// the repositories. Plain data; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/ids.h"
#include "session/model/interview.h"

namespace sightline::storage {

// Stored as numbers: a value that has been released is never given another meaning.
enum class RecordKind : std::uint8_t {
    SigningKey = 1,  // of the site: signs checkpoints, certificates, exports
    Mission = 2,
    Device = 3,
    Case = 4,
    Person = 5,
    Document = 6,
    Note = 7,
    Consent = 8,
    Decision = 9,
    Interview = 10,
    Participant = 11,
    Incident = 12,
    Destruction = 13,  // of the site: an erasure, and its certificate once it has been made
    Content = 14,      // a part of a document: its bytes as they are
    Running = 15,      // of an interview, until its end: what a restarted kiosk goes on with
    Break = 16,        // of an interview
    DeviceKey = 17,    // of the site: what this kiosk signs leases and consents with
    Staff = 18,        // of the site: an account
    Delegation = 19,   // of the site: whose papers say which devices are believed
    Form = 20,         // the registration form
    Release = 21,      // to which circle it was released, and under which pseudonym
    OpPart = 22,       // the sealed part of one op about it, as it travels
    Circle = 23,       // of the site: a delegation's circle, and this site's place in it
    SealingKey = 24,   // of the site: what is sealed to this kiosk opens with it
    Attachment = 25,   // a document of the form, whose bytes are chunks beside the records
};

struct Record {
    base::RecordId id;
    RecordKind kind = RecordKind::Note;
    std::uint64_t version = 0;  // of its dossier when it was written
    base::Bytes body;
};

// What holds for a dossier as a whole, beside its records.
struct DossierTerms {
    model::RecordTime created;
    std::optional<model::RecordTime> retain_until;  // erased some time after; none: kept
    bool held = false;                              // a legal hold: not erased, whatever else says

    bool operator==(const DossierTerms&) const = default;
};

struct Dossier {
    base::DossierId id;
    std::uint64_t version = 0;  // grows with every write to it
    DossierTerms terms;
    std::vector<Record> records;  // by id
};

// Its records as they were written, the oldest first: where times are of one millisecond, such as
// those of notes that waited for a link and came together, this order decides.
std::vector<const Record*> in_order_of_writing(const Dossier& dossier);

// Holds what belongs to no applicant: missions, devices, the site's own keys. Never erased.
inline const base::DossierId kSiteDossier = base::DossierId::from_value(1);

inline constexpr std::size_t kMaxBodyBytes = 1 << 20;

}  // namespace sightline::storage
