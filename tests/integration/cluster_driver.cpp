// The sites of deploy/cluster-test: two of them, each in a thread, write and sync all the time over
// two hubs on one store, whose servers the script kills.
// usage: cluster_driver STORE, a libpq URL with all servers
// It says on the standard output, and is told on the standard input:
//   hub PID             one of its hubs, at the start
//   ready               all runs
// > killed SECONDS      the primary was killed, at that Unix time
//   on_again A B        so many seconds after it the first, and the other site had a receipt for an
//                       op that it wrote after it; or `never`
// > end                 it stops writing, and compares all that was acknowledged with the primary
//   cluster_...         what it found; the exit code is 0 if nothing is wrong
// The end of the input stops it at once.
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <utility>

#include "appliance/base/random.h"
#include "tests/integration/relaying_hub.h"

namespace sightline::integration {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::system_clock;  // as the script's

// A dossier has bounds.
constexpr std::size_t kOpsInADossier = 500;
constexpr auto kPatience = 120s;

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

sync::Pseudonym dossier(std::size_t number) { return sync::Pseudonym::from_value(0xd055 + number); }

// Says when receipts came.
class WatchedSite : public tests::JournalSite {
  public:
    using JournalSite::JournalSite;

    std::function<void()> at_receipt = [] {};
    base::Result<void> take_receipt(std::string_view jws) override {
        const auto taken = JournalSite::take_receipt(jws);
        if (taken) at_receipt();
        return taken;
    }
};

// Writes and syncs in a thread of its own until it is stopped. `killed` and `went_on` may be called
// meanwhile, everything else after `stop`.
class Writer {
  public:
    Writer(const std::filesystem::path& folder, const tests::TestCircle& circle, std::size_t index,
           std::uint16_t port)
        : site_(folder, circle, index), port_(port) {
        site_.at_receipt = [this] { note_receipt(); };
        thread_ = std::jthread([this](const std::stop_token& stopped) { run(stopped); });
    }

    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }
    void killed(Clock::time_point at) {
        const std::lock_guard lock(mutex_);
        killed_at_ = at;
        went_on_at_.reset();
    }
    std::optional<double> went_on() {
        const std::lock_guard lock(mutex_);
        if (!went_on_at_) return std::nullopt;
        return seconds_between(*killed_at_, *went_on_at_);
    }

    // Of all its ops in order, from number 1.
    struct Written {
        sync::OpHash hash;
        Clock::time_point at;
    };
    const std::vector<Written>& written() const { return written_; }
    std::size_t acknowledged() const {
        return site_.replica().head().seq - site_.replica().unacknowledged();
    }
    WatchedSite& site() { return site_; }
    // Rounds that failed, by what was said.
    const std::map<std::string, std::size_t>& failures() const { return failures_; }

    base::Result<RoundReport> meet() {
        auto report = round(site_, port_);
        if (!report) ++failures_[report.error().text];
        return report;
    }

  private:
    void run(const std::stop_token& stopped) {
        std::mt19937_64 dice(base::random_u64());
        while (!stopped.stop_requested()) {
            for (std::uint64_t i = dice() % 3; i > 0; --i) write(dice);
            if (!meet()) std::this_thread::sleep_for(100ms);
            std::this_thread::sleep_for(std::chrono::milliseconds(dice() % 100));
        }
    }
    void write(std::mt19937_64& dice) {
        const auto at = Clock::now();
        const sync::OpContent content = setting("notes/" + std::to_string(dice() % 50) + "/text",
                                                static_cast<std::int64_t>(dice() % 1000));
        const auto op = site_.edit(dossier(written_.size() / kOpsInADossier), content);
        written_.push_back({op.hash(), at});
    }
    void note_receipt() {
        const std::size_t until = acknowledged();
        if (until == 0) return;
        const std::lock_guard lock(mutex_);
        if (!killed_at_ || went_on_at_ || written_[until - 1].at <= *killed_at_) return;
        went_on_at_ = Clock::now();
    }

    WatchedSite site_;
    std::uint16_t port_;
    std::vector<Written> written_;
    std::map<std::string, std::size_t> failures_;
    std::mutex mutex_;
    std::optional<Clock::time_point> killed_at_, went_on_at_;
    std::jthread thread_;
};

using Writers = std::array<std::unique_ptr<Writer>, 2>;

// The rows of the primary, as text.
std::vector<std::vector<std::string>> query(const std::string& store, const char* sql) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(store.c_str()),
                                                                  &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql),
                                                               &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        throw std::runtime_error(std::string(sql) + ": " + PQerrorMessage(connection.get()));
    }
    std::vector<std::vector<std::string>> rows;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        auto& columns = rows.emplace_back();
        for (int column = 0; column < PQnfields(result.get()); ++column) {
            columns.emplace_back(PQgetvalue(result.get(), row, column));
        }
    }
    return rows;
}

// How often each op is in the primary.
std::map<sync::OpHash, std::size_t> ops_in(const std::string& store) {
    std::map<sync::OpHash, std::size_t> ops;
    for (const auto& row : query(store, "SELECT encode(hash, 'base64') FROM op")) {
        std::string text = row.front();
        std::erase(text, '=');
        std::replace(text.begin(), text.end(), '+', '-');
        std::replace(text.begin(), text.end(), '/', '_');
        ++ops[sync::hash_from_text(text).value()];
    }
    return ops;
}

