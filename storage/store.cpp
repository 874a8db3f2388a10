#include "storage/store.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <array>
#include <utility>

#include "appliance/base/check.h"
#include "appliance/base/random.h"
#include "storage/seal/aead.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;

}  // namespace

Store::Store(std::filesystem::path file, hardware::DeviceSecret& device)
    : file_(std::move(file)), device_(device) {
    database_ = std::make_unique<Database>(file_, Access::ReadWrite);
    connect();
}

Store::~Store() = default;

StorageError Store::failed(const char* doing, const SQLite::Exception& why) {
    switch (why.getErrorCode() & 0xff) {
        // After these the connection may hold what the disk does not: it is never used again.
        case SQLITE_IOERR:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
            broken_ = true;
            break;
        default:
            break;
    }
    return database_->error(doing, why);
}

void Store::connect() {
    try {
        tables_.emplace(database_->sqlite());
        audit_.emplace(database_->sqlite());
    } catch (const SQLite::Exception& e) {
        broken_ = true;
        throw database_->error("open", e);
    }
    broken_ = false;
}

// The key stays: nobody must enter a PIN again because a disk had a bad moment.
void Store::connect_if_broken() {
    if (!broken_) return;
    audit_.reset();
    tables_.reset();
    database_->reconnect();
    connect();
    if (!keyring_) return;
    const auto row = stored_epoch();
    auto keyring = Keyring::unlock_kept(row, keyring_->keep().reveal());
    // An error can come after the change it was reported for.
    if (!keyring && next_) keyring = Keyring::unlock_kept(row, next_->reveal());
    if (!keyring) throw damaged("the epoch");
    load(std::move(*keyring));
}

SealedEpoch Store::stored_epoch() {
    auto row = tables_->store();
    if (!row) throw damaged("its key");
    return std::move(row->epoch);
}

StorageError Store::damaged(const std::string& what) const {
    return StorageError("read " + file_.string() + ": " + what +
                        " is damaged or not as it was written; put the file aside and restore the "
                        "last backup with `sightline restore`");
}

bool Store::is_new() {
    return guarded("read", [&] {
        if (tables_->store()) return false;
        // A key that has gone is no new store: a new key would replace the device's secret as well.
        if (!tables_->empty()) throw damaged("its key");
        return true;
    });
}

base::Result<void> Store::initialise(const base::Secret& pin, seal::PinCost cost) {
    if (!is_new()) {
        return Error{Errc::Conflict, "set the PIN: the store has one already; unlock it instead"};
    }
    auto made = Keyring::create(pin, cost, device_);
    if (!made) return made.error();
    // A device may begin to count anywhere; from its first count on it goes up by one.
    const auto counted = device_.increment();
    if (!counted) return counted.error();
    guarded("begin", [&] {
        SQLite::Transaction commit(database_->sqlite(), SQLite::TransactionBehavior::IMMEDIATE);
        head_ = {};
        head_.incarnation = base::random_u64();
        head_.starts = *counted;
        version_ = 0;
        DossierIndex none;
        Transaction transaction(*this, made->keyring, none);
        transaction.create({}, kSiteDossier);
        auto learned = transaction.finish(head_);
        tables_->put_store({made->row, version_, head_.seal(made->keyring, version_)});
        commit.commit();
    });
    return unlock_kept(made->keyring.keep().reveal());
}

base::Result<void> Store::unlock(const base::Secret& pin) {
    auto keyring = guarded("read", [&] { return Keyring::unlock(stored_epoch(), pin, device_); });
    if (!keyring) return keyring.error();
    return begin_start(std::move(*keyring));
}

base::Result<void> Store::unlock_kept(base::ByteView kept) {
    auto keyring = guarded("read", [&] { return Keyring::unlock_kept(stored_epoch(), kept); });
    if (!keyring) return keyring.error();
    return begin_start(std::move(*keyring));
}

// The store says first that it starts once more, then the device does: a crash in between leaves
// the store one ahead, which is made up for here. A store that is behind is an older copy.
base::Result<void> Store::begin_start(Keyring keyring) {
    auto counted = device_.counter();
    if (!counted) return counted.error();
    guarded("read", [&] { load(std::move(keyring)); });
    if (head_.starts == *counted + 1) {
        counted = device_.increment();
        if (!counted) {
            lock();
            return counted.error();
        }
    }
    restored_ = head_.starts < *counted;
    if (restored_) head_.incarnation = base::random_u64();
    head_.starts = *counted + 1;
    try {
        write([](Transaction&) {});
    } catch (...) {
        lock();  // what was not written down has not begun
        throw;
    }
    if (auto grown = device_.increment(); !grown) {
        lock();
        return grown.error();
    }
    return {};
}

void Store::load(Keyring keyring) {
    const auto row = tables_->store();
    if (!row) throw damaged("its key");
    const auto head = StoreHead::open(keyring, row->version, row->head);
    if (!head) throw damaged("the head");
    DossierIndex index;
    tables_->each_dossier([&](const DossierRow& dossier) {
        const auto seal = DossierSeal::unwrap(keyring, dossier.id, dossier.wrapped);
        if (!seal) throw damaged("a dossier's key");
        index.put(dossier.id,
                  {dossier.version,
                   dossier_member(keyring, dossier.id, dossier.version, seal::tag_of(dossier.head)),
                   seal->tokens});
    });
    if (index.size() != head->dossiers || index.digest() != head->digest) {
        throw damaged("the list of dossiers");
    }
    if (!audit_->load(head->leaves, head->root)) throw damaged("the audit log");
    head_ = *head;
    version_ = row->version;
    index_ = std::move(index);
    open_.reset();
    keyring_.emplace(std::move(keyring));
    token_mac_.emplace(open_dossier(checked_row(kSiteDossier)).token_key());
}

