// Store::rotate: the end of an epoch, and with it of every dossier that is not taken along.
#include <SQLiteCpp/Transaction.h>

#include <set>
#include <utility>

#include "appliance/base/check.h"
#include "storage/seal/aead.h"
#include "storage/store.h"
#include "storage/transaction.h"

namespace sightline::storage {

base::Result<void> Store::rotate(std::span<const base::DossierId> erased,
                                 const std::function<void(Transaction&)>& body,
                                 const base::Secret* pin, seal::PinCost cost) {
    must_be_unlocked();
    if (broken_ || next_) make_certain();
    const std::set<base::DossierId> gone(erased.begin(), erased.end());
    CHECK(!gone.contains(kSiteDossier));
    auto made = pin != nullptr ? keyring_->next(device_, *pin, cost) : keyring_->next(device_);
    if (!made) return made.error();
    // Before the commit: after it, a crash or a reconnection must find the key that fits.
    if (keeper_) keeper_(made->keyring.keep());
    next_.emplace(made->keyring.keep());
    const std::uint64_t old_epoch = keyring_->epoch();
    guarded("erase from", [&] {
        SQLite::Transaction commit(database_->sqlite(), SQLite::TransactionBehavior::IMMEDIATE);
        DossierIndex survivors;
        for (const auto id : index_.ids()) {
            const DossierRow row = checked_row(id);
            if (gone.contains(id)) {
                const DossierSeal seal = open_dossier(row);
                if (const auto head = seal.open_head(row.version, row.head)) {
                    audit_->drop_openings(seal, *head);
                }
                tables_->remove_dossier(id);
                continue;
            }
            auto keys = keyring_->unwrap(id, row.wrapped);
            if (!keys) throw damaged("a dossier's key");
            tables_->put_wrapped(id, made->keyring.wrap(id, *keys));
            ::explicit_bzero(keys->data(), keys->size());
            survivors.put(id,
                          {row.version,
                           dossier_member(made->keyring, id, row.version, seal::tag_of(row.head)),
                           index_.find(id)->tokens});
        }
        StoreHead head = head_;
        head.dossiers = static_cast<std::uint32_t>(survivors.size());
        head.digest = survivors.digest();
        adopt_for(std::move(made->keyring), std::move(survivors), [&] {
            Transaction transaction(*this, *keyring_, index_);
            body(transaction);
            conclude(commit, transaction, head, &made->row);
        });
    });
    next_.reset();
    return device_.destroy(old_epoch);
}

// Works with the new key while the body runs, and goes back to the old one if it fails.
void Store::adopt_for(Keyring keyring, DossierIndex index, const std::function<void()>& body) {
    Keyring old_keyring = std::exchange(*keyring_, std::move(keyring));
    DossierIndex old_index = std::exchange(index_, std::move(index));
    try {
        body();
    } catch (...) {
        *keyring_ = std::move(old_keyring);
        index_ = std::move(old_index);
        throw;
    }
}

base::Result<void> Store::forget_old_epochs() {
    must_be_unlocked();
    const auto known = device_.epochs();
    if (!known) return known.error();
    if (known->size() == 1 && known->front() == keyring_->epoch() && !broken_) return {};
    make_certain();
    for (const auto epoch : *known) {
        if (epoch == keyring_->epoch()) continue;
        if (auto gone = device_.destroy(epoch); !gone) return gone.error();
    }
    return {};
}

// A commit that failed may have happened, and what is read may be what the disk never got. A secret
// may only go once a whole commit has been synced on top of what is there now.
void Store::make_certain() {
    write([](Transaction&) {});
    next_.reset();
}

}  // namespace sightline::storage
