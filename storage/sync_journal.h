// What sync keeps in the store: this kiosk's circles, and for each the ops in the order in which
// they were stored, the newest receipts, and forks with their proof. Of an op the signed envelope
// lies in a table, and the sealed part is a record of the dossier that it is about: so it is
// erased with it, in backups too, and the chain still holds. What writes belongs into one
// Store::write with the data that the op is about and the audit leaf, and changes nothing if that
// fails. Throws StorageError, or SQLite::Exception inside of a write. One thread; must not outlive
// `store`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/store.h"
#include "storage/sync/op.h"
#include "storage/sync/op_chain.h"
#include "storage/sync_types.h"

namespace sightline::storage {

class Transaction;

class SyncJournal {
  public:
    explicit SyncJournal(Store& store) : store_(store) {}

    std::vector<SyncCircle> circles();
    void put(Transaction& transaction, const SyncCircle& circle);
    std::optional<SiteSealingKey> sealing_key();
    void put(Transaction& transaction, const SiteSealingKey& key);

    // Without a dossier its sealed part is not kept: it is about one that was erased here.
    void append(Transaction& transaction, base::RecordId circle, const sync::Op& op,
                std::optional<base::DossierId> dossier);
    // In the place of an older one of its chain.
    void put_receipt(Transaction& transaction, base::RecordId circle, std::uint64_t incarnation,
                     std::string_view jws);
    // A site's first fork is the one that stays. `proof`: what its key or the hub has signed.
    void put_fork(Transaction& transaction, base::RecordId circle, const sync::Fork& fork,
                  std::string_view proof);

    // All that a circle's Replica is restored from.
    struct Kept {
        std::vector<std::string> ops;  // in order; without the sealed part where that was erased
        std::vector<std::string> receipts;
        std::vector<sync::Fork> forks;
        // Dossiers of this circle, and those that were erased here.
        std::vector<std::pair<base::DossierId, Release>> releases;
        std::vector<sync::Pseudonym> erased;
    };
    // Throws also if a sealed part is there and its op is not: then the disk lies.
    Kept kept(base::RecordId circle);

    // What a dossier of this circle is found by.
    LookupToken token(base::RecordId circle) const;

  private:
    Store& store_;
};

// Which of the dossier's own ops have no receipt yet. Their sealed parts must be sent, so it
// cannot be erased before.
bool has_unsent_ops(Store& store, base::DossierId dossier);

}  // namespace sightline::storage