base::Secret Store::keep() const {
    CHECK(keyring_.has_value());
    return keyring_->keep();
}

base::Result<void> Store::check_pin(const base::Secret& pin) {
    const auto keyring =
        guarded("read", [&] { return Keyring::unlock(stored_epoch(), pin, device_); });
    if (!keyring) return keyring.error();
    return {};
}

void Store::lock() {
    keyring_.reset();
    next_.reset();
    token_mac_.reset();
    open_.reset();
    index_ = {};
}

bool Store::exists(base::DossierId id) const {
    must_be_unlocked();
    return index_.find(id) != nullptr;
}

std::vector<base::DossierId> Store::dossiers() const {
    must_be_unlocked();
    return index_.ids();
}

std::vector<base::DossierId> Store::find(const LookupToken& token) const {
    must_be_unlocked();
    return index_.find(token);
}

LookupToken Store::token(std::string_view field, std::string_view value) const {
    must_be_unlocked();
    std::string message(field);
    message += '\0';
    message += value;
    const auto digest = token_mac_->of(base::as_bytes(message));
    LookupToken token{};
    std::copy_n(digest.begin(), token.size(), token.begin());
    return token;
}

DossierSeal Store::open_dossier(const DossierRow& row) const {
    auto seal = DossierSeal::unwrap(*keyring_, row.id, row.wrapped);
    if (!seal) throw damaged("a dossier's key");
    return std::move(*seal);
}

DossierRow Store::checked_row(base::DossierId id) {
    const auto* known = index_.find(id);
    CHECK(known != nullptr);
    auto row = tables_->dossier(id);
    if (!row || row->version != known->version ||
        dossier_member(*keyring_, id, row->version, seal::tag_of(row->head)) != known->member) {
        throw damaged("a dossier");
    }
    return std::move(*row);
}

void Store::must_be_unlocked() const {
    if (!keyring_) {
        throw StorageError("open " + file_.string() +
                           ": the store is locked; unlock it with `sightline unlock`");
    }
}

base::Result<Dossier> Store::read(base::DossierId id) {
    must_be_unlocked();
    return guarded("read", [&]() -> base::Result<Dossier> {
        if (!exists(id)) {
            return Error{Errc::NotFound, "open dossier " + id.text() + ": there is none"};
        }
        const DossierRow row = checked_row(id);
        const DossierSeal seal = open_dossier(row);
        const auto head = seal.open_head(row.version, row.head);
        if (!head) throw damaged("a dossier's head");
        Dossier dossier{id, row.version, head->terms, {}};
        seal::SetDigest digest;
        for (const RecordRow& sealed : tables_->records(id)) {
            auto record = seal.open(sealed);
            if (!record) throw damaged("a record");
            digest.toggle(
                seal.member(sealed.id, sealed.kind, sealed.version, seal::tag_of(sealed.body)));
            dossier.records.push_back(std::move(*record));
        }
        if (dossier.records.size() != head->records || digest != head->digest) {
            throw damaged("a dossier's list of records");
        }
        return dossier;
    });
}

DossierTerms Store::terms(base::DossierId id) {
    must_be_unlocked();
    return guarded("read", [&] {
        const DossierRow row = checked_row(id);
        const auto head = open_dossier(row).open_head(row.version, row.head);
        if (!head) throw damaged("a dossier's head");
        return head->terms;
    });
}

void Store::write(const std::function<void(Transaction&)>& body) {
    must_be_unlocked();
    guarded("write", [&] {
        SQLite::Transaction commit(database_->sqlite(), SQLite::TransactionBehavior::IMMEDIATE);
        // Given away: what is not concluded is not true, and is read again.
        Transaction transaction(*this, *keyring_, index_, std::exchange(open_, std::nullopt));
        body(transaction);
        conclude(commit, transaction, head_, nullptr);
    });
}

void Store::conclude(SQLite::Transaction& commit, Transaction& transaction, StoreHead head,
                     const SealedEpoch* epoch) {
    auto learned = transaction.finish(head);
    const auto sealed = head.seal(*keyring_, version_ + 1);
    if (epoch != nullptr) tables_->put_store({*epoch, version_ + 1, sealed});
    tables_->put_head(version_ + 1, sealed, head_.leaves, head.leaves);
    commit.commit();
    // Only now is it true.
    head_ = head;
    ++version_;
    audit_->adopt(std::move(transaction.frontier_));
    for (auto& [id, entry] : learned) index_.put(id, std::move(entry));
    open_ = transaction.take_open();
}

void Store::begin_incarnation(const std::function<void(Transaction&)>& body) {
    must_be_unlocked();
    guarded("read", [] {});  // a connection anew would bring the old one back
    const auto before = std::exchange(head_.incarnation, base::random_u64());
    try {
        write(body);
    } catch (...) {
        head_.incarnation = before;
        throw;
    }
}

std::uint64_t Store::epoch() const { return keyring_ ? keyring_->epoch() : 0; }

const StoreId& Store::id() const {
    CHECK(keyring_.has_value());
    return keyring_->store();
}

AuditLog& Store::audit() { return *audit_; }

base::Result<std::vector<AuditLog::Opening>> Store::openings(base::DossierId id) {
    must_be_unlocked();
    if (!exists(id)) {
        return Error{Errc::NotFound, "read the log of dossier " + id.text() + ": there is none"};
    }
    return guarded("read", [&] {
        const DossierRow row = checked_row(id);
        const DossierSeal seal = open_dossier(row);
        const auto head = seal.open_head(row.version, row.head);
        if (!head) throw damaged("a dossier's head");
        auto openings = audit_->openings(seal, *head);
        if (!openings) throw damaged("an entry of the audit log");
        return openings;
    });
}

}  // namespace sightline::storage
