// A hub's store of sync in one SQLite file, with the chunks as files in a folder beside it. One
// process uses it: a second one is refused. After an error of the disk the file is opened anew by
// the next call, because nothing may be written through a handle whose sync failed. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/relay/chunk_files.h"
#include "storage/relay/sqlite_connection.h"
#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {

class SqliteStore : public sync::RelayStore {
  public:
    // Throws sync::StoreFailure.
    explicit SqliteStore(std::filesystem::path file);
    ~SqliteStore() override;

    std::unique_ptr<sync::RelayTransaction> begin() override;
    std::vector<std::string> after(const std::vector<sync::SiteId>& sites, const sync::Marks& marks,
                                   std::size_t most_ops, std::size_t most_bytes) override;
    std::vector<std::string> newest_receipts(sync::SiteId site) override;
    std::vector<sync::OpHash> heads(sync::Pseudonym dossier) override;
    std::vector<sync::Fork> forks() override;
    std::uint64_t position() override;
    std::vector<sync::OpHash> missing(const std::vector<sync::OpHash>& chunks) override;
    void keep_chunk(const sync::OpHash& name, std::string_view bytes) override;
    std::optional<std::string> chunk(const sync::OpHash& name) override;
    std::vector<std::string> circles() override;
    void keep_circle(std::string_view delegation, std::uint64_t number,
                     std::string_view jws) override;
    std::string kept(std::string_view name, std::string_view first) override;

  private:
    class Transaction;

    // What `body` throws becomes a StoreFailure, and the connection one that is opened anew.
    template <class Body>
    auto guarded(const char* doing, Body body);
    std::vector<std::uint64_t> positions_after(SqliteConnection& sqlite,
                                               const std::vector<sync::SiteId>& sites,
                                               const sync::Marks& marks, std::size_t most);

    std::filesystem::path file_;
    HubLock lock_;
    std::unique_ptr<SqliteConnection> connection_;  // null: to be opened anew
    ChunkFiles chunks_;
    bool in_transaction_ = false;
};

}  // namespace sightline::storage::relay