std::size_t lost(const std::map<sync::OpHash, std::size_t>& there, const Writer& writer,
                 std::size_t until) {
    std::size_t lost = 0;
    for (std::size_t i = 0; i < until; ++i) {
        if (!there.contains(writer.written()[i].hash)) ++lost;
    }
    return lost;
}

// Both have all that there is.
bool catch_up(Writers& writers) {
    const auto until = Clock::now() + kPatience;
    for (int turn = 0; turn < 2; ++turn) {
        for (const auto& writer : writers) {
            for (bool done = false; !done;) {
                const auto report = writer->meet();
                done = report && report->complete;
                if (!done && Clock::now() > until) return false;
                if (!done) std::this_thread::sleep_for(200ms);
            }
        }
    }
    return true;
}

bool are_equal(Writers& writers, std::size_t ops) {
    auto& one = writers[0]->site();
    auto& two = writers[1]->site();
    bool equal = one.marks() == two.marks();
    std::size_t found = 0;
    for (std::size_t i = 0;; ++i) {
        const auto* left = one.replica().dossier(dossier(i));
        const auto* right = two.replica().dossier(dossier(i));
        if (left == nullptr && right == nullptr) break;
        if (left == nullptr || right == nullptr) return false;
        equal = equal && left->state().digest() == right->state().digest() &&
                left->size() == right->size();
        found += left->size();
    }
    return equal && found == ops;
}

// Prints all, and says whether it is as it must be.
bool compare(Writers& writers, const std::string& store) {
    for (const auto& writer : writers) writer->stop();
    std::size_t acknowledged = 0;
    std::size_t gone = 0;
    // Before anybody could send again what is missing.
    const auto before = ops_in(store);
    for (const auto& writer : writers) {
        acknowledged += writer->acknowledged();
        gone += lost(before, *writer, writer->acknowledged());
    }
    const bool caught_up = catch_up(writers);
    const auto after = ops_in(store);
    std::size_t written = 0, doubled = 0;
    bool stopped = false;
    for (const auto& writer : writers) {
        written += writer->written().size();
        gone += lost(after, *writer, writer->written().size());
        doubled += writer->site().doubled();
        stopped = stopped || writer->site().stopped() ||
                  writer->acknowledged() != writer->written().size();
    }
    for (const auto& [hash, count] : after) doubled += count - 1;
    const auto tables = query(store,
                              "SELECT (SELECT count(*) FROM fork), (SELECT count(*) FROM op),"
                              " (SELECT max(position) FROM op)")
                            .front();
    const bool whole = tables[1] == std::to_string(written) && tables[2] == tables[1];
    const bool equal = are_equal(writers, written);
    std::cout << "cluster_ops " << written << " written by two sites, " << acknowledged
              << " acknowledged before the last round; " << tables[1] << " in the primary, " << gone
              << " lost, " << doubled << " doubled, " << tables[0] << " forks; sites "
              << (equal ? "equal" : "NOT EQUAL") << (stopped ? ", A SITE IS STOPPED OR WAITS" : "")
              << (caught_up ? "" : ", THE LAST ROUND WAS NOT COMPLETE")
              << (whole ? "" : ", POSITIONS HAVE HOLES") << "\n";
    std::map<std::string, std::size_t> failures;
    for (const auto& writer : writers) {
        for (const auto& [text, count] : writer->failures()) failures[text] += count;
    }
    for (const auto& [text, count] : failures) {
        std::cout << "cluster_failed_rounds " << count << ": " << text << "\n";
    }
    std::cout << std::flush;
    return gone == 0 && doubled == 0 && tables[0] == "0" && whole && equal && !stopped && caught_up;
}

void tell_when_it_goes_on(Writers& writers, double killed_at) {
    const Clock::time_point at(
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(killed_at)));
    for (const auto& writer : writers) writer->killed(at);
    while (Clock::now() < at + kPatience) {
        const auto one = writers[0]->went_on();
        const auto two = writers[1]->went_on();
        if (one && two) {
            std::printf("on_again %.1f %.1f\n", std::min(*one, *two), std::max(*one, *two));
            std::fflush(stdout);
            return;
        }
        std::this_thread::sleep_for(20ms);
    }
    std::cout << "never" << std::endl;
}

int drive(const std::string& store) {
    const tests::TestCircle circle(2);
    const tests::TemporaryDirectory folder;
    std::array<std::unique_ptr<RelayingHub>, 2> hubs;
    Writers writers;
    for (std::size_t i = 0; i < writers.size(); ++i) {
        hubs[i] = std::make_unique<RelayingHub>(circle, store);
        std::cout << "hub " << hubs[i]->process().pid() << std::endl;
        writers[i] =
            std::make_unique<Writer>(folder.path() / std::to_string(i), circle, i, hubs[i]->port());
    }
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        if (line == "end") return compare(writers, store) ? 0 : 1;
        if (line.starts_with("killed ")) tell_when_it_goes_on(writers, std::stod(line.substr(7)));
    }
    return 1;
}

}  // namespace
}  // namespace sightline::integration

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: cluster_driver STORE; see deploy/cluster-test\n";
        return 2;
    }
    try {
        return sightline::integration::drive(argv[1]);
    } catch (const std::exception& e) {
        std::cerr << "cluster_driver: " << e.what() << "\n";
        return 1;
    }
}
