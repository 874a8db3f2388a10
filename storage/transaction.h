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
    struct Touched {
        DossierSeal seal;
        DossierHead head;
        std::uint64_t version = 0;
        bool rewrap = false;
    };
    Transaction(Store& store, const Keyring& keyring, const DossierIndex& index);
    Touched& touch(base::DossierId id);
    // Writes the heads and gives what the index must learn.
    std::map<base::DossierId, DossierIndex::Entry> finish(StoreHead& head);

    Store& store_;
    const Keyring& keyring_;
    const DossierIndex& index_;
    std::map<base::DossierId, Touched> touched_;
    audit::Frontier frontier_;
};

}  // namespace sightline::storage
