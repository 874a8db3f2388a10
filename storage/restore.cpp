// restore_backup: a backup in the store's place, once all of it has been read.
#include <algorithm>
#include <utility>

#include "storage/backup.h"
#include "storage/database_copy.h"
#include "storage/durable_file.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

// The device as the copy sees it: what it reads is real, what it counts stays here, so that a
// restore that is refused leaves no trace.
class CountingAside : public hardware::DeviceSecret {
  public:
    CountingAside(hardware::DeviceSecret& device, std::uint64_t count)
        : device_(device), count_(count) {}

    base::Result<base::Secret> create(std::uint64_t, const base::Secret&) override {
        return Errc::Forbidden;
    }
    base::Result<base::Secret> read(std::uint64_t epoch, const base::Secret& auth) override {
        return device_.read(epoch, auth);
    }
    base::Result<void> destroy(std::uint64_t) override { return Errc::Forbidden; }
    base::Result<std::vector<std::uint64_t>> epochs() override { return device_.epochs(); }
    base::Result<std::uint64_t> counter() override { return count_; }
    base::Result<std::uint64_t> increment() override { return ++count_; }
    Assurance assurance() const override { return device_.assurance(); }
    std::string where() const override { return device_.where(); }

    std::uint64_t count() const { return count_; }

  private:
    hardware::DeviceSecret& device_;
    std::uint64_t count_;
};

class Restore {
  public:
    Restore(const fs::path& backup, const fs::path& store, hardware::DeviceSecret& device)
        : backup_(backup), store_(store), copy_(store.string() + ".restoring"), device_(device) {}
    ~Restore() { remove_database(copy_); }
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;

    base::Result<RestoreReport> run(const base::Secret& pin, const Said& said);

  private:
    base::Result<void> judge();
    base::Result<void> copy();
    base::Result<void> prepare_copy(const base::Secret& pin, const Said& said,
                                    CountingAside& device);
    base::Result<void> verify(Store& store);
    void compare();
    base::Result<void> put_in_place(std::uint64_t starts);
    base::Result<void> put_aside();
    Error refuse(Errc code, const std::string& why) const {
        return {code, "restore " + backup_.string() + ": " + why};
    }
    Error before_an_erasure(std::uint64_t newest) const;

    const fs::path backup_, store_, copy_;
    hardware::DeviceSecret& device_;
    StoreMark mark_;  // of the backup
    std::optional<StoreMark> present_;
    std::vector<std::uint64_t> epochs_;  // that the device knows
    RestoreReport report_;
};

Error Restore::before_an_erasure(std::uint64_t newest) const {
    return refuse(
        Errc::Conflict,
        "it was made in epoch " + std::to_string(mark_.epoch) + ", and this device is at " +
            std::to_string(newest) +
            ": an erasure or a change of PIN has destroyed the backup's key since, by "
            "design, and nobody opens it any more; use a backup made after that, and sync "
            "brings back the rest");
}

base::Result<void> Restore::judge() {
    std::error_code none;
    if (!fs::exists(backup_, none)) {
        return refuse(Errc::NotFound, "there is no such file; correct the path");
    }
    if (fs::equivalent(backup_, store_, none)) {
        return refuse(Errc::Conflict, "it is the store itself; give the backup's file");
    }
    auto mark = read_mark(backup_, Access::ReadOnly);
    if (!mark) return refuse(Errc::Malformed, mark.error().text + "; use another backup");
    mark_ = std::move(*mark);
    if (fs::exists(store_, none)) {
        if (auto present = read_mark(store_, Access::ReadWrite)) present_ = std::move(*present);
    }
    auto epochs = device_.epochs();
    if (!epochs) return epochs.error();
    epochs_ = std::move(*epochs);
    // Even if the device still has the old secret: a crash may have come between the erasure's
    // commit and its destruction, and what is erased stays so.
    if (present_ && present_->store == mark_.store && present_->epoch > mark_.epoch) {
        return before_an_erasure(present_->epoch);
    }
    return {};
}

base::Result<void> Restore::copy() {
    try {
        SQLite::Database from(backup_.string(), SQLite::OPEN_READONLY);
        return copy_database(from, copy_);
    } catch (const SQLite::Exception& e) {
        return refuse(Errc::Malformed, std::string(e.what()) + "; use another backup");
    }
}

// Every record of every dossier, every leaf of the log with its opening, and every hash above them.
base::Result<void> Restore::verify(Store& store) {
    for (const auto id : store.dossiers()) {
        if (const auto dossier = store.read(id); !dossier) return dossier.error();
    }
    audit::Frontier tree;
    bool hashes_fit = true;
    store.each_leaf([&](const Store::Leaf& leaf) {
        for (const auto& stored : tree.append(audit::leaf_hash(leaf.commitment))) {
            const auto hash = store.audit().hash(stored.level, stored.index);
            hashes_fit = hashes_fit && hash && *hash == stored.hash;
        }
        if (leaf.opening == nullptr ||
            leaf.opening->event.find("\"backup.made\"") == std::string::npos) {
            return;
        }
        const auto event = audit::parse_event(leaf.opening->event);
        if (event && event->action == audit::Action::BackupMade) report_.made = event->at;
    });
    if (!hashes_fit || tree.root() != store.audit().frontier().root()) {
        return refuse(Errc::Malformed, "its audit log is damaged; use another backup");
    }
    return {};
}

