// What the consents of an interview amount to: which items are in force now. The history is never
// changed; the latest answer of a person about an item and a scope counts, and a withdrawal wins
// over whatever carries the same time. Pure. Any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/consent/consent_text.h"
#include "session/model/consent.h"

namespace sightline::consent {

// Somebody in front of the kiosk who is asked.
struct Subject {
    base::RecordId person;
    bool child = false;
    std::optional<base::RecordId> guardian;  // of a child: who answers for it
    bool suitable = true;  // of a child or a vulnerable person: has passed the suitability gate
};

class Ledger {
  public:
    void set_subjects(std::vector<Subject> subjects) { subjects_ = std::move(subjects); }
    std::span<const Subject> subjects() const { return subjects_; }

    // Whether `consent` may be written: its person is a subject or a subject's guardian, a guardian
    // answers for their own child, the child's own record is its assent, the text is one that the
    // library has, for this item and language, and not a draft unless `training`; scope where the
    // item has one (observers: the organisation, share-dossier: the state) and only there; a
    // withdrawal only of what was given. Errors: Malformed, NotFound, Conflict, each a sentence
    // that says what to do.
    base::Result<void> check(const model::Consent& consent, const TextLibrary& texts,
                             bool training) const;
    void add(model::Consent consent) { all_.push_back(std::move(consent)); }
    std::span<const model::Consent> all() const { return all_; }

    // Every subject has said yes to it; for a child its guardian has and the child assents, and the
    // suitability gate is passed. Nobody there: not in force.
    bool in_force(model::ConsentItem item, std::string_view scope = {}) const;
    // Nobody has an item of these still unanswered: video, audio, metadata.
    bool answered() const;

  private:
    std::vector<Subject> subjects_;
    std::vector<model::Consent> all_;
};

}  // namespace sightline::consent
