// What a hub that relays dossiers has of them: nothing that was planted in one is in its database,
// in that one's dump or processes, in its log or its memory, in clear or in base64; and what goes
// over the wire is hardly more than what is sealed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string.h>

#include <set>

#include "appliance/base/hex.h"
#include "tests/integration/relaying_hub.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/tcp_link.h"

namespace sightline::integration {
namespace {

// Whoever keeps it in base64 has one of three alignments of it; the ends depend on what is beside.
std::vector<std::string> spellings(const std::string& canary) {
    std::vector<std::string> all{canary};
    for (std::size_t shift = 0; shift < 3; ++shift) {
        const std::string text =
            base::to_base64url(base::as_bytes(std::string(shift, 'x') + canary + "xxx"));
        all.push_back(text.substr(4, text.size() - 10));
    }
    return all;
}

// As pg_dump writes bytes.
std::vector<std::string> in_hex(const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    all.reserve(texts.size());
    for (const std::string& text : texts) all.push_back(base::to_hex(base::as_bytes(text)));
    return all;
}

std::size_t found_in(const std::string& bytes, const std::vector<std::string>& texts) {
    std::size_t found = 0;
    for (const std::string& text : texts) {
        const char* at = bytes.data();
        const char* const end = at + bytes.size();
        // Not std::string::find, which takes minutes for a process's memory.
        while ((at = static_cast<const char*>(::memmem(at, static_cast<std::size_t>(end - at),
                                                       text.data(), text.size()))) != nullptr) {
            ++found;
            ++at;
        }
    }
    return found;
}

std::string all_files(const std::filesystem::path& folder) {
    std::string bytes;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
        if (file.is_regular_file()) bytes += read_file(file.path());
    }
    return bytes;
}

enum class Mappings { All, Private };

// What may be read of a process's memory.
std::string memory_of(pid_t pid, Mappings which = Mappings::All) {
    const std::string process = "/proc/" + std::to_string(pid);
    std::ifstream maps(process + "/maps");
    std::ifstream memory(process + "/mem", std::ios::binary);
    std::string bytes, line;
    while (std::getline(maps, line)) {
        unsigned long from = 0, to = 0;
        char rights[8] = "";
        if (std::sscanf(line.c_str(), "%lx-%lx %7s", &from, &to, rights) != 3) continue;
        if (rights[0] != 'r' || line.find("[v") != std::string::npos) continue;
        if (rights[3] == 's' && which == Mappings::Private) continue;
        if (to - from > (1ul << 28)) continue;  // reserved, and not in use
        std::string piece(to - from, '\0');
        memory.clear();
        memory.seekg(static_cast<std::streamoff>(from));
        memory.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        bytes += piece.substr(
            0, static_cast<std::size_t>(std::max<std::streamsize>(0, memory.gcount())));
    }
    return bytes;
}

const std::string kCanary = "Zq7-canary-of-a-dossier-Zq7";
const std::string kPathCanary = "zq8-canary-of-a-path-zq8";
const std::string kFileCanary = "Zq9-canary-of-a-document-Zq9";

std::vector<std::string> canaries() {
    std::vector<std::string> all;
    for (const auto* each : {&kCanary, &kPathCanary, &kFileCanary}) {
        for (auto& text : spellings(*each)) all.push_back(std::move(text));
    }
    return all;
}

std::vector<std::string> plant(JournalSite& site) {
    std::vector<std::string> sealed;
    for (int i = 0; i < 20; ++i) {
        sync::OpContent content = setting(kPathCanary + "/" + std::to_string(i),
                                          boost::json::string(kCanary + std::to_string(i)));
        content.author = "officer " + kCanary;
        sealed.emplace_back(site.edit(kDossier, content).sealed().substr(0, 60));
    }
    std::string document;
    while (document.size() < 1500000) document += kFileCanary;
    site.attach(kDossier, kPathCanary, document);
    return sealed;
}

TEST(BlindRelay, HasNoCanaryInItsDatabaseItsLogOrItsMemory) {
    Meeting m(2);
    RelayingHub hub(m.circle);
    const auto sealed = plant(*m.sites[0]);
    for (const auto& site : m.sites) ASSERT_TRUE(round(*site, hub.port()));
    ASSERT_TRUE(m.sites[1]->attachment(kDossier, kPathCanary));
    const std::string disk = all_files(hub.state());
    const std::string memory = memory_of(hub.process().pid());
    const std::string log = hub.process().log();
    EXPECT_EQ(found_in(disk, canaries()), 0u);
    EXPECT_EQ(found_in(memory, canaries()), 0u);
    EXPECT_EQ(found_in(log, canaries()), 0u);
    // Controls: the search finds what is there. A hub has the sealed part; a site the canary.
    EXPECT_GE(found_in(disk, sealed), sealed.size());
    EXPECT_GT(found_in(memory, {m.sites[0]->id().text()}) + found_in(memory, sealed), 0u);
    EXPECT_GT(found_in(memory_of(::getpid()), canaries()), 0u);
    std::cout << "blind_relay " << disk.size() / 1024 << " KiB of disk, " << memory.size() / 1024
              << " KiB of memory, " << log.size() << " bytes of log: 0 canaries\n";
}

// With the connection that the hub has just used. What they share is the same in all.
void search_processes(const tests::PostgresCluster& cluster,
                      const std::vector<std::string>& sealed) {
    ASSERT_NE(cluster.execute("public",
                              "SELECT count(*) FROM pg_stat_activity WHERE pid <> "
                              "pg_backend_pid() AND backend_type = 'client backend'"),
              "0");
    const auto processes = cluster.processes();
    std::size_t bytes = 0;
    std::size_t held = 0;
    for (const pid_t each : processes) {
        const std::string memory =
            memory_of(each, each == processes.front() ? Mappings::All : Mappings::Private);
        EXPECT_EQ(found_in(memory, canaries()), 0u);
        held += found_in(memory, sealed);
        bytes += memory.size();
    }
    EXPECT_GE(held, sealed.size());
    std::cout << "blind_relay " << bytes / 1024 << " KiB of memory of " << processes.size()
              << " processes of PostgreSQL: 0 canaries, " << held << " sealed parts\n";
}

TEST(BlindRelay, HasNoCanaryInItsPostgresItsProcessesOrItsDump) {
    tests::PostgresCluster cluster;
    cluster.start();
    const std::string schema = cluster.create_schema();
    Meeting m(2);
    RelayingHub hub(m.circle, cluster.url(schema));
    const auto sealed = plant(*m.sites[0]);
    for (const auto& site : m.sites) ASSERT_TRUE(round(*site, hub.port()));
    search_processes(cluster, sealed);
    const std::string dump = cluster.dump(schema);
    EXPECT_EQ(found_in(dump, canaries()), 0u);
    EXPECT_EQ(found_in(dump, in_hex(canaries())), 0u);
    EXPECT_GE(found_in(dump, in_hex(sealed)), sealed.size());
    cluster.stop();  // so that all is in its files
    const std::string disk = all_files(cluster.folder());
    EXPECT_EQ(found_in(disk, canaries()), 0u);
    EXPECT_GE(found_in(disk, sealed), sealed.size());
    std::cout << "blind_relay " << disk.size() / 1024 << " KiB of a cluster, " << dump.size() / 1024
              << " KiB of its dump: 0 canaries\n";
}

// A dossier as a mission has them: a form in some ops, and a scan.
TEST(BlindRelay, CostsHardlyMoreOnTheWireThanWhatIsSealed) {
    const std::size_t dossiers = times("SIGHTLINE_SYNC_DOSSIERS", 30);
    Meeting m(2);
    RelayingHub hub(m.circle);
    std::uint64_t sealed = 0;
    for (std::size_t i = 0; i < dossiers; ++i) {
        const auto dossier = sync::Pseudonym::from_value(0x9000 + i);
        sync::OpContent form{"officer 1", 1000, {}};
        for (int field = 0; field < 60; ++field) {
            form.changes.push_back({sync::Change::Kind::Set,
                                    "persons/1/field_" + std::to_string(field),
                                    boost::json::string("what is in it, some thirty letters")});
        }
        sealed += m.sites[0]->edit(dossier, form).sealed().size();
        for (int edit = 0; edit < 5; ++edit) {
            const auto op =
                m.sites[0]->edit(dossier, setting("need/remarks_" + std::to_string(edit),
                                                  boost::json::string(std::string(400, 'r'))));
            sealed += op.sealed().size();
        }
        sealed += m.sites[0]->attach(dossier, "scan", random_bytes(250000)).sealed().size();
    }
    sealed += bytes_in(m.folders.path() / "0" / "chunks");
    const auto over_tls = [&](JournalSite& site, std::uint16_t port) {
        asio::io_context io;
        hub_client::HubAddress where{{hub_client::Scheme::Https, "127.0.0.1", port}, {}};
        where.fingerprint = hub_client::read_fingerprint(hub.state() / "hub-cert.sha256").value();
        hub_client::HttpConnection connection(io.get_executor(), where,
                                              sync_client::kMaxAnswerBytes);
        sync_client::Round round(connection, site, {});
        auto report = asio::co_spawn(io, round.run(), asio::use_future);
        io.run();
        return report.get();
    };
    std::array<double, 2> ratio{};
    for (std::size_t i = 0; i < 2; ++i) {
        tests::TcpLink link(hub.process().https_port());
        const auto report = over_tls(*m.sites[i], link.port());
        ASSERT_TRUE(report) << report.error().text;
        ASSERT_TRUE(report->complete);
        ratio[i] = static_cast<double>(link.up() + link.down()) / static_cast<double>(sealed);
        EXPECT_LE(ratio[i], 1.15);
    }
    std::cout << "sync_wire " << dossiers << " dossiers, " << sealed / 1024
              << " KiB sealed; over TLS, both ways together: " << ratio[0] << " x up, " << ratio[1]
              << " x down\n";
}

}  // namespace
}  // namespace sightline::integration
