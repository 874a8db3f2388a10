// What it costs a hub to take the ops of kiosks that come back, as lines of `name value unit`:
// batches of 32 through Relay::take on SQLite and on PostgreSQL, beside bare inserts of the same
// texts in the same batches into a table of two columns, batch by batch in turns, so that both have
// the same disturbance. With keys that cost nothing, and with real ones.
//
//   relay_bench [DIRECTORY]   where the databases go: on the disk that is to be measured
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "storage/relay/open_store.h"
#include "storage/sync/jose_keys.h"
#include "storage/sync/relay.h"
#include "tests/sim/sync/cheap_keys.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/temporary_directory.h"

namespace {

using namespace sightline;
using namespace sightline::storage;
using namespace sightline::storage::sync;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kKiosks = 20;
constexpr std::size_t kOpsOfEach = 100;
constexpr std::size_t kDossiersOfEach = 5;
constexpr std::size_t kBatch = 32;
constexpr std::size_t kRounds = 5;  // of all kiosks
constexpr std::size_t kSealedBytes = 1700;

void say(const std::string& name, double value, const char* unit) {
    std::printf("%s %.3f %s\n", name.c_str(), value, unit);
    std::fflush(stdout);
}

template <class Body>
double seconds(Body body) {
    const auto begin = Clock::now();
    body();
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

using Batch = std::vector<Op>;

// What kiosks with such keys have to send, in the order in which it comes: they take turns.
std::vector<Batch> batches(const std::function<std::string()>& sealed,
                           const std::function<const Signer&(SiteId)>& signer) {
    std::vector<std::vector<Op>> kiosks(kKiosks);
    for (auto& ops : kiosks) {
        const ChainId chain{SiteId::random(), 1};
        std::array<Pseudonym, kDossiersOfEach> dossiers;
        std::array<std::vector<OpHash>, kDossiersOfEach> heads;
        for (auto& dossier : dossiers) dossier = Pseudonym::random();
        OpHash previous{};
        for (std::size_t i = 0; i < kOpsOfEach; ++i) {
            auto& head = heads[i % kDossiersOfEach];
            ops.push_back(
                Op::sign({chain, i + 1, previous, dossiers[i % kDossiersOfEach], head, {}},
                         sealed(), signer(chain.site))
                    .value());
            previous = ops.back().hash();
            head = {previous};
        }
    }
    std::vector<Batch> all;
    for (std::size_t from = 0; from < kOpsOfEach; from += kBatch) {
        for (const auto& ops : kiosks) {
            const auto begin = ops.begin() + static_cast<std::ptrdiff_t>(from);
            const auto count = std::min(kBatch, kOpsOfEach - from);
            all.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
        }
    }
    return all;
}

// Inserts a batch's texts in one transaction, however the database is asked to.
using Insert = std::function<void(const Batch&)>;

void compare(const std::string& name, RelayStore& store, const Signer& hub,
             const std::vector<std::vector<Batch>>& rounds,
             const std::vector<std::pair<std::string, Insert>>& bare) {
    Relay relay(hub, store);
    double ours = 0;
    std::vector<double> theirs(bare.size());
    std::size_t ops = 0;
    for (const auto& round : rounds) {
        for (const Batch& batch : round) {
            ours += seconds([&] {
                for (const auto& answer : relay.take(batch)) {
                    if (answer.judgement.verdict != Verdict::Next) std::abort();
                }
            });
            for (std::size_t i = 0; i < bare.size(); ++i) {
                theirs[i] += seconds([&] { bare[i].second(batch); });
            }
            ops += batch.size();
        }
    }
    say(name + "_take", static_cast<double>(ops) / ours, "ops/s");
    for (std::size_t i = 0; i < bare.size(); ++i) {
        say(name + "_bare" + bare[i].first, static_cast<double>(ops) / theirs[i], "ops/s");
        say(name + "_ratio" + bare[i].first, theirs[i] / ours, "of bare inserts");
    }
    // And how fast another site gets it all.
    std::vector<SiteId> sites;
    for (const auto& round : rounds) {
        for (const Batch& batch : round) sites.push_back(batch.front().envelope().chain.site);
    }
    sites.resize(std::min<std::size_t>(sites.size(), kKiosks));
    Marks marks;
    for (const SiteId site : sites) marks[{site, 1}] = kOpsOfEach / 2;
    std::size_t pulled = 0;
    const double pull = seconds([&] {
        for (int i = 0; i < 20; ++i) {
            pulled += store.after(sites, marks, 256, std::size_t{1} << 20).size();
        }
    });
    say(name + "_after", static_cast<double>(pulled) / pull, "ops/s");
}

Insert bare_sqlite(SQLite::Database& database) {
    database.execAndGet("PRAGMA journal_mode=TRUNCATE");
    database.exec("PRAGMA synchronous=FULL");
    database.exec("CREATE TABLE bare (position INTEGER PRIMARY KEY, text BLOB NOT NULL)");
    const auto insert =
        std::make_shared<SQLite::Statement>(database, "INSERT INTO bare (text) VALUES (?)");
    return [&database, insert](const Batch& batch) {
        database.exec("BEGIN IMMEDIATE");
        for (const Op& op : batch) {
            insert->bindNoCopy(1, op.text().data(), static_cast<int>(op.text().size()));
            insert->exec();
            insert->reset();
        }
        database.exec("COMMIT");
    };
}

using Connection = std::shared_ptr<PGconn>;

void must(PGresult* result, ExecStatusType wanted) {
    const bool is = PQresultStatus(result) == wanted;
    const std::string why = PQresultErrorMessage(result);
    PQclear(result);
    if (!is) throw std::runtime_error("bare PostgreSQL: " + why);
}

Connection connect(const std::string& url, const std::string& table) {
    Connection connection(PQconnectdb(url.c_str()), &PQfinish);
    const std::string create = "CREATE TABLE " + table +
                               " (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                               " text bytea NOT NULL)";
    const std::string insert = "INSERT INTO " + table + " (text) VALUES ($1::bytea)";
    must(PQexec(connection.get(), create.c_str()), PGRES_COMMAND_OK);
    must(PQprepare(connection.get(), "i", insert.c_str(), 0, nullptr), PGRES_COMMAND_OK);
    must(PQprepare(connection.get(), "b", "BEGIN", 0, nullptr), PGRES_COMMAND_OK);
    must(PQprepare(connection.get(), "c", "COMMIT", 0, nullptr), PGRES_COMMAND_OK);
    return connection;
}

Insert bare_postgres(const std::string& url) {
    return [connection = connect(url, "bare")](const Batch& batch) {
        PGconn* to = connection.get();
        must(PQexecPrepared(to, "b", 0, nullptr, nullptr, nullptr, 1), PGRES_COMMAND_OK);
        for (const Op& op : batch) {
            const char* value = op.text().data();
            const int length = static_cast<int>(op.text().size());
            const int binary = 1;
            must(PQexecPrepared(to, "i", 1, &value, &length, &binary, 1), PGRES_COMMAND_OK);
        }
        must(PQexecPrepared(to, "c", 0, nullptr, nullptr, nullptr, 1), PGRES_COMMAND_OK);
    };
}

// All of a batch sent before the first answer is read, as our store does.
Insert bare_pipelined_postgres(const std::string& url) {
    const Connection connection = connect(url, "bare_pipelined");
    PQenterPipelineMode(connection.get());
    return [connection](const Batch& batch) {
        PGconn* to = connection.get();
        PQsendQueryPrepared(to, "b", 0, nullptr, nullptr, nullptr, 1);
        for (const Op& op : batch) {
            const char* value = op.text().data();
            const int length = static_cast<int>(op.text().size());
            const int binary = 1;
            PQsendQueryPrepared(to, "i", 1, &value, &length, &binary, 1);
        }
        PQsendQueryPrepared(to, "c", 0, nullptr, nullptr, nullptr, 1);
        PQpipelineSync(to);
        for (std::size_t i = 0; i < batch.size() + 2; ++i) {
            must(PQgetResult(to), PGRES_COMMAND_OK);
            PQgetResult(to);
        }
        must(PQgetResult(to), PGRES_PIPELINE_SYNC);
    };
}

void on_both(const std::string& keys, const Signer& hub,
             const std::function<std::vector<Batch>()>& make) {
    std::vector<std::vector<Batch>> rounds;
    for (std::size_t i = 0; i < kRounds; ++i) rounds.push_back(make());
    say(keys + "_op", static_cast<double>(rounds[0][0][0].text().size()), "bytes");
    {
        const tests::TemporaryDirectory folder;
        SQLite::Database bare((folder.path() / "bare.db").string(),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        const auto store = relay::open_relay_store("sqlite:", folder.path());
        compare("sqlite_" + keys, *store, hub, rounds, {{"", bare_sqlite(bare)}});
    }
    tests::PostgresCluster postgres;
    const auto store = relay::open_relay_store(postgres.url(), "");
    compare("postgres_" + keys, *store, hub, rounds,
            {{"", bare_postgres(postgres.url())},
             {"_pipelined", bare_pipelined_postgres(postgres.url())}});
}

void with_cheap_keys() {
    const sim::CheapSigner hub("hub"), site("site");
    on_both("cheap_keys", hub, [&] {
        return batches([] { return std::string(kSealedBytes, 's'); },
                       [&](SiteId) -> const Signer& { return site; });
    });
}

void with_real_keys() {
    const signature::DeviceKey hub_key = signature::DeviceKey::random();
    const signature::DeviceKey site_key = signature::DeviceKey::random();
    const signature::SealingKey own = signature::SealingKey::random();
    const signature::SealingKey other = signature::SealingKey::random();
    const DeviceSigner hub(hub_key), site(site_key);
    const JoseSealer sealer(own, {other.public_key()});
    // One sealed text for all: sealing is the sites' affair.
    const std::string sealed = sealer.seal(std::string(700, 'x')).value();
    on_both("real_keys", hub, [&] {
        return batches([&] { return sealed; }, [&](SiteId) -> const Signer& { return site; });
    });
    const ChainId chain{SiteId::random(), 1};
    const Op op = Op::sign({chain, 1, {}, Pseudonym::random(), {}, {}}, sealed, site).value();
    const KnownKeys known({{chain.site, site_key.public_key()}}, hub_key.public_key());
    constexpr int kOps = 500;
    const double time = seconds([&] {
        for (int i = 0; i < kOps; ++i) Op::parse(op.text(), known).value();
    });
    say("verify_one_op", time * 1e6 / kOps, "us");
}

void say_load() {
    double load = 0;
    std::ifstream("/proc/loadavg") >> load;
    say("load_average", load, "1min");
}

}  // namespace

int main(int argc, char** argv) {
    ::setenv("TMPDIR", argc > 1 ? argv[1] : "/var/tmp", 1);
    try {
        say_load();
        with_cheap_keys();
        with_real_keys();
        say_load();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "relay_bench: %s\n", e.what());
        return 1;
    }
    return 0;
}
