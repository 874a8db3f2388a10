#include "appliance/kiosk/store_lock.h"

#include <chrono>
#include <string>

#include "appliance/base/log.h"
#include "storage/transaction.h"

namespace sightline::kiosk {
namespace {

using storage::audit::Action;

constexpr const char* kKeptName = "epoch-key";
constexpr const char* kActor = "kiosk";
// Staff mistype a few times; who guesses needs a million tries.
constexpr int kFreeTries = 5;
constexpr std::chrono::seconds kPause{30};

}  // namespace

StoreLock::StoreLock(storage::Store& store, storage::Erasure& erasure, hardware::FdStore* inherited)
    : store_(store), erasure_(erasure), inherited_(inherited) {
    store_.set_keeper([this](const base::Secret& key) { keep(key); });
}

bool StoreLock::try_kept(Now now) {
    if (inherited_ == nullptr) return false;
    // The newest first; an older one is of an epoch that an erasure has ended.
    while (auto kept = inherited_->take(kKeptName)) {
        const auto key = hardware::read_sealed_memory(kept->get());
        if (!key || !store_.unlock_kept(key->reveal())) continue;
        opened(now, "with the key that was kept over a crash");
        return true;
    }
    return false;
}

base::Result<void> StoreLock::unlock(const base::Secret& pin, Now now) {
    if (is_open()) {
        return base::Error{base::Errc::Conflict, "unlock the store: it is open already"};
    }
    if (now.instant < next_try_) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(next_try_ - now.instant);
        return base::Error{base::Errc::Forbidden,
                           "unlock the store: too many wrong PINs; try again in " +
                               std::to_string(left.count()) + " s"};
    }
    const bool first = store_.is_new();
    const auto done = first ? store_.initialise(pin) : store_.unlock(pin);
    if (!done) {
        if (done.error().code == base::Errc::Unauthorized) {
            ++refused_;
            if (refused_ >= kFreeTries) next_try_ = now.instant + kPause;
        }
        spdlog::warn("store.unlock_refused why={} times={}", base::name_of(done.error().code),
                     refused_);
        return done.error();
    }
    keep(store_.keep());
    opened(now, first ? "with its first PIN" : "with the PIN");
    return {};
}

base::Result<void> StoreLock::change_pin(const base::Secret& present, const base::Secret& next,
                                         Now now) {
    if (auto known = store_.check_pin(present); !known) return known.error();
    return store_.rotate(
        {},
        [&](storage::Transaction& transaction) {
            transaction.audit(now.wall, kActor, Action::KeyRotated, std::nullopt, "new PIN");
        },
        &next);
}

void StoreLock::opened(Now now, const char* how) {
    store_.write([&](storage::Transaction& transaction) {
        if (refused_ > 0) {
            transaction.audit(now.wall, kActor, Action::StoreUnlockRefused, std::nullopt,
                              std::to_string(refused_) + " wrong PINs before");
        }
        transaction.audit(now.wall, kActor, Action::StoreUnlocked, std::nullopt, how);
        if (store_.was_restored()) {
            transaction.audit(now.wall, kActor, Action::StoreRestored, std::nullopt,
                              "the contents are older than this device has seen");
        }
    });
    refused_ = 0;
    if (auto finished = erasure_.finish(); !finished) {
        spdlog::error("store.erasure_unfinished why=\"{}\"", finished.error().text);
    }
    spdlog::info("store.unlocked epoch={} dossiers={}", store_.epoch(), store_.dossiers().size());
    if (store_.was_restored()) {
        spdlog::warn(
            "store.restored hint=\"its contents are older than this device has seen; what "
            "headquarters has since then comes back with the next sync\"");
    }
}

void StoreLock::keep(const base::Secret& key) {
    const auto memory = hardware::make_sealed_memory(key.reveal());
    const auto kept = memory ? hardware::FdStore::keep(kKeptName, memory->get())
                             : base::Result<void>(memory.error());
    // Not worth an error: after a crash the staff enter the PIN again.
    if (!kept) spdlog::info("store.key_not_kept why=\"{}\"", kept.error().text);
}

}  // namespace sightline::kiosk
