// Registration forms in the sealed store, each a record of its dossier, with the persons whom it
// lists: so that an interview can be held about them and consents can name them. The form's text
// is session/dossier's affair. What writes is a part of somebody's transaction. Throws
// StorageError. One thread; must not outlive `store`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session/model/case_file.h"
#include "session/model/consent.h"
#include "storage/store.h"
#include "storage/sync_types.h"

namespace sightline::storage {

class Transaction;

// What a dossier has that concerns its form and its release.
struct FormFile {
    base::DossierId id;
    DossierTerms terms;
    std::optional<FormRow> form;         // none: only ops have come that cannot be read here
    std::vector<model::Person> persons;  // on record
    std::vector<Release> releases;
    std::vector<model::Consent> consents;     // in the order in which they were written
    std::vector<base::RecordId> interviewed;  // persons whom an interview was about
    std::vector<AttachmentRow> attachments;   // in the order in which they came
};

class FormRepository {
  public:
    explicit FormRepository(Store& store) : store_(store) {}

    // Dossiers that have a form, or will have one.
    std::vector<base::DossierId> all() const;
    // `key`: the case's number as session/dossier compares it.
    std::vector<base::DossierId> find_by_number(std::string_view key) const;
    // NotFound.
    base::Result<FormFile> read(base::DossierId id);

    // Of a new dossier.
    base::DossierId create(Transaction& transaction, model::RecordTime at);
    // `form.id` stays over all versions. Persons that are on record and not among these stay too:
    // consents may name them.
    void put(Transaction& transaction, base::DossierId dossier, const FormRow& form,
             std::string_view number_key, std::span<const model::Person> persons);
    void put(Transaction& transaction, base::DossierId dossier, const Release& release);

  private:
    void find_by(Transaction& transaction, base::DossierId dossier, const LookupToken& token);

    Store& store_;
};

}  // namespace sightline::storage
