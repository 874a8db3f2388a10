// Encrypted chunks of attachments as files beside the database: folder/ab/abc..., where the name is
// the chunk's hash as base64url. A file is there whole or not at all, also after a power cut: it is
// written under another name, synced, renamed, and its folder is synced. Throws sync::StoreFailure.
// One process uses a folder, one thread at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "storage/sync/names.h"

namespace sightline::storage::relay {

class ChunkFiles {
  public:
    // Made when it is not there; the folder above it must be.
    explicit ChunkFiles(std::filesystem::path folder);

    bool has(const sync::OpHash& name) const;
    // On the disk when it returns; once more does nothing.
    void keep(const sync::OpHash& name, std::string_view bytes);
    std::optional<std::string> read(const sync::OpHash& name) const;

  private:
    std::filesystem::path path_of(const sync::OpHash& name) const;

    std::filesystem::path folder_;
};

}  // namespace sightline::storage::relay
