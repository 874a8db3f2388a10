// Two hundred kiosks come back at once after seven days without a link, and their ops drain into
// one hub, a process, over HTTP: how fast, beside bare inserts of the same texts into the same kind
// of database in the same run; whether any is lost or doubled; and what the hub's memory does.
// Lines of `name value unit`.
//
//   sync_drain_bench [--kiosks N] [--ops N]   ops of each kiosk: 30 a day
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <libpq-fe.h>

#include <chrono>
#include <cstdio>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "storage/sync/receipt.h"
#include "tests/integration/relaying_hub.h"
#include "tests/support/postgres_cluster.h"

namespace {

using namespace sightline;
namespace asio = boost::asio;
namespace sync = storage::sync;
using Clock = std::chrono::steady_clock;
using integration::RelayingHub;
using tests::TestCircle;

constexpr std::size_t kCircleSites = 50;
constexpr std::size_t kBatch = 64;

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

// A kiosk as the hub sees one that has only to send: its ops were made and sealed before.
class Backlog : public sync_client::Site {
  public:
    Backlog(const TestCircle& circle, std::size_t index, std::size_t ops, const std::string& sealed)
        : id_(circle.members[index].site), signer_(circle.devices[index]) {
        sync::OpHash previous{};
        std::vector<sync::OpHash> heads(10);
        for (std::size_t i = 0; i < ops; ++i) {
            auto& head = heads[i % heads.size()];
            const auto dossier =
                sync::Pseudonym::from_value(id_.value() * 100 + i % heads.size() + 1);
            std::vector<sync::OpHash> parents;
            if (i >= heads.size()) parents.push_back(head);
            const auto op =
                sync::Op::sign({{id_, 1}, i + 1, previous, dossier, parents, {}}, sealed, signer_)
                    .value();
            previous = head = op.hash();
            ops_.push_back(op.text());
        }
    }
    const std::vector<std::string>& ops() const { return ops_; }
    std::size_t left() const { return ops_.size() - sent_; }

    sync::SiteId id() const override { return id_; }
    std::string sign(std::string_view payload, std::string_view purpose) const override {
        return signer_.sign(payload, purpose);
    }
    base::Result<void> take_hub(const signature::PublicKey& key) override {
        hub_ = key;
        return {};
    }
    base::Result<void> take_circle(std::string_view) override { return {}; }
    std::vector<std::string> to_send(std::size_t most_ops, std::size_t most_bytes) override {
        std::vector<std::string> some;
        std::size_t bytes = 0;
        for (std::size_t i = sent_; i < ops_.size() && some.size() < most_ops; ++i) {
            if (!some.empty() && bytes + ops_[i].size() > most_bytes) break;
            bytes += ops_[i].size();
            some.push_back(ops_[i]);
        }
        return some;
    }
    base::Result<void> take_receipt(std::string_view jws) override {
        const auto receipt = sync::Receipt::verify(
            jws, sync::KnownKeys(std::map<sync::SiteId, signature::PublicKey>(), hub_));
        if (!receipt) return receipt.error();
        sent_ = std::max<std::size_t>(sent_, receipt->seq);
        return {};
    }
    void take_fork(const sync::Fork&) override { std::abort(); }
    bool stopped() const override { return false; }
    sync::Marks marks() override { return {}; }
    base::Result<void> take_ops(const std::vector<std::string_view>&) override { return {}; }
    std::vector<sync::OpHash> chunks_to_send(std::size_t) override { return {}; }
    base::Result<std::string> read_chunk(const sync::OpHash&) override { std::abort(); }
    void chunks_sent(const std::vector<sync::OpHash>&) override {}
    std::vector<sync::OpHash> chunks_wanted(std::size_t) override { return {}; }
    base::Result<void> keep_chunk(const sync::OpHash&, std::string_view) override { std::abort(); }

