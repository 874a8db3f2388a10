// What is PostgreSQL's alone: several nodes on one database, and connections that are lost. Each of
// these may kill its own PostgreSQL.
#include "storage/relay/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <random>
#include <thread>

#include "tests/unit/relay/stores.h"

namespace sightline::storage::relay {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::SizeIs;

std::string failure_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const StoreFailure& e) {
        return e.what();
    }
    return "it did not fail";
}

Verdict take(RelayStore& store, const Op& op) {
    return Relay(kHub, store).take({&op, 1}).front().judgement.verdict;
}

TEST(PostgresStore, ShowsEachNodeWhatTheOthersStored) {
    Database one(Kind::Postgres);
    const auto two = one.open();
    Site a(1), b(2);
    const Op first = a.write(kDossier), second = b.write(kDossier), third = a.write(kDossier);
    EXPECT_EQ(take(*one, first), Verdict::Next);
    EXPECT_EQ(take(*two, second), Verdict::Next);
    EXPECT_EQ(take(*two, third), Verdict::Next);
    EXPECT_EQ(take(*one, third), Verdict::Duplicate);
    EXPECT_EQ(one->position(), 3u);
    EXPECT_THAT(one->after({a.id(), b.id()}, {}, 9, kAll),
                ElementsAre(first.text(), second.text(), third.text()));
    EXPECT_EQ(one->newest_receipts(a.id()), two->newest_receipts(a.id()));
    EXPECT_EQ(one->kept("key", "one's"), two->kept("key", "two's"));
    one->keep_chunk({7}, "bytes");
    EXPECT_EQ(two->chunk({7}), "bytes");
}

TEST(PostgresStore, LetsNodesWriteOneAfterTheOther) {
    Database one(Kind::Postgres);
    const auto two = one.open();
    Site a(1), b(2);
    const Op first = a.write(kDossier), second = b.write(kDossier);
    auto held = one->begin();
    held->append(first);
    held->promise(a.chain(), 1, "receipt");
    auto waiting = std::async(std::launch::async, [&] { return take(*two, second); });
    EXPECT_EQ(waiting.wait_for(300ms), std::future_status::timeout);
    held->commit();
    held.reset();
    EXPECT_EQ(waiting.get(), Verdict::Next);
    EXPECT_THAT(one->after({a.id(), b.id()}, {}, 9, kAll),
                ElementsAre(first.text(), second.text()));
}

// Its machine may have lost its power, and then its connection would stay for hours.
TEST(PostgresStore, TakesTheTurnFromANodeThatStandsStill) {
    Database one(Kind::Postgres);
    const auto two = one.open();
    Site site(1), other(2);
    const auto held = one->begin();
    held->append(site.write(kDossier));
    held->promise(site.chain(), 1, "receipt");
    held->place(other.chain(), 1);  // so that it has been sent
    EXPECT_EQ(take(*two, other.write(kDossier)), Verdict::Next);
    EXPECT_THAT(failure_of([&] { held->commit(); }), HasSubstr("idle-in-transaction"));
    EXPECT_EQ(two->position(), 1u);
}

TEST(PostgresStore, IsSetUpOnceByNodesThatStartTogether) {
    const std::string schema = cluster().create_schema();
    std::vector<std::future<std::string>> nodes;
    for (int i = 0; i < 6; ++i) {
        nodes.push_back(std::async(std::launch::async, [&schema, i] {
            return open_relay_store(cluster().url(schema), "")->kept("key", std::to_string(i));
        }));
    }
    std::vector<std::string> secrets;
    for (auto& node : nodes) secrets.push_back(node.get());
    EXPECT_THAT(secrets, Each(secrets.front()));
    EXPECT_EQ(cluster().execute(schema, "SELECT count(*)::text FROM schema_version"), "2");
}

