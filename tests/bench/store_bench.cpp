// What the sealed store costs on this disk, as lines of `name value unit`: erasing one of 10,000
// dossiers, unlocking them, looking into one, writing beside bare SQLite with the same pragmas, and
// the audit log at a million leaves. The device secret lies in files, as without a TPM.
//
//   store_bench [DIRECTORY [PART...]]   where the databases go: on the disk that is to be measured;
//                                       parts: unlock look commit erase million (all of them)
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hardware/file_secret.h"
#include "storage/case_repository.h"
#include "storage/erasure.h"
#include "storage/store.h"
#include "storage/transaction.h"

namespace {

using namespace sightline;
using namespace sightline::storage;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kDossiers = 10'000;
constexpr std::size_t kRecords = 5;
constexpr std::size_t kErasures = 7;
constexpr std::size_t kLooks = 1000;
constexpr std::size_t kCommits = 1500;
constexpr std::uint64_t kLeaves = 1'000'000;
constexpr std::size_t kProofs = 2000;

const CaseRepository::Said kSaid{"staff 1", model::RecordTime(std::chrono::hours(1))};

void say(const char* name, double value, const char* unit) {
    std::printf("%s %.3f %s\n", name, value, unit);
    std::fflush(stdout);
}

template <class Body>
double milliseconds(Body body) {
    const auto begin = Clock::now();
    body();
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double quantile(std::vector<double> all, double q) {
    std::sort(all.begin(), all.end());
    return all[static_cast<std::size_t>(q * static_cast<double>(all.size() - 1))];
}

model::Note note(std::size_t text_bytes) {
    return {base::RecordId::random(),     {}, {},   kSaid.at, "interviewer 1", "?",
            std::string(text_bytes, 'n'), "", false};
}

class Bench {
  public:
    explicit Bench(std::filesystem::path directory)
        : directory_(std::move(directory)),
          device_(std::move(hardware::FileSecret::open(directory_ / "device")).value()) {
        store_.emplace(directory_ / "store.db", *device_);
        store_->initialise(pin()).value();
    }

    void fill() {
        for (std::size_t done = 0; done < kDossiers; done += 500) {
            store_->write([&](Transaction& transaction) {
                for (std::size_t i = 0; i < 500; ++i) {
                    const auto id = transaction.create({kSaid.at, {}, false});
                    transaction.set_tokens(id, {store_->token("case number", id.text())});
                    for (std::size_t j = 0; j < kRecords; ++j) {
                        const auto record = note(300);
                        transaction.put(id, record.id, RecordKind::Note, encode(record));
                    }
                    transaction.audit(kSaid.at, kSaid.by, audit::Action::DossierCreated, id, "");
                }
            });
        }
        say("dossiers", static_cast<double>(store_->dossiers().size() - 1), "dossiers");
    }

    void unlock() {
        store_.reset();
        store_.emplace(directory_ / "store.db", *device_);
        say("unlock_with_pin", milliseconds([&] { store_->unlock(pin()).value(); }), "ms");
        const auto kept = store_->keep();
        store_.reset();
        store_.emplace(directory_ / "store.db", *device_);
        say("unlock_kept", milliseconds([&] { store_->unlock_kept(kept.reveal()).value(); }), "ms");
    }

    void erase() {
        std::vector<double> times;
        for (std::size_t i = 0; i < kErasures; ++i) {
            const auto id = store_->dossiers()[100 * i + 7];
            times.push_back(milliseconds([&] {
                Erasure(*store_).erase({{id}, "retention", "kiosk", kSaid.at}).value();
            }));
        }
        say("erase_one_of_10000_median", quantile(times, 0.5), "ms");
        say("erase_one_of_10000_max", quantile(times, 1), "ms");
    }

    void look() {
        CaseRepository cases(*store_);
        const auto id = cases.create({base::RecordId::random(), "to look at", ""}, kSaid).value();
        for (int i = 0; i < 19; ++i) cases.put(id, note(300), kSaid).value();
        std::vector<double> times;
        for (std::size_t i = 0; i < kLooks; ++i) {
            times.push_back(milliseconds([&] { cases.open(id, kSaid).value(); }));
        }
        say("open_dossier_of_20_p50", quantile(times, 0.5), "ms");
        say("open_dossier_of_20_p99", quantile(times, 0.99), "ms");
    }

    // One after the other on the same disk, so that both have the same disturbance.
    void commit() {
        SQLite::Database bare((directory_ / "bare.db").string(),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        bare.execAndGet("PRAGMA journal_mode=TRUNCATE");
        bare.exec("PRAGMA synchronous=FULL");
        bare.exec("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
        SQLite::Statement insert(bare, "INSERT INTO row (body) VALUES (?)");
        CaseRepository cases(*store_);
        const auto id = cases.create({base::RecordId::random(), "to write to", ""}, kSaid).value();
        const std::string body = std::string(base::as_text(encode(note(230))));
        std::vector<double> ours, theirs;
        double sum_ours = 0, sum_theirs = 0;
        for (std::size_t i = 0; i < kCommits; ++i) {
            ours.push_back(milliseconds([&] { cases.put(id, note(230), kSaid).value(); }));
            theirs.push_back(milliseconds([&] {
                insert.bind(1, body.data(), static_cast<int>(body.size()));
                insert.exec();
                insert.reset();
            }));
            sum_ours += ours.back();
            sum_theirs += theirs.back();
        }
        say("note_bytes", static_cast<double>(body.size()), "bytes");
        say("commit_store", 1000 * kCommits / sum_ours, "commits/s");
        say("commit_bare_sqlite", 1000 * kCommits / sum_theirs, "commits/s");
        say("commit_ratio", sum_theirs / sum_ours, "of bare SQLite");
        say("commit_ratio_of_medians", quantile(theirs, 0.5) / quantile(ours, 0.5),
            "of bare SQLite");
    }

    void million() {
        const double fill = milliseconds([&] {
            while (store_->audit().frontier().size() < kLeaves) {
                const auto more =
                    std::min<std::uint64_t>(50'000, kLeaves - store_->audit().frontier().size());
                store_->write([&](Transaction& transaction) {
                    for (std::uint64_t i = 0; i < more; ++i) {
                        transaction.audit(kSaid.at, kSaid.by, audit::Action::BackupMade,
                                          std::nullopt, "");
                    }
                });
            }
        });
        say("audit_append", fill * 1000 / kLeaves, "us/leaf");
        const auto kept = store_->keep();
        store_.reset();
        store_.emplace(directory_ / "store.db", *device_);
        say("unlock_kept_with_1000000_leaves",
            milliseconds([&] { store_->unlock_kept(kept.reveal()).value(); }), "ms");
        const auto head = store_->audit().frontier();
        std::vector<double> restores;
        for (int i = 0; i < 50; ++i) {
            restores.push_back(milliseconds([&] {
                if (!store_->audit().load(head.size(), head.root())) std::abort();
            }));
        }
        say("frontier_restore_p50", quantile(restores, 0.5), "ms");
        std::vector<double> proofs;
        std::uint64_t leaf = 0;
        for (std::size_t i = 0; i < kProofs; ++i) {
            leaf = (leaf + 611'953) % kLeaves;
            proofs.push_back(milliseconds([&] { store_->audit().inclusion(leaf).value(); }));
        }
        say("inclusion_proof_p50", quantile(proofs, 0.5), "ms");
        say("inclusion_proof_p99", quantile(proofs, 0.99), "ms");
    }

  private:
    static base::Secret pin() { return base::Secret(std::string_view("246810")); }

    std::filesystem::path directory_;
    std::unique_ptr<hardware::DeviceSecret> device_;
    std::optional<Store> store_;
};

void say_load() {
    double load = 0;
    std::ifstream("/proc/loadavg") >> load;
    say("load_average", load, "1min");
}

}  // namespace

int main(int argc, char** argv) {
    std::string directory =
        (std::filesystem::path(argc > 1 ? argv[1] : "/var/tmp") / "store_bench.XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr) {
        std::perror(directory.c_str());
        return 1;
    }
    try {
        say_load();
        Bench bench(directory);
        const std::vector<std::string> parts(argv + std::min(argc, 2), argv + argc);
        const auto wanted = [&](const char* part) {
            return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
        };
        bench.fill();
        if (wanted("unlock")) bench.unlock();
        if (wanted("look")) bench.look();
        if (wanted("commit")) bench.commit();
        if (wanted("erase")) bench.erase();
        if (wanted("million")) bench.million();
        say_load();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "store_bench: %s\n", e.what());
        std::filesystem::remove_all(directory);
        return 1;
    }
    std::filesystem::remove_all(directory);
    return 0;
}
