// Kills a process that keeps a record, again and again, at every kind of system call; lets its
// calls fail; fills its disk up. After each time the record is opened, and everything that was
// acknowledged has to be in it, and nothing half: integrity_check ok, and the contents are those
// after the last acknowledged operation, or after the one in flight.
//
//   kill_sweep --cycles 1000 --seed 1
//
// Three of four cycles kill, the fourth lets a call fail, once or from then on. Half of them begin
// with an empty directory and go through every moment of every call in a shuffled order; the other
// half go on with what the one before left, so that recoveries are
// interrupted too. This is about real processes and the real unix VFS. A kill loses nothing that
// the kernel has: power cuts are crash_sweep's matter.
//
// Exit 0: no violation (with --control: some); 1: otherwise; 77: strace cannot run here.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <random>
#include <utility>

#include "tests/crash/full_disk.h"
#include "tests/crash/victim.h"
#include "tests/support/crash_disk.h"

namespace {

using namespace sightline::tests;

constexpr std::size_t kDiskBytes = std::size_t{512} * 1024;

struct Tally {
    std::size_t kills = 0;
    std::size_t errors = 0;     // a call failed and the operation was refused
    std::size_t full = 0;       // the disk was full and the operation refused
    std::size_t untouched = 0;  // the run ended before the injection was due, or bore it
    std::size_t in_flight = 0;  // the operation that was not acknowledged was there
    std::size_t violations = 0;
};

class KillSweep {
  public:
    KillSweep(const Victim& victim, Assignment assignment, std::uint64_t seed)
        : victim_(victim), assignment_(std::move(assignment)), dice_(seed) {
        record();
        plan(seed);
    }

    void cycles(std::size_t count) {
        std::optional<TemporaryDirectory> chain;
        std::size_t done = 0;  // operations in the chain's record
        for (std::size_t i = 0; i < count; ++i) {
            Plan& plan = dice_.below(4) == 0 ? failures_ : kills_;
            if (i % 2 == 0) {
                const TemporaryDirectory fresh;
                one(fresh.path(), 0, plan.moments[plan.next++ % plan.moments.size()]);
                continue;
            }
            if (!chain || done == assignment_.operations) {
                chain.emplace();
                done = 0;
            }
            Injection injection = plan.moments[dice_.below(plan.moments.size())];
            const auto left = assignment_.operations - done;
            injection.at = 1 + (injection.at - 1) * left / assignment_.operations;
            const auto now = one(chain->path(), done, injection);
            if (now) {
                done = *now;
            } else {
                chain.reset();
            }
        }
    }

    // Ever less room, down to none.
    void fill(FullDisk& disk, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            disk.clear();
            disk.leave(dice_.below(kDiskBytes / 4));
            const Run run = run_in(disk.path(), 0, {});
            if (run.end == End::Refused) ++tally_.full;
            const std::string what = "full disk, cycle " + std::to_string(i);
            // Still full: opening must need no room.
            if (run.acknowledged > 0) verify(disk.path(), run, what + ", still full");
            disk.remove_filler();
            const auto done = verify(disk.path(), run, what);
            if (!done) continue;
            const Run rest = run_in(disk.path(), *done, {});
            if (rest.end != End::Done) violation(what + ": it did not go on when there was room");
            verify(disk.path(), rest, what + ", finished");
        }
    }

    const Tally& tally() const { return tally_; }
    std::size_t moments() const { return kills_.moments.size() + failures_.moments.size(); }

  private:
    // Every moment of every call, shuffled.
    struct Plan {
        std::vector<Injection> moments;
        std::size_t next = 0;
    };

    // What the record says after each number of operations, from an undisturbed run.
    void record() {
        const TemporaryDirectory directory;
        const auto workload = workload_in(directory.path());
        const Opened opened(*workload);
        digests_.push_back(workload->digest());
        for (const Operation& operation : workload->operations()) {
            operation.run();
            digests_.push_back(workload->digest());
            const std::size_t n = digests_.size();
            if (digests_[n - 1] == digests_[n - 2]) {
                throw std::logic_error(operation.name +
                                       " changes nothing: its loss would not show");
            }
        }
    }

    void plan(std::uint64_t seed) {
        const TemporaryDirectory directory;
        Assignment dry = assignment_;
        dry.directory = directory.path();
        const auto counts = victim_.count_calls(dry);
        const auto add = [&](Plan& plan, const char* call, const char* how, bool from_then_on) {
            const auto it = counts.find(call);
            if (it == counts.end()) return;
            for (std::size_t at = it->second.before + 1; at <= it->second.all; ++at) {
                plan.moments.push_back({call, how, at, from_then_on});
            }
        };
        for (const char* call :
             {"fdatasync", "fsync", "pwrite64", "ftruncate", "unlink", "write"}) {
            add(kills_, call, "signal=KILL", false);
        }
        for (const char* call : {"fdatasync", "fsync", "pwrite64", "pread64", "ftruncate"}) {
            add(failures_, call, "error=EIO", false);
            add(failures_, call, "error=EIO", true);
        }
        add(failures_, "pwrite64", "error=ENOSPC", false);
        add(failures_, "pwrite64", "error=ENOSPC", true);
        std::mt19937_64 order(seed);
        for (Plan* plan : {&kills_, &failures_}) {
            std::shuffle(plan->moments.begin(), plan->moments.end(), order);
        }
    }