TEST(PostgresStore, RefusesAServerThatLosesWhatItAcknowledged) {
    const std::string schema = cluster().create_schema();
    const std::string url = cluster().url(schema) + "%20-csynchronous_commit%3Doff";
    EXPECT_THAT(failure_of([&] { open_relay_store(url, ""); }),
                AllOf(HasSubstr("synchronous_commit"), HasSubstr("--store")));
}

TEST(PostgresStore, RefusesADatabaseOfANewerProgram) {
    Database database(Kind::Postgres);
    cluster().execute(database.schema(), "INSERT INTO schema_version VALUES (99)");
    EXPECT_THAT(failure_of([&] { database.open(); }),
                AllOf(HasSubstr("newer Sightline"), HasSubstr("update this program")));
}

TEST(PostgresStore, SaysThatADatabaseIsNotThere) {
    std::string none = cluster().url();
    none.replace(none.find("/postgres?"), 9, "/none");
    EXPECT_THAT(
        failure_of([&] { open_relay_store(none, ""); }),
        AllOf(HasSubstr("sync none at"), HasSubstr("has that database"), HasSubstr("--store")));
    EXPECT_THAT(failure_of([&] { open_relay_store("postgresql://u:secret@127.0.0.1:1/sync", ""); }),
                AllOf(HasSubstr("sync at 127.0.0.1:1"), HasSubstr("--store"),
                      testing::Not(HasSubstr("secret"))));
}

TEST(PostgresStore, TellsADatabaseThatIsAwayFromOneThatIsOfNoUse) {
    const auto is_away = [](const std::string& url) {
        try {
            open_relay_store(url, "");
        } catch (const StoreAway&) {
            return true;
        } catch (const StoreFailure&) {
        }
        return false;
    };
    EXPECT_TRUE(is_away("postgresql://u@127.0.0.1:1/sync"));
    EXPECT_FALSE(is_away("postgresql://u@[h/sync"));
    EXPECT_FALSE(is_away("mysql://u@h/sync"));
    Database newer(Kind::Postgres);
    cluster().execute(newer.schema(), "INSERT INTO schema_version VALUES (99)");
    EXPECT_FALSE(is_away(cluster().url(newer.schema())));
    const std::string foreign = cluster().create_schema();
    cluster().execute(foreign, "CREATE TABLE chain (id bigint)");
    EXPECT_FALSE(is_away(cluster().url(foreign))) << "somebody else's tables are in it";
}

TEST(PostgresStore, BringsADatabaseOfTheFirstVersionUpToDate) {
    Database database(Kind::Postgres);
    Site site(1);
    EXPECT_EQ(take(*database, site.write(kDossier)), Verdict::Next);
    cluster().execute(database.schema(),
                      "DROP TABLE session_place; DELETE FROM schema_version WHERE version = 2");
    database.reopen();
    EXPECT_EQ(take(*database, site.write(kDossier)), Verdict::Next);
    EXPECT_EQ(cluster().execute(database.schema(), "SELECT count(*)::text FROM session_place"),
              "0");
}

TEST(PostgresStore, RepeatsNoPasswordOfAnAddressThatItCannotRead) {
    for (const char* url : {"postgresql://u:secret@h:x y/sync", "postgresql://u:secret@[h/sync"}) {
        EXPECT_THAT(failure_of([&] { open_relay_store(url, ""); }),
                    AllOf(HasSubstr("--store"), testing::Not(HasSubstr("secret"))));
    }
}

TEST(PostgresStore, KeepsNothingOfACommitThatFails) {
    Database database(Kind::Postgres);
    cluster().execute(database.schema(),
                      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                      " $$ BEGIN RAISE 'refused'; END $$;"
                      "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON op"
                      " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()");
    Site site(1);
    const Op op = site.write(kDossier);
    EXPECT_THAT(failure_of([&] { take(*database, op); }), HasSubstr("refused"));
    EXPECT_EQ(database->position(), 0u);
    cluster().execute(database.schema(), "DROP TRIGGER refuse ON op");
    EXPECT_EQ(take(*database, op), Verdict::Next);
}