  private:
    sync::SiteId id_;
    sync::DeviceSigner signer_;
    signature::PublicKey hub_;
    std::vector<std::string> ops_;
    std::size_t sent_ = 0;
};

long resident_kib(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    std::string word;
    while (in >> word) {
        if (word != "VmRSS:") continue;
        long kib = 0;
        in >> kib;
        return kib;
    }
    return 0;
}

using Inserts = std::function<void(const std::vector<const std::string*>&)>;

double bare_rate(const std::vector<std::unique_ptr<Backlog>>& kiosks, const Inserts& insert) {
    std::size_t ops = 0;
    const double time = seconds([&] {
        for (const auto& kiosk : kiosks) {
            std::vector<const std::string*> batch;
            for (const std::string& op : kiosk->ops()) {
                batch.push_back(&op);
                ++ops;
                if (batch.size() == kBatch) {
                    insert(batch);
                    batch.clear();
                }
            }
            if (!batch.empty()) insert(batch);
        }
    });
    return static_cast<double>(ops) / time;
}

// As little in a row as can be, one transaction a batch, durable as the hub's.
double bare_sqlite(const std::vector<std::unique_ptr<Backlog>>& kiosks,
                   const std::filesystem::path& folder) {
    SQLite::Database database((folder / "bare.db").string(),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.execAndGet("PRAGMA journal_mode=TRUNCATE");
    database.exec("PRAGMA synchronous=FULL");
    database.exec("CREATE TABLE bare (position INTEGER PRIMARY KEY, text BLOB NOT NULL)");
    SQLite::Statement insert(database, "INSERT INTO bare (text) VALUES (?)");
    return bare_rate(kiosks, [&](const std::vector<const std::string*>& batch) {
        database.exec("BEGIN IMMEDIATE");
        for (const std::string* op : batch) {
            insert.bindNoCopy(1, op->data(), static_cast<int>(op->size()));
            insert.exec();
            insert.reset();
        }
        database.exec("COMMIT");
    });
}

double bare_postgres(const std::vector<std::unique_ptr<Backlog>>& kiosks, const std::string& url) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> to(PQconnectdb(url.c_str()), &PQfinish);
    const auto run = [&](const char* sql) { PQclear(PQexec(to.get(), sql)); };
    run("CREATE TABLE bare (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " text bytea NOT NULL)");
    PQclear(PQprepare(to.get(), "i", "INSERT INTO bare (text) VALUES ($1::bytea)", 0, nullptr));
    return bare_rate(kiosks, [&](const std::vector<const std::string*>& batch) {
        run("BEGIN");
        for (const std::string* op : batch) {
            const char* value = op->data();
            const int length = static_cast<int>(op->size()), binary = 1;
            PGresult* done = PQexecPrepared(to.get(), "i", 1, &value, &length, &binary, 1);
            if (PQresultStatus(done) != PGRES_COMMAND_OK) throw std::runtime_error("bare insert");
            PQclear(done);
        }
        run("COMMIT");
    });
}

struct Drained {
    double rate = 0;
    long memory_at_quarter = 0;
    long memory_at_end = 0;
};

// All at once, each over a connection of its own.
Drained drain(RelayingHub& hub, const std::vector<std::unique_ptr<Backlog>>& kiosks) {
    asio::io_context io;
    std::vector<std::unique_ptr<hub_client::HttpConnection>> connections;
    std::vector<std::unique_ptr<sync_client::Round>> rounds;
    std::size_t all = 0, done = 0;
    for (const auto& kiosk : kiosks) all += kiosk->ops().size();
    Drained drained;
    std::vector<std::future<base::Result<sync_client::RoundReport>>> reports;
    for (const auto& kiosk : kiosks) {
        sync_client::RoundRules rules;
        rules.patience = std::chrono::minutes(5);
        rules.may_go_on = [&site = *kiosk] { return site.left() > 0; };
        rules.progress = [&,
                          last = std::size_t{0}](const sync_client::RoundReport& report) mutable {
            const bool before = done * 4 < all;
            done += report.ops_sent - last;
            last = report.ops_sent;
            if (before && done * 4 >= all) {
                drained.memory_at_quarter = resident_kib(hub.process().pid());
            }
        };
        connections.push_back(std::make_unique<hub_client::HttpConnection>(
            io.get_executor(), integration::at(hub.port()), sync_client::kMaxAnswerBytes));
        rounds.push_back(
            std::make_unique<sync_client::Round>(*connections.back(), *kiosk, std::move(rules)));
        reports.push_back(asio::co_spawn(io, rounds.back()->run(), asio::use_future));
    }
    const double time = seconds([&] { io.run(); });
    for (auto& report : reports) {
        const auto result = report.get();
        if (!result) throw std::runtime_error("a kiosk did not drain: " + result.error().text);
    }
    drained.memory_at_end = resident_kib(hub.process().pid());
    drained.rate = static_cast<double>(all) / time;
    return drained;
}

void measure(const std::string& name, const std::deque<TestCircle>& circles, std::size_t kiosks,
             std::size_t ops, const std::string& store,
             const std::function<double(const std::vector<std::unique_ptr<Backlog>>&)>& bare,
             const std::function<std::size_t(const RelayingHub&)>& count_distinct) {
    const signature::SealingKey own = signature::SealingKey::random();
    // To a delegation's recovery key and five people beside the kiosk.
    auto recipients = circles[0].list().recipients();
    recipients.resize(6);
    const std::string sealed =
        sync::JoseSealer(own, std::move(recipients)).seal(std::string(1200, 'x')).value();
    std::vector<std::unique_ptr<Backlog>> all;
    for (std::size_t i = 0; i < kiosks; ++i) {
        all.push_back(
            std::make_unique<Backlog>(circles[i / kCircleSites], i % kCircleSites, ops, sealed));
    }
    std::vector<const TestCircle*> served;
    for (const auto& circle : circles) served.push_back(&circle);
    RelayingHub hub(served, store);
    const double before = bare(all);
    const Drained drained = drain(hub, all);
    say(name + "_op", static_cast<double>(all[0]->ops()[20].size()), "bytes");
    say(name + "_drain", drained.rate, "ops/s");
    say(name + "_bare", before, "ops/s");
    say(name + "_ratio", drained.rate / before, "of bare inserts");
    say(name + "_memory_at_quarter", static_cast<double>(drained.memory_at_quarter), "KiB");
    say(name + "_memory_at_end", static_cast<double>(drained.memory_at_end), "KiB");
    hub.kill();
    say(name + "_lost",
        static_cast<double>(kiosks * ops) - static_cast<double>(count_distinct(hub)), "ops");
}

std::size_t number(int argc, char** argv, const std::string& option, std::size_t otherwise) {
    for (int i = 1; i + 1 < argc; ++i) {
        if (argv[i] == option) return std::stoul(argv[i + 1]);
    }
    return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
    ::setenv("TMPDIR", "/var/tmp", 0);
    const std::size_t kiosks = number(argc, argv, "--kiosks", 200);
    const std::size_t ops = number(argc, argv, "--ops", 210);
    try {
        std::deque<TestCircle> circles;
        for (std::size_t i = 0; i * kCircleSites < kiosks; ++i)
            circles.emplace_back(kCircleSites, i);
        {
            const tests::TemporaryDirectory folder;
            measure(
                "sync_sqlite", circles, kiosks, ops,
                "sqlite:", [&](const auto& all) { return bare_sqlite(all, folder.path()); },
                [](const RelayingHub& hub) {
                    SQLite::Database database((hub.state() / "sync.db").string());
                    return static_cast<std::size_t>(
                        database.execAndGet("SELECT count(DISTINCT hash) FROM op").getInt64());
                });
        }
        tests::PostgresCluster cluster;
        cluster.start();
        const std::string schema = cluster.create_schema();
        const std::string bare = cluster.create_schema();
        measure(
            "sync_postgres", circles, kiosks, ops, cluster.url(schema),
            [&](const auto& all) { return bare_postgres(all, cluster.url(bare)); },
            [&](const RelayingHub&) {
                return std::stoul(
                    cluster.execute(schema, "SELECT count(DISTINCT hash)::text FROM op"));
            });
    } catch (const std::exception& e) {
        std::fprintf(stderr, "sync_drain_bench: %s\n", e.what());
        return 1;
    }
    return 0;
}
