// Backups of the store, made while it runs, and put back while it stands still. A backup is the
// store's own file: everything in it is sealed as it is in the store, it opens on this device with
// the staff's PIN alone, and an erasure closes it for good together with the store it came from.
// So a backup from before an erasure, or before a change of PIN, opens nothing: make one after
// each.
//
// Nothing is overwritten or deleted but a backup by a newer one of the same store. make_backup
// throws StorageError where the store itself is in trouble; restore_backup gives all as errors.
// One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "storage/store.h"

namespace sightline::storage {

struct BackupReport {
    std::uint64_t bytes = 0;
    std::uint64_t version = 0;  // how many commits the store had
    std::uint64_t leaves = 0;
    std::size_t dossiers = 0;
    std::uint64_t epoch = 0;  // the backup opens until this one ends
};

// Copies to FILE.new, checks that, and renames it to FILE. What was there must be an older backup
// of this store; of such, `keep` stay as FILE.1, the youngest, FILE.2 and so on. Errors: Conflict
// (what is there is none), Unavailable, Malformed (the copy is not sound).
base::Result<BackupReport> make_backup(Store& store, const std::filesystem::path& file,
                                       const Said& said, std::size_t keep = 0);

// What the store had that its backup has not, as far as the present file tells: nobody vouches for
// that one, and it may be why the backup is needed.
struct Behind {
    std::uint64_t commits = 0;
    std::uint64_t leaves = 0;
    std::vector<base::DossierId> missing;
    std::vector<base::DossierId> older;
};

struct RestoreReport {
    std::optional<model::RecordTime> made;  // none: a copy that no backup command made
    std::uint64_t version = 0;
    std::uint64_t leaves = 0;
    std::size_t dossiers = 0;
    std::optional<Behind> behind;  // none: the present file cannot be read, or is of another store
    std::filesystem::path aside;   // where the present file is now; empty if there was none
    // The device knows a later epoch: an erasure was under way and has not been certified. What it
    // would have erased is back; erase it again.
    bool erasure_unfinished = false;
    std::uint64_t incarnation =
        0;  // a new one: the next unlock finds Store::was_restored() as well
};

// Puts the backup in the place of `store_file`, which is kept as STORE.before-restore-N. First all
// of the backup is read on a copy, so that what does not open changes nothing.
// Errors: Conflict (a kiosk is running, or the backup is from before an erasure); Unauthorized,
// Exhausted (the PIN); NotFound (another device's); Malformed (no backup, or damaged); Unavailable.
base::Result<RestoreReport> restore_backup(const std::filesystem::path& backup,
                                           const std::filesystem::path& store_file,
                                           hardware::DeviceSecret& device, const base::Secret& pin,
                                           const Said& said);

}  // namespace sightline::storage
