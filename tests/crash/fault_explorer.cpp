#include "tests/crash/fault_explorer.h"

#include <algorithm>
#include <exception>

namespace sightline::tests {
namespace {

constexpr int kCutsPerFault = 4;
using Allowed = std::vector<std::string>;

Faults nth(Fault fault, std::size_t n) {
    Faults faults;
    (fault == Fault::WriteIsFull ? faults.write_is_full
     : fault == Fault::SyncFails ? faults.sync_fails
     : fault == Fault::ReadFails ? faults.read_fails
                                 : faults.read_is_short) = n;
    return faults;
}

bool fired(Fault fault, std::size_t n, const Calls& calls) {
    const std::size_t happened = fault == Fault::WriteIsFull ? calls.writes
                                 : fault == Fault::SyncFails ? calls.syncs
                                                             : calls.reads;
    return happened >= n;
}

class Explorer {
  public:
    Explorer(CrashVfs& vfs, Workload& workload, const DiskSettings& disk, std::uint64_t seed,
             Fault fault)
        : vfs_(vfs), workload_(workload), disk_(disk), dice_(seed), fault_(fault) {}

    FaultReport run() {
        record();
        for (std::size_t i = 0; i < digests_.size(); ++i) {
            for (std::size_t n = 1; one(i, n); ++n) {
            }
        }
        return std::move(report_);
    }

  private:
    // A power cut: what is left on the disk, and what was outside of it then.
    struct Cut {
        Image image;
        std::any outside;
    };
    struct Aftermath {
        Cut cut;
        Allowed allowed;
        std::string what;
    };

    // False: operation `index` makes fewer than `n` such calls.
    bool one(std::size_t index, std::size_t n) {
        vfs_.boot(disk_, {}, dice_.next());
        std::vector<Aftermath> aftermaths;
        bool met = false;
        {
            const Opened opened(workload_);
            const std::vector<Operation> operations = workload_.operations();
            for (std::size_t i = 0; i < index; ++i) operations[i].run();
            met = try_and_retry(operations[index], digests_[index], n, aftermaths);
        }
        if (!met) return false;
        ++report_.runs;
        for (const Aftermath& aftermath : aftermaths) check(aftermath);
        return true;
    }

    bool try_and_retry(const Operation& operation, const std::string& after, std::size_t n,
                       std::vector<Aftermath>& aftermaths) {
        const std::string where = operation.name + ", call " + std::to_string(n);
        const std::string before = workload_.digest();
        vfs_.inject(nth(fault_, n));
        // The power may go while the program still cleans up.
        std::vector<Cut> meanwhile;
        vfs_.before_each([&](const Event&) {
            if (fired(fault_, n, vfs_.calls())) {
                meanwhile.push_back(cut(Survival::Mixed));
            }
            return Power::On;
        });
        bool threw = false;
        try {
            operation.run();
        } catch (const std::exception&) {
            threw = true;
        }
        const bool met = fired(fault_, n, vfs_.calls());
        vfs_.inject({});
        vfs_.before_each(nullptr);
        if (!met) return false;
        add(aftermaths, meanwhile, {before, after}, where + ": under way");

        const std::string now = workload_.digest();
        if (now != after && (now != before || !threw)) {
            report_.violations.push_back(where + ": half done, or acknowledged and not done");
        }
        if (!threw) {
            add(aftermaths, cuts(), {after}, where + ": acknowledged");
            return true;
        }
        ++report_.refused;
        add(aftermaths, cuts(), {before, after}, where + ": refused");
        if (now != before) {
            ++report_.happened;
            return true;
        }
        try {
            operation.run();
        } catch (const std::exception& e) {
            report_.violations.push_back(where + ": refused again: " + e.what());
            return true;
        }
        add(aftermaths, cuts(), {after}, where + ": acknowledged when tried again");
        return true;
    }

    // What each operation makes when nothing fails.
    void record() {
        vfs_.boot(disk_);
        const Opened opened(workload_);
        for (const Operation& operation : workload_.operations()) {
            operation.run();
            digests_.push_back(workload_.digest());
        }
    }

    Cut cut(Survival survival) {
        Outside* const outside = workload_.outside();
        return {vfs_.disk().cut(survival, dice_), outside ? outside->state() : std::any()};
    }
    std::vector<Cut> cuts() {
        std::vector<Cut> cuts = {cut(Survival::None)};
        for (int i = 0; i < kCutsPerFault; ++i) cuts.push_back(cut(Survival::Mixed));
        return cuts;
    }
    static void add(std::vector<Aftermath>& aftermaths, const std::vector<Cut>& cuts,
                    const Allowed& allowed, const std::string& what) {
        for (const Cut& cut : cuts) aftermaths.push_back({cut, allowed, what});
    }

    void check(const Aftermath& aftermath) {
        ++report_.states;
        vfs_.boot(disk_, aftermath.cut.image, dice_.next());
        if (workload_.outside() != nullptr) workload_.outside()->set_state(aftermath.cut.outside);
        const auto violated = [&](const std::string& how) {
            report_.violations.push_back(aftermath.what + ", then a power cut: " + how);
        };
        try {
            const Opened opened(workload_);
            const std::string answer =
                workload_.sqlite().execAndGet("PRAGMA integrity_check").getString();
            if (answer != "ok") return violated(answer);
            const std::string digest = workload_.digest();
            if (std::find(aftermath.allowed.begin(), aftermath.allowed.end(), digest) ==
                aftermath.allowed.end()) {
                violated("other contents");
            }
        } catch (const std::exception& e) {
            violated(e.what());
        }
    }

    CrashVfs& vfs_;
    Workload& workload_;
    DiskSettings disk_;
    Dice dice_;
    Fault fault_;
    std::vector<std::string> digests_;  // after each operation
    FaultReport report_;
};

}  // namespace

FaultReport explore_faults(CrashVfs& vfs, Workload& workload, const DiskSettings& disk,
                           std::uint64_t seed, Fault fault) {
    return Explorer(vfs, workload, disk, seed, fault).run();
}

}  // namespace sightline::tests
