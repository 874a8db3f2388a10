// What people at and around an interview attest, and what is kept of it while the interview runs:
// whether the applicant understands the interpreter, an item of a checklist, an undertaking, the
// languages of an interpreter. None of it changes who may receive what. Pure. Any thread.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "storage/interview_repository.h"

namespace sightline::kiosk {

struct Understanding {
    bool understood = false;
};
struct ChecklistTick {
    std::string item;
    bool done = false;
};
struct Undertaking {
    base::ParticipantId participant;
};
struct SpokenLanguages {
    base::ParticipantId participant;
    std::string language;
    std::string dialect;
    bool heard = false;  // and understood, both ways
};
using Attestation = std::variant<Understanding, ChecklistTick, Undertaking, SpokenLanguages>;

// Whom it is about; none: nobody who was invited.
std::optional<base::ParticipantId> person_of(const Attestation& attestation);

// Puts it into `row`. Gives the leaf of the audit log, which says that it was attested and not
// what; none: `row` says so already. Errors: Malformed, NotFound, Forbidden (of another role), each
// a sentence that says what to do.
base::Result<std::optional<storage::Leaf>> attest(storage::RunningRow& row,
                                                  const Attestation& attestation,
                                                  model::RecordTime at);

}  // namespace sightline::kiosk
