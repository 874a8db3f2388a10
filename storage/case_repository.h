// Dossiers as people know them: a case, its persons, documents, notes, consents and decisions.
// Every call is one transaction with its audit leaf, and every look into a dossier leaves one too.
// Throws StorageError; changes nothing when it throws. One thread; must not outlive `store`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/record_types.h"
#include "storage/store.h"

namespace sightline::storage {

// All that a dossier holds, decoded.
struct CaseFile {
    base::DossierId id;
    DossierTerms terms;
    model::Case subject;
    std::vector<model::Person> persons;
    std::vector<model::Document> documents;
    std::vector<model::Note> notes;          // oldest first
    std::vector<model::Consent> consents;    // oldest first
    std::vector<model::Decision> decisions;  // oldest first
    std::vector<InterviewRow> interviews;    // oldest first
};

class CaseRepository {
  public:
    explicit CaseRepository(Store& store) : store_(store) {}

    using Said = storage::Said;
    // Errors: Malformed (no case number), Conflict (a case with this number exists).
    base::Result<base::DossierId> create(model::Case subject, const Said& said);
    // However it is written: spaces and letter case do not count.
    std::vector<base::DossierId> find_by_number(std::string_view number) const;

    // Errors of all below: NotFound.
    base::Result<CaseFile> open(base::DossierId dossier, const Said& said);
    base::Result<void> put(base::DossierId dossier, const model::Case& subject, const Said& said);
    base::Result<void> put(base::DossierId dossier, const model::Person& person, const Said& said);
    base::Result<void> put(base::DossierId dossier, const model::Note& note, const Said& said);
    base::Result<void> put(base::DossierId dossier, const model::Decision& d, const Said& said);
    base::Result<void> put(base::DossierId dossier, const model::Consent& c, const Said& said);
    // Stores the bytes in parts and fills in `size` and `parts`. TooLarge above kMaxDocumentBytes.
    base::Result<void> put(base::DossierId dossier, model::Document document,
                           base::ByteView content, const Said& said);
    base::Result<base::Bytes> content(base::DossierId dossier, const model::Document& document);

  private:
    Store& store_;
};

inline constexpr std::size_t kMaxDocumentBytes = 64 << 20;

// What belongs to the site and to no applicant.
class SiteRepository {
  public:
    explicit SiteRepository(Store& store) : store_(store) {}

    void put(const model::Mission& mission, const CaseRepository::Said& said);
    std::vector<model::Mission> missions();
    void put(const model::Device& device, const CaseRepository::Said& said);
    std::vector<model::Device> devices();

  private:
    Store& store_;
};

}  // namespace sightline::storage
