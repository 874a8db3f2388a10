#include "storage/relay/postgres_store.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <type_traits>
#include <utility>

#include "appliance/base/check.h"
#include "storage/relay/bounds.h"
#include "storage/relay/cached_transaction.h"

namespace sightline::storage::relay {
namespace {

std::vector<std::string> texts_in(const Rows& rows) {
    std::vector<std::string> texts;
    texts.reserve(static_cast<std::size_t>(rows.count()));
    for (int row = 0; row < rows.count(); ++row) texts.emplace_back(rows.bytes(row, 0));
    return texts;
}

std::vector<sync::OpHash> hashes_in(const Rows& rows) {
    std::vector<sync::OpHash> hashes;
    hashes.reserve(static_cast<std::size_t>(rows.count()));
    for (int row = 0; row < rows.count(); ++row) hashes.push_back(rows.hash(row, 0));
    return hashes;
}

// As a bigint, which is signed.
std::uint64_t at_most(std::size_t bound) {
    return std::min<std::uint64_t>(bound, std::numeric_limits<std::int64_t>::max());
}

}  // namespace

template <class Body>
auto PostgresStore::guarded(Body body) {
    return with_connection(connection_, url_, std::move(body));
}

// Writes are sent and not waited for: their answers come with the next question, or the commit.
class PostgresStore::Transaction : public CachedTransaction {
  public:
    Transaction(PostgresStore& store, std::uint64_t position, std::uint64_t chains)
        : CachedTransaction(position), store_(store), chains_(chains) {
        store_.in_transaction_ = true;
    }
    ~Transaction() override {
        store_.in_transaction_ = false;
        if (committed_ || !store_.connection_) return;
        try {
            store_.connection_->ask(Statement::Rollback);
        } catch (const sync::StoreFailure&) {
            store_.connection_.reset();  // PostgreSQL rolls back when it notices
        }
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

  protected:
    Loaded load(const sync::ChainId& chain) override {
        return within([&](PostgresConnection& postgres) {
            const Rows rows = postgres.ask(
                Statement::Load, Params().number(chain.site.value()).number(chain.incarnation));
            Loaded loaded;
            loaded.site.incarnations = rows.number(0, 0);
            loaded.site.newest = rows.number(0, 1);
            if (rows.has(0, 2)) {
                loaded.row = rows.number(0, 2);
                loaded.head = {rows.number(0, 3), rows.hash(0, 4)};
            }
            if (rows.has(0, 5)) {
                loaded.site.fork = sync::Fork{{chain.site, rows.number(0, 5)},
                                              rows.number(0, 6),
                                              rows.hash(0, 7),
                                              rows.hash(0, 8)};
            }
            return loaded;
        });
    }
    std::vector<sync::OpHash> hashes(std::uint64_t row, std::uint64_t seq,
                                     std::size_t most) override {
        return within([&](PostgresConnection& postgres) {
            return hashes_in(
                postgres.ask(Statement::Hashes, Params().number(row).number(seq).number(most)));
        });
    }
    std::optional<KeptReceipt> kept_receipt(std::uint64_t row, std::uint64_t seq) override {
        return within([&](PostgresConnection& postgres) {
            const Rows rows = postgres.ask(Statement::Receipt, Params().number(row).number(seq));
            if (rows.count() == 0) return std::optional<KeptReceipt>();
            return std::optional(KeptReceipt{rows.number(0, 0), std::string(rows.bytes(0, 1))});
        });
    }
    std::uint64_t insert_chain(const sync::ChainId& chain) override {
        ++chains_;
        write(Statement::InsertChain,
              Params().number(chains_).number(chain.site.value()).number(chain.incarnation));
        return chains_;
    }
    void insert_op(std::uint64_t position, std::uint64_t row, std::uint64_t seq,
                   const sync::OpHash& hash, std::string_view text) override {
        write(Statement::InsertOp,
              Params().number(position).number(row).number(seq).hash(hash).bytes(text));
    }
    void insert_receipt(std::uint64_t row, std::uint64_t seq, std::string_view text) override {
        write(Statement::InsertReceipt, Params().number(row).number(seq).bytes(text));
    }
    void insert_fork(const sync::Fork& fork, std::string_view proof) override {
        write(Statement::InsertFork, Params()
                                         .number(fork.chain.site.value())
                                         .number(fork.chain.incarnation)
                                         .number(fork.seq)
                                         .hash(fork.had)
                                         .hash(fork.offered)
                                         .bytes(proof));
    }
    void finish(const std::vector<ChangedChain>& chains, const Graph& graph) override {
        within([&](PostgresConnection& postgres) {
            for (const ChangedChain& chain : chains) {
                postgres.send(
                    Statement::UpdateChain,
                    Params().number(chain.row).number(chain.head.seq).hash(chain.head.hash));
            }
            if (!graph.empty()) send_graph(postgres, graph);
            if (!chains.empty()) {
                postgres.send(Statement::UpdateHead, Params().number(position()).number(chains_));
            }
            postgres.ask(Statement::Commit);
        });
        committed_ = true;
    }

  private:
    // Not over a connection that was made since this began.
    template <class Body>
    std::invoke_result_t<Body, PostgresConnection&> within(Body body) {
        CHECK(!committed_);
        if (!store_.connection_) {
            throw sync::StoreFailure(
                "store of sync: this transaction has failed before; begin another one");
        }
        return store_.guarded(body);
    }
    void write(Statement statement, const Params& params) {
        within([&](PostgresConnection& postgres) { postgres.send(statement, params); });
    }

    static void send_graph(PostgresConnection& postgres, const Graph& graph) {
        std::vector<std::uint64_t> dossiers;
        std::vector<sync::OpHash> ops;
        std::vector<bool> here;
        std::vector<bool> has_child;
        for (const auto& [name, node] : graph) {
            dossiers.push_back(name.first.value());
            ops.push_back(name.second);
            here.push_back(node.here);
            has_child.push_back(node.has_child);
        }
        postgres.send(Statement::UpsertNodes,
                      Params().numbers(dossiers).hashes(ops).flags(here).flags(has_child));
    }

    PostgresStore& store_;
    std::uint64_t chains_;
    bool committed_ = false;
};

PostgresStore::PostgresStore(std::string url)
    : url_(std::move(url)), connection_(std::make_unique<PostgresConnection>(url_)) {}

PostgresStore::~PostgresStore() = default;

std::unique_ptr<sync::RelayTransaction> PostgresStore::begin() {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        postgres.send(Statement::Begin);
        const Rows rows = postgres.ask(Statement::Lock);
        if (rows.count() != 1) {
            throw sync::StoreFailure(
                "store of sync: its table `head` is empty; restore the database's backup");
        }
        return std::make_unique<Transaction>(*this, rows.number(0, 0), rows.number(0, 1));
    });
}

