#include "storage/case_repository.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using audit::Action;
using base::Errc;
using base::Error;

constexpr const char* kCaseNumber = "case number";

std::string normal_form(std::string_view number) {
    std::string out;
    for (const char c : number) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isspace(byte) == 0) out.push_back(static_cast<char>(std::toupper(byte)));
    }
    return out;
}

template <class T>
void add_decoded(std::vector<T>& out, const Record& record) {
    if (record.kind != KindOf<T>::kKind) return;
    auto value = decode<T>(record.body);
    if (!value) throw StorageError(value.error().text);
    out.push_back(std::move(*value));
}

template <class T>
void put_record(Transaction& transaction, base::DossierId dossier, const T& value) {
    transaction.put(dossier, value.id, KindOf<T>::kKind, encode(value));
}

Error no_dossier(base::DossierId id) {
    return {Errc::NotFound, "open dossier " + id.text() + ": there is none"};
}

template <class T>
base::Result<void> write_one(Store& store, base::DossierId dossier, const T& value, Action action,
                             std::string detail, const CaseRepository::Said& said) {
    if (dossier == kSiteDossier || !store.exists(dossier)) return no_dossier(dossier);
    store.write([&](Transaction& transaction) {
        put_record(transaction, dossier, value);
        transaction.audit(said.at, said.by, action, dossier, std::move(detail));
    });
    return {};
}

template <class T>
std::vector<T> of_site(Store& store) {
    std::vector<T> out;
    const auto site = store.read(kSiteDossier);
    for (const auto& record : site.value().records) add_decoded(out, record);
    return out;
}

Action action_of(model::ConsentAnswer answer) {
    switch (answer) {
        case model::ConsentAnswer::Given:
            return Action::ConsentGiven;
        case model::ConsentAnswer::Refused:
            return Action::ConsentRefused;
        case model::ConsentAnswer::Withdrawn:
            return Action::ConsentWithdrawn;
    }
    return Action::ConsentRefused;
}

}  // namespace

base::Result<base::DossierId> CaseRepository::create(model::Case subject, const Said& said) {
    if (normal_form(subject.number).empty()) {
        return Error{Errc::Malformed, "create a dossier: give the case number"};
    }
    if (!find_by_number(subject.number).empty()) {
        return Error{Errc::Conflict,
                     "create a dossier: one with this case number exists already; "
                     "open that one"};
    }
    if (!subject.id) subject.id = base::RecordId::random();
    const auto token = store_.token(kCaseNumber, normal_form(subject.number));
    base::DossierId dossier;
    store_.write([&](Transaction& transaction) {
        dossier = transaction.create({said.at, std::nullopt, false});
        transaction.set_tokens(dossier, {token});
        put_record(transaction, dossier, subject);
        transaction.audit(said.at, said.by, Action::DossierCreated, dossier, "");
    });
    return dossier;
}

std::vector<base::DossierId> CaseRepository::find_by_number(std::string_view number) const {
    return store_.find(store_.token(kCaseNumber, normal_form(number)));
}

base::Result<CaseFile> CaseRepository::open(base::DossierId id, const Said& said) {
    if (id == kSiteDossier || !store_.exists(id)) return no_dossier(id);
    // The leaf first: nobody sees what nobody knows they saw.
    store_.write([&](Transaction& transaction) {
        transaction.audit(said.at, said.by, Action::DossierOpened, id, "");
    });
    const auto dossier = store_.read(id);
    if (!dossier) return dossier.error();
    CaseFile file{id, dossier->terms, {}, {}, {}, {}, {}, {}, {}};
    std::vector<model::Case> cases;
    for (const auto* record : in_order_of_writing(*dossier)) {
        add_decoded(cases, *record);
        add_decoded(file.persons, *record);
        add_decoded(file.documents, *record);
        add_decoded(file.notes, *record);
        add_decoded(file.consents, *record);
        add_decoded(file.decisions, *record);
        add_decoded(file.interviews, *record);
    }
    if (!cases.empty()) file.subject = std::move(cases.front());
    const auto by_time = [](const auto& a, const auto& b) { return a.at < b.at; };
    std::stable_sort(file.notes.begin(), file.notes.end(), by_time);
    std::stable_sort(file.consents.begin(), file.consents.end(), by_time);
    std::stable_sort(file.decisions.begin(), file.decisions.end(), by_time);
    std::stable_sort(file.interviews.begin(), file.interviews.end(),
                     [](const InterviewRow& a, const InterviewRow& b) {
                         return a.interview.opened < b.interview.opened;
                     });
    return file;
}

