#include "storage/backup.h"

#include <utility>

#include "storage/database_copy.h"
#include "storage/durable_file.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

fs::path numbered(const fs::path& file, std::size_t number) {
    return file.string() + "." + std::to_string(number);
}

// What is to be overwritten must be an older backup of this store.
base::Result<void> judge_target(Store& store, const fs::path& file) {
    const auto refuse = [&](const std::string& why) {
        return Error{Errc::Conflict,
                     "back up to " + file.string() + ": " + why + "; give another file name"};
    };
    std::error_code none;
    if (!fs::exists(fs::symlink_status(file, none))) return {};
    if (!fs::is_regular_file(fs::symlink_status(file, none))) return refuse("it is no plain file");
    if (fs::equivalent(file, store.database().file(), none))
        return refuse("it is the store itself");
    const auto mark = read_mark(file, Access::ReadOnly);
    if (!mark) return refuse("what is there is no backup");
    if (mark->store != store.id()) return refuse("what is there is a backup of another store");
    if (mark->version > store.version()) {
        return refuse("what is there is newer than this store, which was restored meanwhile");
    }
    return {};
}

// The oldest goes first; in every moment FILE itself is there, where the file system has links.
base::Result<void> keep_older(const fs::path& file, std::size_t keep) {
    std::error_code none;
    if (keep == 0 || !fs::exists(file, none)) return {};
    fs::remove(numbered(file, keep), none);
    for (std::size_t number = keep; number > 1; --number) {
        if (!fs::exists(numbered(file, number - 1), none)) continue;
        auto moved = move_into_place(numbered(file, number - 1), numbered(file, number));
        if (!moved) return moved.error();
    }
    return keep_as(file, numbered(file, 1));
}

base::Result<void> copy_to(Store& store, const fs::path& file, std::size_t keep) {
    const fs::path fresh = file.string() + ".new";
    if (auto copied = copy_database(store.database().sqlite(), fresh); !copied) return copied;
    auto done = keep_older(file, keep);
    if (done) done = move_into_place(fresh, file);
    if (!done) remove_database(fresh);
    return done;
}

}  // namespace

base::Result<BackupReport> make_backup(Store& store, const fs::path& file, const Said& said,
                                       std::size_t keep) {
    const auto say = [&](audit::Action action, std::string detail) {
        store.write([&](Transaction& transaction) {
            transaction.audit(said.at, said.by, action, std::nullopt, std::move(detail));
        });
    };
    if (auto fit = judge_target(store, file); !fit) return fit.error();
    if (keep > 0) {
        if (auto fit = judge_target(store, numbered(file, keep)); !fit) return fit.error();
    }
    const std::size_t dossiers = store.dossiers().size() - 1;  // but for the site's
    // In the log first, so that the copy says itself when it was made.
    say(audit::Action::BackupMade, "dossiers " + std::to_string(dossiers));
    const BackupReport report{0, store.version(), store.audit().frontier().size(), dossiers,
                              store.epoch()};
    if (auto done = copy_to(store, file, keep); !done) {
        say(audit::Action::BackupFailed, "the one before this could not be written");
        return done.error();
    }
    BackupReport made = report;
    std::error_code gone;
    made.bytes = fs::file_size(file, gone);
    return made;
}

}  // namespace sightline::storage
