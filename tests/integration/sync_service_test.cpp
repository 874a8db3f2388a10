// Sites that sync over a real hub, with real keys, sockets and disks: they write without a link,
// meet and are the same; a link that is cut, a hub and a site that are killed lose and double
// nothing; strangers get nothing; and the hub has none of it in a form that it could read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "storage/sync/attachment_chunk.h"
#include "tests/integration/hub_wire_client.h"
#include "tests/integration/relaying_hub.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/tcp_link.h"

namespace sightline::integration {
namespace {

using tests::TcpLink;

TEST(SyncService, SitesWriteWithoutALinkMeetAndAreTheSame) {
    Meeting m(3);
    RelayingHub hub(m.circle);
    m.sites[0]->edit(kDossier, setting("case/number", "1"));
    for (int i = 0; i < 20; ++i) {
        m.sites[1]->edit(kDossier,
                         setting("persons/1/name", boost::json::string("x" + std::to_string(i))));
        m.sites[2]->edit(kDossier, setting("need/priority", i));
    }
    m.sites[2]->edit(kDossier, setting("persons/1/name", "other"));
    for (int turn = 0; turn < 2; ++turn) {
        for (const auto& site : m.sites) {
            const auto report = round(*site, hub.port());
            ASSERT_TRUE(report) << report.error().text;
            EXPECT_TRUE(report->complete);
        }
    }
    EXPECT_EQ(m.digest(0), m.digest(1));
    EXPECT_EQ(m.digest(0), m.digest(2));
    const auto state = m.sites[0]->replica().dossier(kDossier)->state();
    EXPECT_THAT(state.conflicts(), testing::ElementsAre("persons/1/name"));
    for (const auto& site : m.sites) {
        EXPECT_EQ(site->replica().unacknowledged(), 0u);
        EXPECT_EQ(site->doubled(), 0u);
    }
    // Nothing more to do, and that is known in one short round.
    const auto again = round(*m.sites[0], hub.port());
    EXPECT_EQ(again->ops_sent + again->ops_taken, 0u);
}

TEST(SyncService, RefusesStrangersAndSaysWhatToDo) {
    Meeting m(2);
    RelayingHub hub(m.circle);
    const auto refused = [&](std::string method, std::string path, std::string ticket,
                             std::string body) {
        const auto answer =
            hub.ask(std::move(method), std::move(path), std::move(ticket), std::move(body));
        return answer ? answer->status : 0;
    };
    EXPECT_EQ(refused("POST", "ops", "", "x"), 401u);
    EXPECT_EQ(refused("POST", "pull", "nonsense", "{}"), 401u);
    EXPECT_EQ(refused("GET", "chunks/" + std::string(43, 'A'), "", ""), 401u);
    EXPECT_EQ(refused("POST", "ticket", "", "{}"), 400u);
    EXPECT_EQ(refused("POST", "nothing", "", ""), 401u);
    // Only whoever has a ticket sends much.
    EXPECT_EQ(refused("POST", "ops", "", std::string(100000, 'x')), 413u);
    // A site of another delegation, with an honest proof.
    Meeting other(1);
    EXPECT_EQ(round(*other.sites[0], hub.port()).error().code, base::Errc::Forbidden);
    // A list that another root has signed.
    EXPECT_EQ(refused("PUT", "circle", "", other.circle.jws()), 403u);
    // One that was removed writes and reads nothing new; what it wrote stays.
    m.sites[1]->edit(kDossier, setting("a", 1));
    ASSERT_TRUE(round(*m.sites[1], hub.port()));
    m.circle.members[1].removed = true;
    hub.publish(m.circle.jws(2));
    m.sites[1]->edit(kDossier, setting("a", 2));
    EXPECT_EQ(round(*m.sites[1], hub.port()).error().code, base::Errc::Forbidden);
    ASSERT_TRUE(round(*m.sites[0], hub.port()));
    EXPECT_EQ(*m.sites[0]->replica().dossier(kDossier)->state().fields.at("a").value(), 1);
    EXPECT_TRUE(hub.process().alive());
}

TEST(SyncService, ASiteBringsTheHubANewerList) {
    Meeting m(3);
    const auto third = m.circle.members.back();
    m.circle.members.pop_back();
    RelayingHub hub(m.circle);
    m.circle.members.push_back(third);
    tests::TemporaryDirectory folder;
    JournalSite newer(folder.path(), m.circle, 2, 1, 2);
    newer.edit(kDossier, setting("a", 1));
    ASSERT_TRUE(round(newer, hub.port()));
    ASSERT_TRUE(round(*m.sites[0], hub.port()));
    EXPECT_EQ(*m.sites[0]->replica().dossier(kDossier)->state().fields.at("a").value(), 1);
}

TEST(SyncService, AClonedSiteStopsAndSaysSo) {
    Meeting m(2);
    RelayingHub hub(m.circle);
    m.sites[0]->edit(kDossier, setting("a", 1));
    ASSERT_TRUE(round(*m.sites[0], hub.port()));
    // The disk is copied; both go on.
    const auto copy = m.folders.path() / "copy";
    std::filesystem::copy(m.folders.path() / "0", copy, std::filesystem::copy_options::recursive);
    JournalSite clone(copy, m.circle, 0);
    m.sites[0]->edit(kDossier, setting("a", 2));
    clone.edit(kDossier, setting("a", 3));
    ASSERT_TRUE(round(*m.sites[0], hub.port()));
    const auto stopped = round(clone, hub.port());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, base::Errc::Conflict);
    EXPECT_TRUE(clone.stopped());
    EXPECT_FALSE(round(*m.sites[0], hub.port()));  // nobody knows which of them is the right one
    EXPECT_TRUE(m.sites[0]->stopped());
    ASSERT_TRUE(round(*m.sites[1], hub.port()));
    EXPECT_EQ(*m.sites[1]->replica().dossier(kDossier)->state().fields.at("a").value(), 2);
    EXPECT_THAT(hub.process().log(), testing::HasSubstr("two pasts"));
}

// `SIGHTLINE_SYNC_CUTS=1000 SIGHTLINE_SYNC_MIB=200` for the long run.
TEST(SyncService, ALinkThatIsCutCostsNoMoreThanAChunk) {
    const std::size_t cuts = times("SIGHTLINE_SYNC_CUTS", 30);
    const std::size_t mib = times("SIGHTLINE_SYNC_MIB", 8);
    Meeting m(2);
    RelayingHub hub(m.circle);
    const std::string document = random_bytes(mib * 1024 * 1024);
    m.sites[0]->attach(kDossier, "scan", document);
    TcpLink link(hub.port());
    // Four of five pieces do not get through at the first try.
    link.cut_often(sync::kChunkBytes * 6 / 5, cuts);
    std::size_t rounds = 0;
    for (bool complete = false; !complete; ++rounds) {
        const auto report = round(*m.sites[0], link.port());
        complete = report && m.sites[0]->chunks_left() == 0;
        ASSERT_LT(rounds, 20 * cuts + 100);
    }
    EXPECT_GE(link.cuts(), cuts / 2);
    ASSERT_TRUE(round(*m.sites[1], hub.port()));
    EXPECT_EQ(m.sites[1]->attachment(kDossier, "scan"), document);
    const std::uint64_t needed = bytes_in(m.folders.path() / "0" / "chunks");
    const std::uint64_t waste = link.up() - needed;
    std::cout << "sync_cuts " << link.cuts() << " cuts in a transfer of " << needed / 1024
              << " KiB, " << link.up() / 1024 << " KiB sent, waste per cut "
              << waste / 1024 / link.cuts() << " KiB\n";
    EXPECT_LE(waste, link.cuts() * (sync::kChunkBytes + 4096));
}

// Two of the links that a centre may have (tests/vectors/network-profiles.csv), as TCP sees them:
// rates and round trip.
struct Profile {
    const char* name;
    double up_kbps, down_kbps;
    int rtt_ms;
};
class ThinLinks : public testing::TestWithParam<Profile> {};

TEST_P(ThinLinks, CarrySmallFormsBeforeBigMedia) {
    const Profile& profile = GetParam();
    Meeting m(2);
    RelayingHub hub(m.circle);
    TcpLink link(hub.port(), {profile.up_kbps * 125, profile.down_kbps * 125,
                              std::chrono::milliseconds(profile.rtt_ms / 2)});
    for (int i = 0; i < 5; ++i) {
        m.sites[0]->edit(kDossier, setting("notes/" + std::to_string(i) + "/text",
                                           boost::json::string(std::string(300, 'n'))));
    }
    m.sites[1]->edit(kDossier, setting("decision/outcome", "accepted"));
    m.sites[0]->attach(kDossier, "scan",
                       random_bytes(static_cast<std::size_t>(profile.up_kbps * 125 * 8)));
    ASSERT_TRUE(round(*m.sites[1], hub.port()));
    const auto begun = std::chrono::steady_clock::now();
    std::optional<std::chrono::steady_clock::duration> forms_at;
    RoundRules rules;
    rules.progress = [&](const RoundReport& report) {
        if (!forms_at && report.ops_sent == 6 && report.ops_taken == 1) {
            EXPECT_EQ(report.chunks_sent, 0u);
            forms_at = std::chrono::steady_clock::now() - begun;
        }
    };
    const auto report = round(*m.sites[0], link.port(), rules);
    const auto took = std::chrono::steady_clock::now() - begun;
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_TRUE(report->complete);
    ASSERT_TRUE(forms_at);
    ASSERT_TRUE(round(*m.sites[1], hub.port()));
    EXPECT_EQ(m.digest(0), m.digest(1));
    EXPECT_TRUE(m.sites[1]->attachment(kDossier, "scan"));
    const auto seconds = [](auto time) { return std::chrono::duration<double>(time).count(); };
    std::cout << "sync_thin_link " << profile.name << " forms after " << seconds(*forms_at)
              << " s, all after " << seconds(took) << " s\n";
}
INSTANTIATE_TEST_SUITE_P(Sync, ThinLinks,
                         testing::Values(Profile{"VsatRationed", 128, 256, 650},
                                         Profile{"TwoGUrban", 32, 35, 1300}),
                         [](const auto& of) { return std::string(of.param.name); });

// What a site does in a process of its own until it is killed: it writes and syncs.
[[noreturn]] void write_and_sync(const std::filesystem::path& folder, const TestCircle& circle,
                                 std::size_t index, const std::filesystem::path& port_file) {
    JournalSite site(folder, circle, index);
    std::mt19937_64 dice(base::random_u64());
    while (true) {
        for (std::uint64_t i = dice() % 4; i > 0; --i) {
            site.edit(kDossier, setting("notes/" + std::to_string(dice() % 50) + "/text",
                                        static_cast<std::int64_t>(dice() % 1000)));
        }
        const std::string port = read_file(port_file);
        if (!port.empty()) (void)round(site, static_cast<std::uint16_t>(std::stoi(port)));
        std::this_thread::sleep_for(std::chrono::milliseconds(dice() % 20));
    }
}

class Kills : public testing::TestWithParam<const char*> {};

// `SIGHTLINE_SYNC_KILLS=200` for the long run.
TEST_P(Kills, LoseNothingAndDoubleNothing) {
    const std::size_t kills = times("SIGHTLINE_SYNC_KILLS", 10);
    const bool postgres = std::string(GetParam()) == "PostgreSQL";
    std::optional<tests::PostgresCluster> cluster;
    std::string store = "sqlite:";
    if (postgres) {
        cluster.emplace();
        cluster->start();
        store = cluster->url(cluster->create_schema());
    }
    Meeting m(2);
    m.sites.clear();
    RelayingHub hub(m.circle, store);
    const auto port_file = m.folders.path() / "port";
    const auto tell_port = [&] { std::ofstream(port_file) << hub.port() << std::flush; };
    tell_port();
    std::array<pid_t, 2> sites{-1, -1};
    const auto start_site = [&](std::size_t i) {
        sites[i] = ::fork();
        if (sites[i] == 0) {
            write_and_sync(m.folders.path() / std::to_string(i), m.circle, i, port_file);
        }
    };
    const auto kill_site = [&](std::size_t i) {
        ::kill(sites[i], SIGKILL);
        ::waitpid(sites[i], nullptr, 0);
    };
    start_site(0);
    start_site(1);
    std::mt19937_64 dice(11);
    std::map<std::string, int> killed;
    for (std::size_t i = 0; i < kills; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(40 + dice() % 200));
        const auto what = dice() % (postgres ? 4 : 3);
        if (what < 2) {
            kill_site(what);
            start_site(what);
            ++killed["site"];
        } else if (what == 2) {
            hub.kill();
            hub.start();
            tell_port();
            ++killed["hub"];
        } else {
            cluster->kill();
            cluster->start();
            ++killed["PostgreSQL"];
        }
    }
    kill_site(0);
    kill_site(1);
    m.open(0);
    m.open(1);
    for (int turn = 0; turn < 2; ++turn) {
        for (const auto& site : m.sites) {
            const auto report = round(*site, hub.port());
            ASSERT_TRUE(report) << report.error().text;
        }
    }
    EXPECT_EQ(m.digest(0), m.digest(1));
    std::uint64_t ops = 0;
    for (const auto& site : m.sites) {
        EXPECT_EQ(site->doubled(), 0u);
        EXPECT_EQ(site->replica().unacknowledged(), 0u);
        EXPECT_FALSE(site->stopped());
        ops += site->replica().head().seq;
    }
    // Each op of both is at both, once.
    for (const auto& site : m.sites) {
        EXPECT_EQ(site->replica().dossier(kDossier)->size(), ops);
        EXPECT_EQ(site->marks(), m.sites[0]->marks());
    }
    std::cout << "sync_kills";
    for (const auto& [what, count] : killed) std::cout << " " << count << " of a " << what;
    std::cout << ", " << ops << " ops\n";
    EXPECT_GT(ops, kills);
}
INSTANTIATE_TEST_SUITE_P(Sync, Kills, testing::Values("SQLite", "PostgreSQL"),
                         [](const auto& of) { return std::string(of.param); });