TEST(PostgresStore, ComesBackByItselfWhenPostgresDoes) {
    tests::PostgresCluster postgres;
    const std::string url = postgres.url(postgres.create_schema());
    const auto store = open_relay_store(url, "");
    Site site(1);
    EXPECT_EQ(take(*store, site.write(kDossier)), Verdict::Next);
    const Op op = site.write(kDossier);
    postgres.kill();
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(failure_of([&] { take(*store, op); }),
                    AllOf(HasSubstr("--store"), HasSubstr("send it again")));
    }
    EXPECT_THAT(failure_of([&] { open_relay_store(url, ""); }), HasSubstr("--store"));
    postgres.start();
    EXPECT_EQ(take(*store, op), Verdict::Next);
    // It goes between two calls too.
    postgres.stop();
    postgres.start();
    EXPECT_THAT(failure_of([&] { store->position(); }), HasSubstr("--store"));
    EXPECT_EQ(store->position(), 2u);
}

TEST(PostgresStore, SaysThatACommitMayBeDoneWhenItsAnswerIsLost) {
    tests::PostgresCluster postgres;
    const std::string name = postgres.create_schema();
    const auto store = open_relay_store(postgres.url(name), "");
    postgres.execute(name,
                     "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                     " $$ BEGIN PERFORM pg_sleep(15); RETURN NULL; END $$;"
                     "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON op"
                     " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()");
    Site site(1);
    const Op op = site.write(kDossier);
    auto killing = std::async(std::launch::async, [&] {
        while (postgres.execute(name,
                                "SELECT wait_event FROM pg_stat_activity"
                                " WHERE wait_event = 'PgSleep'") == "") {
            std::this_thread::sleep_for(10ms);
        }
        postgres.kill();
    });
    EXPECT_THAT(failure_of([&] { take(*store, op); }), HasSubstr("commit is done is not known"));
    killing.get();
    postgres.start();
    EXPECT_EQ(store->position(), 0u);  // it was not: the commit had not got as far
}

TEST(PostgresStore, FindsThePrimaryAmongItsHosts) {
    tests::PostgresCluster standby, primary;
    standby.execute("public", "ALTER SYSTEM SET default_transaction_read_only = on");
    standby.execute("public", "SELECT pg_reload_conf()");
    const auto host = [](const std::string& url) {
        const auto from = url.find("host=") + 5;
        return url.substr(from, url.find('&', from) - from);
    };
    const std::string both = "postgresql:///postgres?user=postgres&host=" + host(standby.url()) +
                             "," + host(primary.url());
    Site site(1);
    EXPECT_EQ(take(*open_relay_store(both, ""), site.write(kDossier)), Verdict::Next);
    EXPECT_EQ(primary.execute("public", "SELECT count(*)::text FROM op"), "1");
}

// A PostgreSQL whose standby has gone: commits wait for it.
class WithoutItsStandby : public testing::Test {
  protected:
    WithoutItsStandby()
        : schema_(postgres_.create_schema()), store_(open_relay_store(postgres_.url(schema_), "")) {
        postgres_.execute("public", "ALTER SYSTEM SET synchronous_standby_names = 'gone'");
        reload();
        until_commits_wait();
    }
    void reload() { postgres_.execute("public", "SELECT pg_reload_conf()"); }
    bool reaches_one_that_waits(const char* function) {
        const std::string sql = std::string("SELECT ") + function +
                                "(pid)::text FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        return postgres_.execute("public", sql) == "true";
    }
    // The server answers before the process that has to know it has read the setting.
    void until_commits_wait() {
        const auto until = std::chrono::steady_clock::now() + 20s;
        for (bool waited = false; !waited;) {
            ASSERT_LT(std::chrono::steady_clock::now(), until) << "no commit waits";
            auto commit = std::async(std::launch::async, [&] {
                postgres_.execute("public",
                                  "COMMENT ON SCHEMA public IS 'written to see who waits'");
            });
            while (commit.wait_for(10ms) != std::future_status::ready) {
                waited = reaches_one_that_waits("pg_cancel_backend") || waited;
            }
            commit.get();
        }
    }
    // Returns when somebody waited and does not any more.
    void make_one_that_waits(const char* function) {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!reaches_one_that_waits(function)) {
            ASSERT_LT(std::chrono::steady_clock::now(), until) << "nobody waits for the standby";
            std::this_thread::sleep_for(10ms);
        }
    }
    void standby_comes_back() {
        postgres_.execute("public", "ALTER SYSTEM RESET synchronous_standby_names");
        reload();
    }

    tests::PostgresCluster postgres_;
    std::string schema_;
    std::unique_ptr<RelayStore> store_;
};