    std::unique_ptr<Workload> workload_in(const std::filesystem::path& directory) const {
        Assignment there = assignment_;
        there.directory = directory;
        return make_workload(there);
    }
    Run run_in(const std::filesystem::path& directory, std::size_t first,
               const Injection& injection) const {
        Assignment there = assignment_;
        there.directory = directory;
        return victim_.run(there, first, injection);
    }

    // How many operations the record has now; nullopt after a violation.
    std::optional<std::size_t> one(const std::filesystem::path& directory, std::size_t first,
                                   const Injection& injection) {
        const Run run = run_in(directory, first, injection);
        if (run.end == End::Killed) ++tally_.kills;
        if (run.end == End::Refused) ++tally_.errors;
        if (run.end == End::Done) ++tally_.untouched;
        if (run.end == End::Broken) {
            violation(injection.text() + ": the writer ended in a way it should not");
            return std::nullopt;
        }
        return verify(directory, run,
                      injection.text() + " after " + std::to_string(first) + " operations");
    }

    std::optional<std::size_t> verify(const std::filesystem::path& directory, const Run& run,
                                      const std::string& what) {
        try {
            const auto workload = workload_in(directory);
            const Opened opened(*workload);
            const std::string answer =
                workload->sqlite().execAndGet("PRAGMA integrity_check").getString();
            const std::string digest = workload->digest();
            const std::size_t acked = run.acknowledged;
            if (answer != "ok") {
                violation(what + ": " + answer);
            } else if (digest == digests_[acked]) {
                return acked;
            } else if (acked + 1 < digests_.size() && digest == digests_[acked + 1]) {
                ++tally_.in_flight;
                return acked + 1;
            } else {
                violation(what + ": not as after " + std::to_string(acked) +
                          " operations, nor as after the next");
            }
        } catch (const std::exception& e) {
            violation(what + ": " + e.what());
        }
        return std::nullopt;
    }

    void violation(const std::string& what) {
        if (++tally_.violations <= 20) std::cout << "VIOLATION " << what << "\n";
    }

    const Victim& victim_;
    Assignment assignment_;
    Dice dice_;
    std::vector<std::string> digests_;
    Plan kills_;
    Plan failures_;
    Tally tally_;
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Kills a process that keeps a record, and looks at what it kept.");
    Assignment assignment;
    std::string writer = KILL_WRITER;
    std::size_t cycles = 1000;
    std::size_t full = 100;
    std::uint64_t seed = 1;
    bool control = false;
    app.add_option("--cycles", cycles, "kills and failing calls");
    app.add_option("--full", full, "times that the disk is filled up");
    app.add_option("--seed", seed);
    app.add_option("--workload", assignment.workload)->check(CLI::IsMember(workload_names()));
    app.add_option("--operations", assignment.operations);
    app.add_option("--writer", writer, "a program that takes what kill_writer takes");
    app.add_flag("--control", control, "the writer acknowledges too early: expect violations");
    CLI11_PARSE(app, argc, argv);
    assignment.seed = seed;

    const Victim victim(writer, control ? Honesty::AcknowledgesEarly : Honesty::Honest);
    const auto begin = std::chrono::steady_clock::now();
    std::optional<KillSweep> sweep;
    try {
        sweep.emplace(victim, assignment, seed);
    } catch (const std::runtime_error& e) {
        std::cout << "SKIPPED: " << e.what() << "\n";
        return 77;
    }
    sweep->cycles(cycles);
    std::string why;
    if (full > 0) {
        if (auto disk = FullDisk::mount(kDiskBytes, why)) {
            sweep->fill(*disk, full);
        } else {
            std::cout << "SKIPPED the full disk: " << why << "\n";
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const Tally& t = sweep->tally();
    std::printf(
        "kill_sweep workload=%s seed=%llu moments=%zu cycles=%zu kills=%zu refused=%zu full=%zu "
        "untouched=%zu "
        "in_flight_kept=%zu violations=%zu seconds=%.1f\n",
        assignment.workload.c_str(), static_cast<unsigned long long>(seed), sweep->moments(),
        cycles, t.kills, t.errors, t.full, t.untouched, t.in_flight, t.violations, took.count());
    if (cycles > 20 && (t.kills == 0 || t.errors == 0)) {
        std::cout << "nothing was killed, or no call failed: this proves nothing\n";
        return 1;
    }
    return (t.violations > 0) == control ? 0 : 1;
}
