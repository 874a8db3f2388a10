// Which database a hub keeps sync in, as its option --store names it. One hub has SQLite in a
// folder of its own; several nodes of one hub share a PostgreSQL. RELAY.md has both. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {

// `url`: `sqlite:` for sync.db in `folder`, `sqlite:FILE` for another place in it or an absolute
// path, or `postgresql://...` as libpq reads it. Brings an older database up to date. Throws
// sync::StoreFailure, which says what to do: no such store, another hub uses it, it is of a newer
// program, or it is set to lose what it has acknowledged. StoreAway: it does not answer.
std::unique_ptr<sync::RelayStore> open_relay_store(const std::string& url,
                                                   const std::filesystem::path& folder);

}  // namespace sightline::storage::relay