TEST_F(WithoutItsStandby, AcknowledgesNothingThatItMayLoseWithThisServer) {
    Site site(1);
    const Op op = site.write(kDossier);
    for (const auto& [how, says] :
         {std::pair("pg_terminate_backend", "commit is done is not known"),
          std::pair("pg_cancel_backend", "waited for the synchronous standby")}) {
        // New at first, then a duplicate: by then the op is to be seen here.
        auto taking =
            std::async(std::launch::async, [&] { return failure_of([&] { take(*store_, op); }); });
        make_one_that_waits(how);
        EXPECT_THAT(taking.get(), HasSubstr(says));
        EXPECT_EQ(store_->position(), 1u);
    }
    auto receipts =
        std::async(std::launch::async, [&] { return store_->newest_receipts(site.id()); });
    EXPECT_EQ(receipts.wait_for(300ms), std::future_status::timeout);
    standby_comes_back();
    EXPECT_THAT(receipts.get(), SizeIs(1));
    EXPECT_EQ(take(*store_, op), Verdict::Duplicate);
}

// Whatever was acknowledged is there after it, and what comes again is there once.
TEST(PostgresStore, LosesNothingWhenPostgresIsKilledAtAnyMoment) {
    tests::PostgresCluster postgres;
    const auto store = open_relay_store(postgres.url(postgres.create_schema()), "");
    Relay relay(kHub, *store);
    Site site(1);
    std::vector<Op> all;
    std::vector<std::string> receipts;  // of those that were acknowledged
    std::size_t duplicates = 0;
    std::mt19937 random(1);
    for (int round = 0; round < 3; ++round) {
        std::atomic<int> batches = 0;
        auto killing = std::async(std::launch::async, [&, after = random() % 100] {
            while (batches < 10) std::this_thread::sleep_for(1ms);
            std::this_thread::sleep_for(std::chrono::milliseconds(after));
            postgres.kill();
        });
        try {
            for (;;) {
                while (all.size() < receipts.size() + 8) all.push_back(site.write(kDossier));
                const auto answers = relay.take(std::span(all).subspan(receipts.size(), 8));
                for (const auto& answer : answers) {
                    if (answer.judgement.verdict == Verdict::Duplicate) ++duplicates;
                    EXPECT_FALSE(answer.receipt.empty());
                    receipts.push_back(answer.receipt);
                }
                ++batches;
            }
        } catch (const StoreFailure&) {
            // Not acknowledged; the next round sends the same ones.
            batches = 10;  // should it have failed by itself
        }
        killing.get();
        postgres.start();
    }
    const auto answers = relay.take(all);
    EXPECT_EQ(store->position(), all.size());
    EXPECT_GE(all.size(), std::size_t{3 * 10 * 8});
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        ASSERT_EQ(answers[i].judgement.verdict, Verdict::Duplicate) << i;
        ASSERT_EQ(answers[i].receipt, receipts[i]) << i;
    }
    EXPECT_THAT(store->after({site.id()}, {}, all.size() + 1, kAll),
                ElementsAreArray(texts_of(all)));
    std::printf("%zu ops, %zu of them taken by commits whose answer was lost\n", all.size(),
                duplicates);
}

}  // namespace
}  // namespace sightline::storage::relay