void Restore::compare() {
    if (!present_ || present_->store != mark_.store) return;
    const auto ahead = [](std::uint64_t present, std::uint64_t backup) {
        return present > backup ? present - backup : 0;
    };
    Behind behind{
        ahead(present_->version, mark_.version), ahead(present_->leaves, mark_.leaves), {}, {}};
    for (const auto& [id, version] : present_->dossiers) {
        const auto at = mark_.dossiers.find(id);
        if (at == mark_.dossiers.end()) {
            behind.missing.push_back(id);
        } else if (at->second < version && id != kSiteDossier) {
            behind.older.push_back(id);
        }
    }
    report_.behind = std::move(behind);
}

base::Result<void> Restore::prepare_copy(const base::Secret& pin, const Said& said,
                                         CountingAside& device) {
    Store store(copy_, device);
    if (auto unlocked = store.unlock(pin); !unlocked) {
        if (unlocked.error().code != Errc::NotFound) return unlocked.error();
        const auto newest = std::max_element(epochs_.begin(), epochs_.end());
        if (newest != epochs_.end() && *newest > mark_.epoch) return before_an_erasure(*newest);
        return refuse(Errc::NotFound, device.where() +
                                          " has no key for it: it was made on another "
                                          "device; restore it there");
    }
    report_.version = mark_.version;
    report_.leaves = mark_.leaves;
    report_.dossiers = store.dossiers().size() - 1;
    report_.erasure_unfinished = std::any_of(epochs_.begin(), epochs_.end(),
                                             [&](auto epoch) { return epoch > mark_.epoch; });
    if (auto sound = verify(store); !sound) return sound.error();
    compare();
    std::string detail = report_.made ? "backup of " + model::to_rfc3339(*report_.made) : "copy";
    if (report_.behind) {
        detail += ", " + std::to_string(report_.behind->commits) + " commits and " +
                  std::to_string(report_.behind->leaves) + " entries of this log behind";
    }
    store.begin_incarnation([&](Transaction& transaction) {
        transaction.audit(said.at, said.by, audit::Action::StoreRestored, std::nullopt, detail);
    });
    report_.incarnation = store.incarnation();
    return {};
}

// Under a second name first, so that at every moment there is a store. A journal that could not be
// played back goes with its file: it must never be played into another.
base::Result<void> Restore::put_aside() {
    std::error_code none;
    if (!fs::exists(fs::symlink_status(store_, none))) return {};
    fs::path aside;
    for (unsigned number = 1; aside.empty() || fs::exists(fs::symlink_status(aside, none));
         ++number) {
        aside = store_.string() + ".before-restore-" + std::to_string(number);
    }
    if (auto kept = keep_as(store_, aside); !kept) return kept.error();
    report_.aside = aside;
    const fs::path journal = store_.string() + "-journal";
    if (!fs::exists(journal, none)) return {};
    return move_into_place(journal, aside.string() + "-journal");
}

base::Result<void> Restore::put_in_place(std::uint64_t starts) {
    // The device is ahead of both stores from here, so that whichever is opened next knows that it
    // was set back.
    for (auto count = device_.counter();; count = device_.increment()) {
        if (!count) return count.error();
        if (*count > starts) break;
    }
    if (auto done = put_aside(); !done) return done.error();
    return move_into_place(copy_, store_);
}

base::Result<RestoreReport> Restore::run(const base::Secret& pin, const Said& said) {
    if (auto fit = judge(); !fit) return fit.error();
    if (auto copied = copy(); !copied) return copied.error();
    const auto count = device_.counter();
    if (!count) return count.error();
    CountingAside device(device_, *count);
    if (auto ready = prepare_copy(pin, said, device); !ready) return ready.error();
    if (auto done = put_in_place(device.count()); !done) return done.error();
    return std::move(report_);
}

}  // namespace

base::Result<RestoreReport> restore_backup(const fs::path& backup, const fs::path& store_file,
                                           hardware::DeviceSecret& device, const base::Secret& pin,
                                           const Said& said) {
    std::optional<FileLock> lock;
    try {
        lock.emplace(store_file.string() + ".lock");
    } catch (const StorageError& e) {
        return Error{Errc::Conflict, e.what()};
    }
    try {
        return Restore(backup, store_file, device).run(pin, said);
    } catch (const StorageError& e) {
        return Error{Errc::Malformed, "restore " + backup.string() +
                                          ": nothing has been changed, since the backup does not "
                                          "hold together (" +
                                          e.what() + "); use another backup"};
    }
}

}  // namespace sightline::storage
