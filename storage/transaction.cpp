#include "storage/transaction.h"

#include <utility>

#include "appliance/base/check.h"
#include "storage/seal/aead.h"
#include "storage/store.h"

namespace sightline::storage {

Transaction::Transaction(Store& store, const Keyring& keyring, const DossierIndex& index,
                         std::optional<OpenDossier> open)
    : store_(store),
      keyring_(keyring),
      index_(index),
      open_(std::move(open)),
      frontier_(store.audit_->frontier()) {}

base::DossierId Transaction::create(const DossierTerms& terms, base::DossierId id) {
    CHECK(index_.find(id) == nullptr && !touched_.contains(id));
    Touched fresh{{DossierSeal::random(id), {}, 1, 0, RecordMarks{}}, true};
    fresh.head.terms = terms;
    touched_.emplace(id, std::move(fresh));
    return id;
}

void Transaction::put(base::DossierId dossier, base::RecordId id, RecordKind kind,
                      base::ByteView body) {
    CHECK(body.size() <= kMaxBodyBytes);
    Touched& touched = touch(dossier);
    RecordMarks& records = records_of(touched);
    const RecordRow row =
        touched.seal.seal(Record{id, kind, touched.version, base::Bytes(body.begin(), body.end())});
    const auto tag = seal::tag_of(row.body);
    const auto [known, is_new] = records.try_emplace(id);
    RecordMark& mark = known->second;
    if (is_new) {
        ++touched.head.records;
        mark.previous = touched.newest;
        mark.row = store_.tables_->append_record(dossier, mark.previous, row);
        touched.newest = mark.row;
    } else {
        touched.head.digest.toggle(touched.seal.member(id, mark.kind, mark.version, mark.tag));
        store_.tables_->replace_record(mark.row, row);
    }
    touched.head.digest.toggle(touched.seal.member(id, kind, row.version, tag));
    mark.kind = kind;
    mark.version = row.version;
    mark.tag.assign(tag.begin(), tag.end());
}

void Transaction::remove(base::DossierId dossier, base::RecordId id) {
    Touched& touched = touch(dossier);
    RecordMarks& records = records_of(touched);
    const auto known = records.find(id);
    if (known == records.end()) return;
    const RecordMark gone = std::move(known->second);
    records.erase(known);
    touched.head.digest.toggle(touched.seal.member(id, gone.kind, gone.version, gone.tag));
    --touched.head.records;
    store_.tables_->remove_record(gone.row);
    if (touched.newest == gone.row) {
        touched.newest = gone.previous;
        return;
    }
    for (auto& [other, mark] : records) {
        if (mark.previous != gone.row) continue;
        mark.previous = gone.previous;
        store_.tables_->set_previous(mark.row, mark.previous);
    }
}

void Transaction::set_terms(base::DossierId dossier, const DossierTerms& terms) {
    touch(dossier).head.terms = terms;
}

const DossierTerms& Transaction::terms(base::DossierId dossier) {
    return touch(dossier).head.terms;
}

void Transaction::set_tokens(base::DossierId dossier, std::vector<LookupToken> tokens) {
    CHECK(tokens.size() <= kMaxTokens);
    Touched& touched = touch(dossier);
    touched.seal.tokens = std::move(tokens);
    touched.rewrap = true;
}

const std::vector<LookupToken>& Transaction::tokens(base::DossierId dossier) {
    return touch(dossier).seal.tokens;
}

void Transaction::audit(model::RecordTime time, std::string actor, audit::Action action,
                        std::optional<base::DossierId> dossier, std::string detail) {
    const auto about = dossier.value_or(kSiteDossier);
    const audit::Event event{time, std::move(actor), action,
                             dossier && *dossier != kSiteDossier ? dossier->text() : "",
                             std::move(detail)};
    Touched& touched = touch(about);
    store_.audit_->append(frontier_, event, touched.seal, touched.head);
}

RecordMarks& Transaction::records_of(Touched& touched) {
    if (!touched.records) {
        touched.records = store_.tables_->marks(touched.seal.id());
        if (touched.records->size() != touched.head.records) {
            throw store_.damaged("a dossier's list of records");
        }
    }
    return *touched.records;
}

Transaction::Touched& Transaction::touch(base::DossierId id) {
    if (const auto at = touched_.find(id); at != touched_.end()) return at->second;
    const auto* known = index_.find(id);
    CHECK(known != nullptr);
    if (open_ && open_->seal.id() == id && open_->version == known->version) {
        Touched again{std::move(*open_), false};
        open_.reset();
        ++again.version;
        return touched_.emplace(id, std::move(again)).first->second;
    }
    const DossierRow row = store_.checked_row(id);
    DossierSeal seal = store_.open_dossier(row);
    auto head = seal.open_head(row.version, row.head);
    if (!head) throw store_.damaged("a dossier's head");
    return touched_
        .emplace(id, Touched{{std::move(seal), *head, row.version + 1, row.newest, {}}, false})
        .first->second;
}

std::map<base::DossierId, DossierIndex::Entry> Transaction::finish(StoreHead& head) {
    std::map<base::DossierId, DossierIndex::Entry> learned;
    for (auto& [id, touched] : touched_) {
        const auto sealed = touched.seal.seal_head(touched.version, touched.head);
        if (touched.rewrap) {
            store_.tables_->put_dossier(
                {id, touched.version, sealed, touched.seal.wrap(keyring_), touched.newest});
        } else if (!store_.tables_->put_dossier_head(id, touched.version, sealed, touched.newest)) {
            throw store_.damaged("a dossier");
        }
        DossierIndex::Entry entry{
            touched.version, dossier_member(keyring_, id, touched.version, seal::tag_of(sealed)),
            touched.seal.tokens};
        if (const auto* old = index_.find(id)) {
            head.digest.toggle(old->member);
        } else {
            ++head.dossiers;
        }
        head.digest.toggle(entry.member);
        learned.emplace(id, std::move(entry));
    }
    head.leaves = frontier_.size();
    head.root = frontier_.root();
    return learned;
}

std::optional<OpenDossier> Transaction::take_open() {
    if (touched_.size() != 1) return std::nullopt;
    return static_cast<OpenDossier&&>(touched_.begin()->second);
}

}  // namespace sightline::storage
