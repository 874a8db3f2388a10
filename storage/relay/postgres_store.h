// A hub's store of sync in PostgreSQL, for several nodes that share it. Transactions of all nodes
// take turns by a lock on one row. When the connection is lost, the call that finds out throws and
// the next one connects again; a commit whose answer was lost is such a failure, and its ops are
// duplicates or new when they come again. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/relay/postgres_connection.h"
#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {

class PostgresStore : public sync::RelayStore {
  public:
    // Connects. Throws sync::StoreFailure.
    explicit PostgresStore(std::string url);
    ~PostgresStore() override;

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

    // With a connection, and without one again when `body` throws.
    template <class Body>
    auto guarded(Body body);

    std::string url_;
    std::unique_ptr<PostgresConnection> connection_;
    bool in_transaction_ = false;
};

}  // namespace sightline::storage::relay
