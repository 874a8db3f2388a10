// A store's file as a whole, sealed as it is: what it says of itself in clear, a copy of it, and
// whether SQLite finds the copy sound. None of this opens anything. Errors name the file. One
// thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

#include "storage/database.h"
#include "storage/dossier.h"
#include "storage/keyring.h"

namespace sightline::storage {

// Nobody has vouched for it until the store has been unlocked.
struct StoreMark {
    StoreId store{};
    std::uint64_t epoch = 0;
    std::uint64_t version = 0;
    std::uint64_t leaves = 0;
    std::map<base::DossierId, std::uint64_t> dossiers;  // and their versions
};

// ReadWrite also finishes what a crash left in the journal. Malformed: it is no store with a key.
base::Result<StoreMark> read_mark(const std::filesystem::path& file, Access access);

// Into a new file for its own user alone, in steps of a megabyte, while others may read and `from`
// is not written to; then checks the copy. On error nothing of it stays.
base::Result<void> copy_database(SQLite::Database& from, const std::filesystem::path& to);

// Removes what a crash left of a copy, if anything.
void remove_database(const std::filesystem::path& file);

}  // namespace sightline::storage
