#include "storage/form_repository.h"

#include <algorithm>

#include "storage/interview_records.h"
#include "storage/sync_journal.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

constexpr const char* kForms = "forms";
constexpr const char* kFormNumber = "form number";

}  // namespace

std::vector<base::DossierId> FormRepository::all() const {
    return store_.find(store_.token(kForms, ""));
}

std::vector<base::DossierId> FormRepository::find_by_number(std::string_view key) const {
    return store_.find(store_.token(kFormNumber, key));
}

base::Result<FormFile> FormRepository::read(base::DossierId id) {
    if (id == kSiteDossier) {
        return base::Error{base::Errc::NotFound, "open dossier " + id.text() + ": there is none"};
    }
    auto dossier = store_.read(id);
    if (!dossier) return dossier.error();
    FormFile file{id, dossier->terms, {}, {}, {}, {}, {}, {}};
    // Consents count in the order in which they were given, and their ids are random.
    std::stable_sort(dossier->records.begin(), dossier->records.end(),
                     [](const Record& a, const Record& b) { return a.version < b.version; });
    for (const auto& record : dossier->records) {
        switch (record.kind) {
            case RecordKind::Form:
                file.form = decoded<FormRow>(record);
                break;
            case RecordKind::Person:
                file.persons.push_back(decoded<model::Person>(record));
                break;
            case RecordKind::Release:
                file.releases.push_back(decoded<Release>(record));
                break;
            case RecordKind::Consent:
                file.consents.push_back(decoded<model::Consent>(record));
                break;
            case RecordKind::Interview: {
                const auto row = decoded<InterviewRow>(record);
                file.interviewed.insert(file.interviewed.end(), row.subjects.begin(),
                                        row.subjects.end());
                break;
            }
            case RecordKind::Attachment:
                file.attachments.push_back(decoded<AttachmentRow>(record));
                break;
            default:
                break;
        }
    }
    return file;
}

base::DossierId FormRepository::create(Transaction& transaction, model::RecordTime at) {
    const auto id = transaction.create({at, std::nullopt, false});
    transaction.set_tokens(id, {store_.token(kForms, "")});
    return id;
}

void FormRepository::find_by(Transaction& transaction, base::DossierId dossier,
                             const LookupToken& token) {
    auto tokens = transaction.tokens(dossier);
    if (std::find(tokens.begin(), tokens.end(), token) != tokens.end()) return;
    // Former numbers are found too; of too many the oldest goes, never the mark of forms.
    if (tokens.size() == kMaxTokens) tokens.erase(tokens.begin() + 1);
    tokens.push_back(token);
    transaction.set_tokens(dossier, std::move(tokens));
}

void FormRepository::put(Transaction& transaction, base::DossierId dossier, const FormRow& form,
                         std::string_view number_key, std::span<const model::Person> persons) {
    transaction.put(dossier, form.id, RecordKind::Form, encode(form));
    for (const auto& person : persons) {
        transaction.put(dossier, person.id, RecordKind::Person, encode(person));
    }
    find_by(transaction, dossier, store_.token(kFormNumber, number_key));
}

void FormRepository::put(Transaction& transaction, base::DossierId dossier,
                         const Release& release) {
    transaction.put(dossier, release.id, RecordKind::Release, encode(release));
    find_by(transaction, dossier, SyncJournal(store_).token(release.circle));
}

}  // namespace sightline::storage
