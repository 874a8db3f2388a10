#include "storage/relay/open_store.h"

#include "storage/relay/postgres_store.h"
#include "storage/relay/sqlite_store.h"

namespace sightline::storage::relay {

std::unique_ptr<sync::RelayStore> open_relay_store(const std::string& url,
                                                   const std::filesystem::path& folder) {
    const std::string sqlite = "sqlite:";
    if (url.rfind(sqlite, 0) == 0) {
        const std::string file = url.substr(sqlite.size());
        return std::make_unique<SqliteStore>(folder / (file.empty() ? "sync.db" : file));
    }
    if (url.rfind("postgresql://", 0) == 0 || url.rfind("postgres://", 0) == 0) {
        return std::make_unique<PostgresStore>(url);
    }
    // Not repeated: there may be a password in it.
    throw sync::StoreFailure(
        "open the store of sync: --store names no database that is known; give it sqlite: for a "
        "file in the hub's state folder, or postgresql://USER@HOST/DATABASE");
}

}  // namespace sightline::storage::relay
