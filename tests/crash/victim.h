// Runs kill_writer under strace(1), which kills it at a system call or makes that call fail, and
// tells what it had acknowledged by then.
//
// strace kills on entry: the call does not happen, all before it did. A failing call does not
// happen either. The counts are per system call and process (strace(1), "when"). --seccomp-bpf
// would be faster, but strace 6.1 then delivers no signal.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "tests/crash/workloads.h"

namespace sightline::tests {

struct Injection {
    std::string call;    // "fdatasync", "pwrite64", ...; empty: none
    std::string how;     // "signal=KILL", "error=EIO", "error=ENOSPC"
    std::size_t at = 1;  // counted from 1
    bool from_then_on = false;
    std::string text() const;
};

enum class End { Done, Refused, Killed, Broken };
struct Run {
    End end = End::Broken;
    std::size_t acknowledged = 0;  // operations, including those of earlier runs
};

enum class Honesty { Honest, AcknowledgesEarly };

class Victim {
  public:
    // Throws std::runtime_error, here and below, if strace or the writer cannot be started.
    Victim(std::filesystem::path writer, Honesty honesty)
        : writer_(std::move(writer)), honesty_(honesty) {}

    // `first`: how many operations are done already. Returns when the process is gone.
    Run run(const Assignment& assignment, std::size_t first, const Injection& injection) const;

    // How often a whole run makes each of these calls, from the first one on the database on.
    struct Count {
        std::size_t before = 0;  // by the loader
        std::size_t all = 0;
    };
    std::map<std::string, Count> count_calls(const Assignment& assignment) const;

  private:
    std::vector<std::string> command(const Assignment& assignment, std::size_t first) const;

    std::filesystem::path writer_;
    Honesty honesty_;
};

}  // namespace sightline::tests
