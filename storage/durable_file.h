// Files that are there whole after a power cut, or not at all: written, synced, renamed into place,
// and the directory synced as well, without which a name may be gone. Errors name the file, the
// reason and what to do. Any thread.
#pragma once

#include <filesystem>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"

namespace sightline::storage {

// A new file for its own user alone, empty. Conflict: something of that name is there already.
base::Result<void> create_private_file(const std::filesystem::path& file);
// ... with these bytes, synced.
base::Result<void> write_private_file(const std::filesystem::path& file, base::ByteView bytes);
// A new directory for its own user alone. Conflict, as above.
base::Result<void> create_private_directory(const std::filesystem::path& directory);

// Of a file or a directory.
base::Result<void> sync_path(const std::filesystem::path& path);
// Renames over what is there, durably. Both are on one file system.
base::Result<void> move_into_place(const std::filesystem::path& from,
                                   const std::filesystem::path& to);
// Gives the file a second name, durably; where the file system knows no second names, moves it.
base::Result<void> keep_as(const std::filesystem::path& file, const std::filesystem::path& name);

}  // namespace sightline::storage
