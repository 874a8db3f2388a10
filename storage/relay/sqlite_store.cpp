#include "storage/relay/sqlite_store.h"

#include <algorithm>
#include <iterator>
#include <queue>
#include <type_traits>

#include "appliance/base/check.h"
#include "storage/relay/bounds.h"
#include "storage/relay/cached_transaction.h"

namespace sightline::storage::relay {

namespace {

// Many reads at the price of one: the file is locked, and looked at for changes, once.
class Reading {
  public:
    explicit Reading(SqliteConnection& sqlite) : sqlite_(sqlite) {
        Use(sqlite_.begin_reading).run();
    }
    ~Reading() {
        sqlite_.commit.tryExecuteStep();
        sqlite_.commit.tryReset();
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

  private:
    SqliteConnection& sqlite_;
};

}  // namespace

// A connection that failed is put aside. What it has not committed SQLite rolls back when it is
// closed, or from the journal when the file is opened again.
template <class Body>
auto SqliteStore::guarded(const char* doing, Body body) {
    try {
        if (!connection_) connection_ = std::make_unique<SqliteConnection>(file_);
        return body(*connection_);
    } catch (const SQLite::Exception& e) {
        connection_.reset();
        throw failure(doing, file_, e);
    }
}

class SqliteStore::Transaction : public CachedTransaction {
  public:
    Transaction(SqliteStore& store, std::uint64_t position)
        : CachedTransaction(position), store_(store) {
        store_.in_transaction_ = true;
    }
    ~Transaction() override {
        store_.in_transaction_ = false;
        if (committed_ || !store_.connection_) return;
        try {
            Use(store_.connection_->rollback).run();
        } catch (const SQLite::Exception&) {
            store_.connection_.reset();
        }
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

  protected:
    Loaded load(const sync::ChainId& chain) override {
        return within("read the place of an op in", [&](SqliteConnection& sqlite) {
            Use use(sqlite.load);
            use.number(chain.site.value()).number(chain.incarnation).row();
            Loaded loaded;
            loaded.site.incarnations = use.number_at(0);
            loaded.site.newest = use.number_at(1);
            if (use.has(2)) {
                loaded.row = use.number_at(2);
                loaded.head = {use.number_at(3), use.hash_at(4)};
            }
            if (use.has(5)) {
                loaded.site.fork = sync::Fork{{chain.site, use.number_at(5)},
                                              use.number_at(6),
                                              use.hash_at(7),
                                              use.hash_at(8)};
            }
            return loaded;
        });
    }
    std::vector<sync::OpHash> hashes(std::uint64_t row, std::uint64_t seq,
                                     std::size_t most) override {
        return within("read ops of", [&](SqliteConnection& sqlite) {
            std::vector<sync::OpHash> all;
            Use use(sqlite.hashes);
            use.number(row).number(seq).number(most);
            while (use.row()) all.push_back(use.hash_at(0));
            return all;
        });
    }
    std::optional<KeptReceipt> kept_receipt(std::uint64_t row, std::uint64_t seq) override {
        return within("read a receipt of", [&](SqliteConnection& sqlite) {
            Use use(sqlite.receipt);
            if (!use.number(row).number(seq).row()) return std::optional<KeptReceipt>();
            return std::optional(KeptReceipt{use.number_at(0), std::string(use.bytes_at(1))});
        });
    }
    std::uint64_t insert_chain(const sync::ChainId& chain) override {
        return within("write to", [&](SqliteConnection& sqlite) {
            Use(sqlite.insert_chain).number(chain.site.value()).number(chain.incarnation).run();
            return sqlite.last_row();
        });
    }
    void insert_op(std::uint64_t position, std::uint64_t row, std::uint64_t seq,
                   const sync::OpHash& hash, std::string_view text) override {
        within("write an op to", [&](SqliteConnection& sqlite) {
            Use use(sqlite.insert_op);
            use.number(position).number(row).number(seq).hash(hash).bytes(text).run();
        });
    }
    void insert_receipt(std::uint64_t row, std::uint64_t seq, std::string_view text) override {
        within("write a receipt to", [&](SqliteConnection& sqlite) {
            Use(sqlite.insert_receipt).number(row).number(seq).bytes(text).run();
        });
    }
    void insert_fork(const sync::Fork& fork, std::string_view proof) override {
        within("write a fork to", [&](SqliteConnection& sqlite) {
            Use use(sqlite.insert_fork);
            use.number(fork.chain.site.value()).number(fork.chain.incarnation).number(fork.seq);
            use.hash(fork.had).hash(fork.offered).bytes(proof).run();
        });
    }
    void finish(const std::vector<ChangedChain>& chains, const Graph& graph) override {
        within("commit to", [&](SqliteConnection& sqlite) {
            for (const ChangedChain& chain : chains) {
                Use use(sqlite.update_chain);
                use.number(chain.head.seq).hash(chain.head.hash).number(chain.row).run();
            }
            for (const auto& [name, node] : graph) {
                Use use(sqlite.upsert_node);
                use.number(name.first.value()).hash(name.second);
                use.number(node.here ? 1 : 0).number(node.has_child ? 1 : 0).run();
            }
            Use(sqlite.commit).run();
        });
        committed_ = true;
    }

  private:
    // Not over a connection that was opened since this began.
    template <class Body>
    std::invoke_result_t<Body, SqliteConnection&> within(const char* doing, Body body) {
        CHECK(!committed_);
        if (!store_.connection_) {
            throw sync::StoreFailure(std::string(doing) + " " + store_.file_.string() +
                                     ": this transaction has failed before; begin another one");
        }
        return store_.guarded(doing, body);
    }

    SqliteStore& store_;
    bool committed_ = false;
};

SqliteStore::SqliteStore(std::filesystem::path file)
    : file_(std::move(file)),
      lock_(file_.string() + ".lock"),
      connection_(std::make_unique<SqliteConnection>(file_)),
      chunks_(file_.parent_path() / (file_.stem().string() + "-chunks")) {}

SqliteStore::~SqliteStore() = default;

std::unique_ptr<sync::RelayTransaction> SqliteStore::begin() {
    CHECK(!in_transaction_);
    return guarded("begin to write to", [&](SqliteConnection& sqlite) {
        Use(sqlite.begin).run();
        Use use(sqlite.position);
        use.row();
        return std::make_unique<Transaction>(*this, use.number_at(0));
    });
}

std::vector<std::uint64_t> SqliteStore::positions_after(SqliteConnection& sqlite,
                                                        const std::vector<sync::SiteId>& sites,
                                                        const sync::Marks& marks,
                                                        std::size_t most) {
    struct Wanted {
        std::uint64_t row = 0;
        std::uint64_t mark = 0;
    };
    std::vector<Wanted> wanted;
    for (const sync::SiteId site : sites) {
        Use use(sqlite.chains);
        use.number(site.value());
        while (use.row()) {
            const auto mark = marks.find({site, use.number_at(1)});
            const std::uint64_t known = mark == marks.end() ? 0 : mark->second;
            if (use.number_at(2) > known) wanted.push_back({use.number_at(0), known});
        }
    }
    // The smallest of all, the largest of these on top. Of one chain they come in order, so the
    // first one that is too large ends it.
    std::priority_queue<std::uint64_t> smallest;
    for (const Wanted& chain : wanted) {
        Use use(sqlite.positions);
        use.number(chain.row).number(chain.mark).number(most);
        while (use.row()) {
            const std::uint64_t position = use.number_at(0);
            if (smallest.size() == most) {
                if (position > smallest.top()) break;
                smallest.pop();
            }
            smallest.push(position);
        }
    }
    std::vector<std::uint64_t> positions;
    positions.reserve(smallest.size());
    for (; !smallest.empty(); smallest.pop()) positions.push_back(smallest.top());
    std::reverse(positions.begin(), positions.end());
    return positions;
}

std::vector<std::string> SqliteStore::after(const std::vector<sync::SiteId>& sites,
                                            const sync::Marks& marks, std::size_t most_ops,
                                            std::size_t most_bytes) {
    CHECK(!in_transaction_);
    return guarded("read ops of", [&](SqliteConnection& sqlite) {
        std::vector<std::string> ops;
        const std::size_t most = most_that_fit(most_ops, most_bytes);
        if (most == 0) return ops;
        const Reading reading(sqlite);
        std::size_t bytes = 0;
        for (const std::uint64_t position :
             positions_after(sqlite, each_once(sites), marks, most)) {
            Use use(sqlite.text);
            if (!use.number(position).row()) continue;
            const std::string_view text = use.bytes_at(0);
            if (!ops.empty() && bytes + text.size() > most_bytes) break;
            bytes += text.size();
            ops.emplace_back(text);
        }
        return ops;
    });
}

std::vector<std::string> SqliteStore::newest_receipts(sync::SiteId site) {
    CHECK(!in_transaction_);
    return guarded("read receipts of", [&](SqliteConnection& sqlite) {
        std::vector<std::string> receipts;
        Use use(sqlite.newest_receipts);
        use.number(site.value());
        while (use.row()) receipts.emplace_back(use.bytes_at(0));
        return receipts;
    });
}

std::vector<sync::OpHash> SqliteStore::heads(sync::Pseudonym dossier) {
    CHECK(!in_transaction_);
    return guarded("read heads of", [&](SqliteConnection& sqlite) {
        std::vector<sync::OpHash> heads;
        Use use(sqlite.heads);
        use.number(dossier.value());
        while (use.row()) heads.push_back(use.hash_at(0));
        return heads;
    });
}

std::vector<sync::Fork> SqliteStore::forks() {
    CHECK(!in_transaction_);
    return guarded("read forks of", [&](SqliteConnection& sqlite) {
        std::vector<sync::Fork> forks;
        Use use(sqlite.forks);
        while (use.row()) {
            forks.push_back({{sync::SiteId::from_value(use.number_at(0)), use.number_at(1)},
                             use.number_at(2),
                             use.hash_at(3),
                             use.hash_at(4)});
        }
        sort_by_site(forks);
        return forks;
    });
}

std::uint64_t SqliteStore::position() {
    CHECK(!in_transaction_);
    return guarded("read the position of", [&](SqliteConnection& sqlite) {
        Use use(sqlite.position);
        use.row();
        return use.number_at(0);
    });
}

std::vector<sync::OpHash> SqliteStore::missing(const std::vector<sync::OpHash>& chunks) {
    std::vector<sync::OpHash> missing;
    std::copy_if(chunks.begin(), chunks.end(), std::back_inserter(missing),
                 [&](const sync::OpHash& name) { return !chunks_.has(name); });
    return missing;
}

void SqliteStore::keep_chunk(const sync::OpHash& name, std::string_view bytes) {
    chunks_.keep(name, bytes);
}

std::optional<std::string> SqliteStore::chunk(const sync::OpHash& name) {
    return chunks_.read(name);
}

std::vector<std::string> SqliteStore::circles() {
    CHECK(!in_transaction_);
    return guarded("read circles of", [&](SqliteConnection& sqlite) {
        std::vector<std::string> circles;
        Use use(sqlite.circles);
        while (use.row()) circles.emplace_back(use.bytes_at(0));
        return circles;
    });
}

void SqliteStore::keep_circle(std::string_view delegation, std::uint64_t number,
                              std::string_view jws) {
    CHECK(!in_transaction_);
    guarded("write a circle to", [&](SqliteConnection& sqlite) {
        Use(sqlite.keep_circle).bytes(delegation).number(number).bytes(jws).run();
    });
}

std::string SqliteStore::kept(std::string_view name, std::string_view first) {
    CHECK(!in_transaction_);
    return guarded("keep a text in", [&](SqliteConnection& sqlite) {
        Use(sqlite.keep).bytes(name).bytes(first).run();
        Use use(sqlite.kept);
        use.bytes(name).row();
        return std::string(use.bytes_at(0));
    });
}

}  // namespace sightline::storage::relay