base::Result<void> CaseRepository::put(base::DossierId dossier, const model::Case& subject,
                                       const Said& said) {
    return write_one(store_, dossier, subject, Action::DossierWritten, "case", said);
}

base::Result<void> CaseRepository::put(base::DossierId dossier, const model::Person& person,
                                       const Said& said) {
    return write_one(store_, dossier, person, Action::DossierWritten, "person " + person.id.text(),
                     said);
}

base::Result<void> CaseRepository::put(base::DossierId dossier, const model::Note& note,
                                       const Said& said) {
    return write_one(store_, dossier, note, Action::DossierWritten, "note " + note.id.text(), said);
}

base::Result<void> CaseRepository::put(base::DossierId dossier, const model::Decision& decision,
                                       const Said& said) {
    return write_one(store_, dossier, decision, Action::DecisionWritten, decision.id.text(), said);
}

base::Result<void> CaseRepository::put(base::DossierId dossier, const model::Consent& consent,
                                       const Said& said) {
    return write_one(store_, dossier, consent, action_of(consent.answer),
                     std::string(model::name_of(consent.item)) + " " + consent.person.text(), said);
}

base::Result<void> CaseRepository::put(base::DossierId dossier, model::Document document,
                                       base::ByteView content, const Said& said) {
    if (dossier == kSiteDossier || !store_.exists(dossier)) return no_dossier(dossier);
    if (content.size() > kMaxDocumentBytes) {
        return Error{Errc::TooLarge,
                     "store a document: it has more than 64 MiB; store it in parts"};
    }
    const auto replaced = std::exchange(document.parts, {});
    document.size = content.size();
    store_.write([&](Transaction& transaction) {
        for (const auto part : replaced) transaction.remove(dossier, part);
        for (std::size_t at = 0; at < content.size(); at += kMaxBodyBytes) {
            document.parts.push_back(base::RecordId::random());
            transaction.put(dossier, document.parts.back(), RecordKind::Content,
                            content.subspan(at, std::min(kMaxBodyBytes, content.size() - at)));
        }
        put_record(transaction, dossier, document);
        transaction.audit(said.at, said.by, Action::DossierWritten, dossier,
                          "document " + document.id.text());
    });
    return {};
}

base::Result<base::Bytes> CaseRepository::content(base::DossierId id,
                                                  const model::Document& document) {
    const auto dossier = store_.read(id);
    if (!dossier) return dossier.error();
    base::Bytes content;
    for (const auto part : document.parts) {
        const auto at = std::find_if(
            dossier->records.begin(), dossier->records.end(), [&](const Record& record) {
                return record.id == part && record.kind == RecordKind::Content;
            });
        if (at == dossier->records.end()) {
            return Error{Errc::NotFound, "read document " + document.id.text() +
                                             ": a part of it is missing; store it again"};
        }
        content.insert(content.end(), at->body.begin(), at->body.end());
    }
    return content;
}

void SiteRepository::put(const model::Mission& mission, const CaseRepository::Said& said) {
    store_.write([&](Transaction& transaction) {
        put_record(transaction, kSiteDossier, mission);
        transaction.audit(said.at, said.by, Action::MissionWritten, kSiteDossier,
                          mission.id.text());
    });
}

std::vector<model::Mission> SiteRepository::missions() { return of_site<model::Mission>(store_); }

void SiteRepository::put(const model::Device& device, const CaseRepository::Said& said) {
    store_.write([&](Transaction& transaction) {
        put_record(transaction, kSiteDossier, device);
        transaction.audit(said.at, said.by,
                          device.revoked ? Action::DeviceRevoked : Action::DeviceEnrolled,
                          kSiteDossier, device.id.text());
    });
}

std::vector<model::Device> SiteRepository::devices() { return of_site<model::Device>(store_); }

}  // namespace sightline::storage
