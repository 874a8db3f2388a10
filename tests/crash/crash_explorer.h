// Cuts the power of a workload at every moment, in many ways, and looks at what is left.
//
// The workload runs once on the modelled disk of tests/support/crash_disk.h, and every call that
// changes the disk is kept. A state is that trace up to some call, a seeded choice of what of the
// unsynced survived, and nothing else: it can be made again from the seed and its number. For each
// one the workload is opened on the surviving files. In some, the power is cut a second time while
// it recovers, and it is opened on what is left then.
//
// A state is good if it opens without an error, PRAGMA integrity_check says ok, and the digest is
// the one after the last acknowledged operation or, if one had begun, the one after that. Anything
// else is `lost` (the contents are older, or were never there) or `corrupt`.
//
// Limits: those of the disk model; one connection writes; and what a program does after its power
// is cut is what it did in the recorded run, which is why operations must be repeatable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/crash/workload.h"
#include "tests/support/crash_vfs.h"

namespace sightline::tests {

struct Sweep {
    std::uint64_t seed = 1;
    std::size_t states = 5000;
    DiskSettings disk;
    std::size_t second_cut_one_in = 4;  // 0: never
};

enum class Verdict { Good, Lost, Corrupt };

struct Tally {
    std::string operation;
    std::size_t cuts = 0;  // moments
    std::size_t states = 0;
    std::size_t distinct = 0;     // of them, by what was left and what had to be there
    std::size_t second_cuts = 0;  // of the states
    std::size_t lost = 0;
    std::size_t corrupt = 0;
};
struct Failure {
    std::uint64_t number;
    Verdict verdict;
    std::string what;
};
struct Report {
    std::uint64_t seed = 0;
    std::vector<Tally> rows;  // the set-up, then by operation
    Tally total;
    std::vector<Failure> failures;  // the first few
    std::string table() const;
};

// What the outside was like at each moment of a run.
class Timeline {
  public:
    // Notes every change from now on, until `stop`. Both must outlive that.
    void record(const CrashVfs& vfs, Outside* outside);
    void stop();
    // A power cut after `events` calls finds one of the states between that call and the next.
    std::any at(std::size_t events, Dice& dice) const;

  private:
    struct Moment {
        std::size_t events;  // that had happened
        std::any state;
    };
    Outside* outside_ = nullptr;
    std::vector<Moment> moments_;
};

class CrashExplorer {
  public:
    // Runs the workload once. Both must outlive the explorer. Throws what the workload throws.
    CrashExplorer(CrashVfs& vfs, Workload& workload, const Sweep& sweep);

    // Every moment is visited equally often.
    Report run();
    // One state, told: where the power went, what became of each unsynced operation, the verdict.
    std::string replay(std::uint64_t number);

    std::size_t cuts() const { return trace_.size() + 1 - first_cut_; }

  private:
    struct Step {
        std::string name;
        std::size_t begin;  // events before it
        std::size_t end;    // events when it was acknowledged
    };
    struct State {
        std::size_t events;      // that happened
        std::size_t row;         // of the report
        std::size_t acked;       // operations
        bool in_flight = false;  // the next one had begun
    };
    struct Outcome {
        Verdict verdict = Verdict::Good;
        bool second_cut = false;
        std::string what;
    };

    State state_at(std::size_t events) const;
    Dice dice_of(std::uint64_t number) const {
        return Dice(sweep_.seed ^ (number * 0xD1342543DE82EF95));
    }
    Survival survival_of(std::uint64_t number) const;
    Outcome examine(const State& state, const Image& image, Dice& dice, std::string* story);
    // Opens the workload on `image`; the trace of that is the VFS's afterwards.
    Outcome check(const State& state, const Image& image, const std::any& outside, Dice& dice);

    CrashVfs& vfs_;
    Workload& workload_;
    Sweep sweep_;
    std::vector<Event> trace_;
    std::vector<Step> steps_;
    Timeline timeline_;
    Timeline recovery_;                 // of the state looked at last
    std::vector<std::string> digests_;  // before the first operation, then after each
    std::size_t first_cut_ = 0;         // events of the set-up
};

}  // namespace sightline::tests
