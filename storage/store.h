// The sealed store: dossiers in a SQLite file that only this device and its staff can open. While
// it is locked it holds ciphertext and gives none of it away; unlocked, it reads whole dossiers and
// writes in transactions, in which the rows and their audit leaves go together or not at all. What
// it reads is complete and as it was written, or it says that it is damaged.
//
// Throws StorageError when the disk or the file is in trouble; the sentence says what to do,
// nothing has changed, and after an input or output error the next call opens the file anew: a
// handle whose fsync failed is never written to again. One thread. `device` must outlive it.
#pragma once

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "hardware/device_secret.h"
#include "storage/audit/event.h"
#include "storage/audit_log.h"
#include "storage/database.h"
#include "storage/dossier.h"
#include "storage/dossier_index.h"
#include "storage/sealed_tables.h"
#include "storage/store_head.h"

namespace sightline::storage {

class Transaction;

// Who says so, for the audit log: a role and a short id, never a person's name.
using Actor = std::string;
struct Said {
    Actor by;
    model::RecordTime at;
};

class Store {
  public:
    // Creates the file if it is missing. Leaves it locked.
    Store(std::filesystem::path file, hardware::DeviceSecret& device);
    ~Store();

    // No key has been set yet: `initialise` comes first, and unlocks.
    bool is_new();
    bool is_unlocked() const { return keyring_.has_value(); }

    // Errors: Conflict (it has a key already), Malformed (the PIN), and what the device says.
    base::Result<void> initialise(const base::Secret& pin, seal::PinCost cost = {});
    // Reads the whole list of dossiers and checks it. Errors: as Keyring::unlock.
    base::Result<void> unlock(const base::Secret& pin);
    // With what `keep` gave before a crash. Any error means: ask for the PIN.
    base::Result<void> unlock_kept(base::ByteView kept);
    base::Secret keep() const;  // only while unlocked
    // Whether this is the PIN; changes nothing. Errors: as Keyring::unlock.
    base::Result<void> check_pin(const base::Secret& pin);
    void lock();

    std::vector<base::DossierId> dossiers() const;
    bool exists(base::DossierId id) const;
    std::vector<base::DossierId> find(const LookupToken& token) const;
    // All of it, checked to be complete. NotFound.
    base::Result<Dossier> read(base::DossierId id);
    DossierTerms terms(base::DossierId id);
    // The keyed hash by which `find` looks: `field` names what it is, such as "case". Throws while
    // locked.
    LookupToken token(std::string_view field, std::string_view value) const;

    // Runs `body` and commits what it did. What it throws leaves everything as it was.
    void write(const std::function<void(Transaction&)>& body);

    // Begins the next epoch: wraps every dossier's keys anew but those of `erased`, whose rows go,
    // and commits; then the device forgets the old secret. `body` writes in the same transaction.
    // With `pin`, from now on it is the PIN. Errors: what the device says before anything changed.
    base::Result<void> rotate(std::span<const base::DossierId> erased,
                              const std::function<void(Transaction&)>& body,
                              const base::Secret* pin = nullptr, seal::PinCost cost = {});
    // Lets the device forget what belongs to no epoch of this store: what a crash in `rotate` left.
    base::Result<void> forget_old_epochs();

    // Called with the next epoch's key before it is in force, for a memory that dies with the
    // machine.
    void set_keeper(std::function<void(const base::Secret&)> keeper) {
        keeper_ = std::move(keeper);
    }

    // Its contents came from a backup older than what this device has seen.
    bool was_restored() const { return restored_; }
    std::uint64_t epoch() const;
    Database& database() { return *database_; }
    AuditLog& audit();
    // What the audit log says about a dossier, oldest first. NotFound.
    base::Result<std::vector<AuditLog::Opening>> openings(base::DossierId id);
    // Visits every leaf of the log in order. Its salt and event are there unless its dossier has
    // been erased. Memory does not grow with the log.
    struct Leaf {
        std::uint64_t index = 0;
        audit::Hash commitment{};
        const AuditLog::Opening* opening = nullptr;  // for the visit only
    };
    void each_leaf(const std::function<void(const Leaf&)>& visit);
    // Proofs for the log as it stands. Errors: a leaf or a size that it does not have.
    base::Result<audit::Proof> inclusion_proof(std::uint64_t leaf);
    base::Result<audit::Proof> consistency_proof(std::uint64_t earlier_size);

    // Random, and another one after every restore: what was written between backup and restore, and
    // what is written after it, belong to different ones.
    std::uint64_t incarnation() const { return head_.incarnation; }
    // Begins another one, in one commit with what `body` writes.
    void begin_incarnation(const std::function<void(Transaction&)>& body);
    const StoreId& id() const;                          // only while unlocked
    std::uint64_t version() const { return version_; }  // grows with every commit
    hardware::DeviceSecret& device() { return device_; }

  private:
    friend class Transaction;
    void connect();
    void connect_if_broken();
    void load(Keyring keyring);
    // Runs what touches the database; its trouble becomes a sentence.
    template <class Body>
    auto guarded(const char* doing, Body body) {
        try {
            connect_if_broken();
            return body();
        } catch (const SQLite::Exception& e) {
            throw failed(doing, e);
        }
    }
    StorageError failed(const char* doing, const SQLite::Exception& why);
    SealedEpoch stored_epoch();
    base::Result<void> begin_start(Keyring keyring);
    void adopt_for(Keyring keyring, DossierIndex index, const std::function<void()>& body);
    // Commits what the transaction did under `head`, and with `epoch` the beginning of that; then
    // remembers it.
    void conclude(SQLite::Transaction& commit, Transaction& transaction, StoreHead head,
                  const SealedEpoch* epoch);
    void make_certain();
    void must_be_unlocked() const;
    DossierSeal open_dossier(const DossierRow& row) const;
    DossierRow checked_row(base::DossierId id);
    StorageError damaged(const std::string& what) const;

    const std::filesystem::path file_;
    hardware::DeviceSecret& device_;
    std::unique_ptr<Database> database_;
    std::optional<SealedTables> tables_;
    std::optional<AuditLog> audit_;
    bool broken_ = false;
    bool restored_ = false;
    std::function<void(const base::Secret&)> keeper_;
    // While unlocked:
    std::optional<Keyring> keyring_;
    std::optional<base::Secret> next_;  // of an epoch whose commit failed, or seemed to
    std::optional<seal::Mac> token_mac_;
    std::optional<OpenDossier> open_;  // the last one written to: mostly the next one too
    DossierIndex index_;
    StoreHead head_;
    std::uint64_t version_ = 0;
};

}  // namespace sightline::storage