std::vector<std::string> PostgresStore::after(const std::vector<sync::SiteId>& sites,
                                              const sync::Marks& marks, std::size_t most_ops,
                                              std::size_t most_bytes) {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        std::vector<std::uint64_t> ids;
        for (const sync::SiteId site : each_once(sites)) ids.push_back(site.value());
        const Rows chains = postgres.ask(Statement::Chains, Params().numbers(ids));
        std::vector<std::uint64_t> rows;
        std::vector<std::uint64_t> from;
        for (int row = 0; row < chains.count(); ++row) {
            const auto mark = marks.find(
                {sync::SiteId::from_value(chains.number(row, 1)), chains.number(row, 2)});
            const std::uint64_t known = mark == marks.end() ? 0 : mark->second;
            if (chains.number(row, 3) <= known) continue;
            rows.push_back(chains.number(row, 0));
            from.push_back(known);
        }
        if (rows.empty()) return std::vector<std::string>();
        return texts_in(
            postgres.ask(Statement::After, Params()
                                               .numbers(rows)
                                               .numbers(from)
                                               .number(at_most(most_that_fit(most_ops, most_bytes)))
                                               .number(at_most(most_bytes))));
    });
}

std::vector<std::string> PostgresStore::newest_receipts(sync::SiteId site) {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        // A primary that was killed and comes back shows what it had not yet brought to its
        // standby. Both statements are one transaction, as no answer is waited for in between.
        postgres.send(Statement::Mark);
        return texts_in(postgres.ask(Statement::NewestReceipts, Params().number(site.value())));
    });
}

std::vector<sync::OpHash> PostgresStore::heads(sync::Pseudonym dossier) {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        return hashes_in(postgres.ask(Statement::Heads, Params().number(dossier.value())));
    });
}

std::vector<sync::Fork> PostgresStore::forks() {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        const Rows rows = postgres.ask(Statement::Forks);
        std::vector<sync::Fork> forks;
        forks.reserve(static_cast<std::size_t>(rows.count()));
        for (int row = 0; row < rows.count(); ++row) {
            forks.push_back({{sync::SiteId::from_value(rows.number(row, 0)), rows.number(row, 1)},
                             rows.number(row, 2),
                             rows.hash(row, 3),
                             rows.hash(row, 4)});
        }
        sort_by_site(forks);
        return forks;
    });
}

std::uint64_t PostgresStore::position() {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        return postgres.ask(Statement::Position).number(0, 0);
    });
}

std::vector<sync::OpHash> PostgresStore::missing(const std::vector<sync::OpHash>& chunks) {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        const auto known = hashes_in(postgres.ask(Statement::Known, Params().hashes(chunks)));
        const std::set<sync::OpHash> here(known.begin(), known.end());
        std::vector<sync::OpHash> missing;
        std::copy_if(chunks.begin(), chunks.end(), std::back_inserter(missing),
                     [&](const sync::OpHash& name) { return !here.contains(name); });
        return missing;
    });
}

void PostgresStore::keep_chunk(const sync::OpHash& name, std::string_view bytes) {
    CHECK(!in_transaction_);
    guarded([&](PostgresConnection& postgres) {
        postgres.ask(Statement::KeepChunk, Params().hash(name).bytes(bytes));
    });
}

std::optional<std::string> PostgresStore::chunk(const sync::OpHash& name) {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        const Rows rows = postgres.ask(Statement::Chunk, Params().hash(name));
        if (rows.count() == 0) return std::optional<std::string>();
        return std::optional(std::string(rows.bytes(0, 0)));
    });
}

std::vector<std::string> PostgresStore::circles() {
    CHECK(!in_transaction_);
    return guarded(
        [&](PostgresConnection& postgres) { return texts_in(postgres.ask(Statement::Circles)); });
}

void PostgresStore::keep_circle(std::string_view delegation, std::uint64_t number,
                                std::string_view jws) {
    CHECK(!in_transaction_);
    guarded([&](PostgresConnection& postgres) {
        postgres.ask(Statement::KeepCircle, Params().bytes(delegation).number(number).bytes(jws));
    });
}

std::string PostgresStore::kept(std::string_view name, std::string_view first) {
    CHECK(!in_transaction_);
    return guarded([&](PostgresConnection& postgres) {
        postgres.ask(Statement::Keep, Params().bytes(name).bytes(first));
        return std::string(postgres.ask(Statement::Kept, Params().bytes(name)).bytes(0, 0));
    });
}

}  // namespace sightline::storage::relay
