// What the tests of this folder share: stores in memory, in SQLite and in PostgreSQL, and sites
// whose signatures cost nothing.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/relay/open_store.h"
#include "storage/sync/relay.h"
#include "tests/sim/sync/cheap_keys.h"
#include "tests/support/memory_relay_store.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/temporary_directory.h"

namespace sightline::storage::relay {

using namespace sync;

// One for all tests of the program; each has a database of its own.
inline tests::PostgresCluster& cluster() {
    static tests::PostgresCluster one;
    return one;
}

enum class Kind { Memory, Sqlite, Postgres };

// A database that one test has for itself.
class Database {
  public:
    explicit Database(Kind kind) : kind_(kind) {
        if (kind == Kind::Sqlite) url_ = "sqlite:";
        if (kind == Kind::Postgres) schema_ = cluster().create_schema();
        if (kind == Kind::Postgres) url_ = cluster().url(schema_);
        reopen();
    }
    // As after a restart of the hub; what is in memory only stays.
    void reopen() {
        if (kind_ == Kind::Memory) {
            if (!store_) store_ = std::make_unique<MemoryRelayStore>();
            return;
        }
        store_.reset();
        store_ = open();
    }
    // Another node.
    std::unique_ptr<RelayStore> open() const { return open_relay_store(url_, folder_.path()); }
    RelayStore& operator*() { return *store_; }
    RelayStore* operator->() { return store_.get(); }
    const std::filesystem::path& folder() const { return folder_.path(); }
    const std::string& schema() const { return schema_; }  // in PostgreSQL

  private:
    Kind kind_;
    std::string schema_;
    std::string url_;
    tests::TemporaryDirectory folder_;
    std::unique_ptr<RelayStore> store_;
};

// One chain of a site's ops.
class Site {
  public:
    explicit Site(std::uint64_t id, std::uint64_t incarnation = 1)
        : chain_{SiteId::from_value(id), incarnation} {}

    Op write(Pseudonym dossier, std::vector<OpHash> parents = {}, std::size_t bytes = 20) {
        const sim::CheapSigner signer(chain_.site.text());
        Envelope envelope{chain_, head_.seq + 1, head_.hash, dossier, std::move(parents), {}};
        Op op = Op::sign(std::move(envelope), std::string(bytes, 's') + std::to_string(head_.seq),
                         signer)
                    .value();
        head_ = {head_.seq + 1, op.hash()};
        return op;
    }
    std::vector<Op> write(Pseudonym dossier, int ops) {
        std::vector<Op> all;
        for (int i = 0; i < ops; ++i) all.push_back(write(dossier));
        return all;
    }
    const ChainId& chain() const { return chain_; }
    SiteId id() const { return chain_.site; }

  private:
    ChainId chain_;
    ChainHead head_;
};

inline std::vector<std::string> texts_of(const std::vector<Op>& ops) {
    std::vector<std::string> texts;
    for (const Op& op : ops) texts.push_back(op.text());
    return texts;
}

inline const sim::CheapSigner kHub("hub");
inline const Pseudonym kDossier = Pseudonym::from_value(0xd055);
inline constexpr std::size_t kAll = 1 << 30;

}  // namespace sightline::storage::relay
