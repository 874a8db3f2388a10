// The victim of kill_sweep: a process that does the operations of a workload, one after the other,
// and writes the number of each on a line of standard output once it is acknowledged. It has no
// handler for anything: it is to be killed, and its system calls are to fail.
//
//   kill_writer --dir D --seed S --operations N [--first K] [--workload W]
//
// Exit 0 when all are done, 3 with a sentence on standard error when one was refused: what a
// program does that tells its user so and goes no further.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/crash/workloads.h"

int main(int argc, char** argv) {
    using namespace sightline::tests;
    CLI::App app("Does acknowledged operations until it is stopped.");
    Assignment assignment;
    std::size_t first = 0;
    bool lie = false;
    app.add_option("--workload", assignment.workload)->check(CLI::IsMember(workload_names()));
    app.add_option("--dir", assignment.directory)->required();
    app.add_option("--seed", assignment.seed);
    app.add_option("--operations", assignment.operations);
    app.add_option("--first", first, "this many were done by an earlier run");
    app.add_flag("--lie", lie, "acknowledge before it is done: the control of the sweep");
    CLI11_PARSE(app, argc, argv);

    const auto acknowledge = [](std::size_t number) {
        const std::string line = std::to_string(number) + "\n";
        return ::write(STDOUT_FILENO, line.data(), line.size()) ==
               static_cast<ssize_t>(line.size());
    };
    try {
        const auto workload = make_workload(assignment);
        const Opened opened(*workload);
        const auto operations = workload->operations();
        for (std::size_t i = first; i < operations.size(); ++i) {
            if (lie && !acknowledge(i + 1)) return 3;
            operations[i].run();
            if (!lie && !acknowledge(i + 1)) return 3;
        }
    } catch (const std::exception& e) {
        std::cerr << "kill_writer: " << e.what() << "\n";
        return 3;
    }
    return 0;
}