TEST(SyncService, AHubWhoseDatabaseIsAwayStartsAndTakesItUpWhenItComes) {
    tests::PostgresCluster cluster;
    cluster.start();
    const std::string store = cluster.url(cluster.create_schema());
    cluster.stop();
    Meeting m(1);
    tests::TemporaryDirectory folder;
    const auto root = folder.path() / "root.jwk";
    std::ofstream(root) << m.circle.root_jwk();
    HubProcess hub({"--store", store, "--sync-root", root});
    const auto status_of = [&](const std::string& method, const std::string& path,
                               const std::string& body) {
        WireClient client(hub.http_port());
        return client.request(method, path, "Content-Type: application/json\r\n", body);
    };
    EXPECT_EQ(status_of("GET", "/healthz", "").status, 200) << "calls go on without it";
    const HttpReply away = status_of("POST", "/v1/sync/challenge", "{}");
    EXPECT_EQ(away.status, 503);
    EXPECT_EQ(away.header("retry-after"), "5");
    EXPECT_EQ(status_of("PUT", "/v1/sync/circle", m.circle.jws()).status, 503);
    EXPECT_THAT(hub.log(), testing::HasSubstr("sync.store_away"));
    cluster.start();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (status_of("PUT", "/v1/sync/circle", m.circle.jws()).status != 204) {
        ASSERT_LT(std::chrono::steady_clock::now(), until) << hub.log();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    m.sites[0]->edit(kDossier, setting("a", 1));
    const auto report = round(*m.sites[0], hub.http_port());
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_EQ(report->ops_sent, 1u);
    const std::string log = hub.log();
    EXPECT_THAT(log, testing::HasSubstr("sync.store_here"));
    EXPECT_EQ(log.find("sync.store_away"), log.rfind("sync.store_away")) << "said once";
}

TEST(SyncService, AHubWithADatabaseThatIsOfNoUseSaysSoAtOnce) {
    Meeting m(1);
    tests::TemporaryDirectory folder;
    const auto root = folder.path() / "root.jwk";
    std::ofstream(root) << m.circle.root_jwk();
    for (const char* store : {"mysql://hub@db.example/sync", "postgresql://hub@[db/sync"}) {
        try {
            HubProcess hub({"--store", store, "--sync-root", root});
            FAIL() << store;
        } catch (const std::runtime_error& e) {
            EXPECT_THAT(e.what(), testing::HasSubstr("--store"));
        }
    }
}

TEST(SyncService, TwoNodesOnOnePostgresDoAsOne) {
    tests::PostgresCluster cluster;
    cluster.start();
    const std::string store = cluster.url(cluster.create_schema());
    Meeting m(2);
    RelayingHub one(m.circle, store);
    RelayingHub two(m.circle, store);
    m.sites[0]->edit(kDossier, setting("a", 1));
    ASSERT_TRUE(round(*m.sites[0], one.port()));
    m.sites[1]->edit(kDossier, setting("b", 2));
    ASSERT_TRUE(round(*m.sites[1], two.port()));
    // A ticket and a list of one node are good at the other, and it signs with the same key.
    ASSERT_TRUE(round(*m.sites[0], two.port()));
    EXPECT_EQ(m.digest(0), m.digest(1));
    one.kill();
    m.sites[0]->attach(kDossier, "scan", random_bytes(3 * 1024 * 1024 / 2));
    ASSERT_TRUE(round(*m.sites[0], two.port()));
    ASSERT_TRUE(round(*m.sites[1], two.port()));
    EXPECT_TRUE(m.sites[1]->attachment(kDossier, "scan"));
}

}  // namespace
}  // namespace sightline::integration
