// What the consents of an interview amount to: which items are in force now. The history is never
// changed. The latest answer of a person about an item and a scope counts; the order in which
// answers were added is the order in which they were given, and time stamps can only take away: a
// yes counts only if it came after every no, and its clock says so too. So a clock that jumped
// cannot bring back what was withdrawn, and at the same time the withdrawal wins. Pure. Any thread.
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
    std::optional<base::RecordId> guardian = std::nullopt;  // of a child: who answers for it
    bool suitable = true;  // of a child or a vulnerable person: has passed the suitability gate
};

class Ledger {
  public:
    void set_subjects(std::vector<Subject> subjects) { subjects_ = std::move(subjects); }
    std::span<const Subject> subjects() const { return subjects_; }

    // Whether `consent` may be written: its person is a subject or a subject's guardian, a guardian
    // answers for their own child, the child's own record is its assent, somebody witnessed it, the
    // text is one that the library has, for this item and language, and not a draft unless
    // `training`; scope where the item has one (observers: the organisation, share-dossier: the
    // state as ISO 3166-1 alpha-3) and only there; a withdrawal only of what is given. A withdrawal
    // needs neither text nor witness: nothing stands in its way. Errors: Malformed, NotFound,
    // Conflict, each a sentence that says what to do.
    base::Result<void> check(const model::Consent& consent, const TextLibrary& texts,
                             bool training) const;
    // In the order in which they were given, also when they are read back.
    void add(model::Consent consent) { all_.push_back(std::move(consent)); }
    std::span<const model::Consent> all() const { return all_; }

    // Every subject has said yes to it; for a child its guardian has and the child assents, and the
    // suitability gate is passed. Nobody there: not in force.
    bool in_force(model::ConsentItem item, std::string_view scope = {}) const;
    // Somebody's last word about it is no: a subject's, or a guardian's for their child.
    bool declined(model::ConsentItem item, std::string_view scope = {}) const;
    // Nobody has an item of these still unanswered: video, audio, metadata. Nobody there: false.
    bool answered() const;

  private:
    // Whose answer about what.
    struct Matter {
        base::RecordId person;
        std::optional<base::RecordId> on_behalf;
        model::ConsentItem item;
        std::string_view scope;
    };
    enum class Word : std::uint8_t { None, Yes, No };

    Word word_on(const Matter& matter) const;
    // Of each subject, and of the guardian beside it.
    std::vector<Word> words_on(model::ConsentItem item, std::string_view scope) const;
    base::Result<void> check_person(const model::Consent& consent) const;
    base::Result<void> check_order(const model::Consent& consent) const;

    std::vector<Subject> subjects_;
    std::vector<model::Consent> all_;
};

}  // namespace sightline::consent
