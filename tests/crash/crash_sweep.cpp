// The long run of the crash explorer: the kiosk's record and raw TRUNCATE/FULL must lose nothing,
// the controls must lose something. Exit 0 if so, 1 if not, 2 for bad arguments.
//
//   crash_sweep --states 100000 --seed 1                       everything
//   crash_sweep --only truncate-full --replay 4711 --seed 1    one state, told
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>

#include "tests/crash/crash_explorer.h"
#include "tests/crash/raw_workload.h"
#include "tests/crash/store_workload.h"
#include "tests/support/temporary_directory.h"

namespace {

using namespace sightline::tests;

enum class Expected { Nothing, Losses };
struct Subject {
    std::string name;
    Expected expected;
    std::function<std::unique_ptr<Workload>()> make;
};

std::vector<Subject> subjects(const std::filesystem::path& directory) {
    const auto raw = [](const RawModes& modes) {
        return [modes] { return std::make_unique<RawWorkload>(modes); };
    };
    return {{"delete-full", Expected::Losses, raw({"DELETE", "FULL"})},
            {"truncate-off", Expected::Losses, raw({"TRUNCATE", "OFF"})},
            {"wal-normal", Expected::Losses, raw({"WAL", "NORMAL"})},
            {"truncate-full", Expected::Nothing, raw({"TRUNCATE", "FULL"})},
            {"store", Expected::Nothing, [directory] {
                 return std::make_unique<StoreWorkload>(directory, DeviceKind::Memory, 1,
                                                        StoreWorkload::kOneOfEach);
             }}};
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Cuts the power of the store's workloads at every moment.");
    Sweep sweep;
    sweep.states = 100'000;
    std::string only;
    std::optional<std::uint64_t> replay;
    bool power_safe = false;
    app.add_option("--states", sweep.states, "of each workload");
    app.add_option("--seed", sweep.seed);
    app.add_option("--sector", sweep.disk.sector_bytes)->check(CLI::IsMember({512, 4096}));
    app.add_flag("--power-safe-overwrite", power_safe, "what the unix VFS says of every disk");
    app.add_option("--only", only, "delete-full, truncate-off, wal-normal, truncate-full, store");
    app.add_option("--replay", replay, "tell this state of the one workload")->needs("--only");
    CLI11_PARSE(app, argc, argv);
    if (power_safe) sweep.disk.overwrite = Overwrite::PowerSafe;

    const TemporaryDirectory directory;
    CrashVfs vfs("crash");
    bool as_expected = true;
    for (const Subject& subject : subjects(directory.path())) {
        if (!only.empty() && only != subject.name) continue;
        const auto workload = subject.make();
        const auto begin = std::chrono::steady_clock::now();
        CrashExplorer explorer(vfs, *workload, sweep);
        if (replay) {
            std::cout << explorer.replay(*replay);
            continue;
        }
        const Report report = explorer.run();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        std::cout << "== " << subject.name << ", " << sweep.disk.sector_bytes << "-byte sectors, "
                  << (power_safe ? "power-safe" : "unsafe") << " overwrite\n"
                  << report.table();
        std::printf("%zu states in %.1f s, %.0f/s\n\n", report.total.states, took.count(),
                    static_cast<double>(report.total.states) / took.count());
        std::fflush(stdout);
        const bool none = report.total.lost + report.total.corrupt == 0;
        if (none != (subject.expected == Expected::Nothing)) as_expected = false;
    }
    std::cout << (as_expected ? "as expected\n" : "NOT AS EXPECTED\n");
    return as_expected ? 0 : 1;
}
