// What one commit changes: dossiers, their records, and the audit leaves that say so. Given by
// Store::write; gone when that returns. Its calls throw SQLite::Exception and StorageError, after
// which nothing of it is kept. A dossier that does not exist is our caller's bug.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "storage/audit/event.h"
#include "storage/audit/frontier.h"
#include "storage/audit_log.h"
#include "storage/dossier.h"
#include "storage/dossier_index.h"
#include "storage/sealed_tables.h"
#include "storage/store_head.h"

namespace sightline::storage {

class Store;

class Transaction {
  public:
    base::DossierId create(const DossierTerms& terms,
                           base::DossierId id = base::DossierId::random());
    // Adds the record or replaces the one with its id; its version is given by the store.
    // `body` is at most kMaxBodyBytes.
    void put(base::DossierId dossier, base::RecordId id, RecordKind kind, base::ByteView body);
    // Does nothing if there is none.
    void remove(base::DossierId dossier, base::RecordId id);
    void set_terms(base::DossierId dossier, const DossierTerms& terms);
    const DossierTerms& terms(base::DossierId dossier);
    // What `find` finds it by from now on; at most kMaxTokens.
    void set_tokens(base::DossierId dossier, std::vector<LookupToken> tokens);
    const std::vector<LookupToken>& tokens(base::DossierId dossier);
    // A leaf, whose opening is sealed with the dossier that the event is about.
    void audit(model::RecordTime at, std::string actor, audit::Action action,
               std::optional<base::DossierId> about, std::string detail);

  private:
    friend class Store;
    struct Touched : OpenDossier {
        bool rewrap = false;
    };
    // `open`: what the last write left open, and need not be read again.
    Transaction(Store& store, const Keyring& keyring, const DossierIndex& index,
                std::optional<OpenDossier> open = std::nullopt);
    Touched& touch(base::DossierId id);
    RecordMarks& records_of(Touched& touched);
    // Writes the heads and gives what the index must learn.
    std::map<base::DossierId, DossierIndex::Entry> finish(StoreHead& head);
    // The one dossier that was touched, as it is after `finish`; nullopt for none or several.
    std::optional<OpenDossier> take_open();

    Store& store_;
    const Keyring& keyring_;
    const DossierIndex& index_;
    std::optional<OpenDossier> open_;
    std::map<base::DossierId, Touched> touched_;
    audit::Frontier frontier_;
};

}  // namespace sightline::storage
