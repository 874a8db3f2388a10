#include "tests/crash/victim.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace sightline::tests {
namespace {

// Runs it with standard output into `output` and standard error into nothing; the wait(2) status.
int run_command(const std::vector<std::string>& command, std::string& output) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe: no descriptor is left");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = -1;
    const int error =
        ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) {
        ::close(ends[0]);
        throw std::runtime_error("start " + command[0] + ": " +
                                 std::generic_category().message(error));
    }
    char buffer[4096];
    for (ssize_t n; (n = ::read(ends[0], buffer, sizeof(buffer))) > 0;) {
        output.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

}  // namespace

std::string Injection::text() const {
    if (call.empty()) return "nothing injected";
    return call + ":" + how + ":when=" + std::to_string(at) + (from_then_on ? "+" : "");
}

std::vector<std::string> Victim::command(const Assignment& assignment, std::size_t first) const {
    std::vector<std::string> command = {writer_,
                                        "--workload",
                                        assignment.workload,
                                        "--dir",
                                        assignment.directory,
                                        "--seed",
                                        std::to_string(assignment.seed),
                                        "--operations",
                                        std::to_string(assignment.operations),
                                        "--first",
                                        std::to_string(first)};
    if (honesty_ == Honesty::AcknowledgesEarly) command.emplace_back("--lie");
    return command;
}

Run Victim::run(const Assignment& assignment, std::size_t first, const Injection& injection) const {
    std::vector<std::string> line;
    if (!injection.call.empty()) {
        line = {"strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=" + injection.call,
                "-e",
                "inject=" + injection.text()};
    }
    for (std::string& part : command(assignment, first)) line.push_back(std::move(part));

    std::string output;
    const int status = run_command(line, output);
    Run run;
    run.acknowledged = first;
    // A last line without its end was cut off by the kill, and tells nothing.
    for (std::size_t from = 0, end; (end = output.find('\n', from)) != std::string::npos;
         from = end + 1) {
        if (std::stoull(output.substr(from, end - from)) != run.acknowledged + 1) return run;
        ++run.acknowledged;
    }
    // strace ends as its child did: by the same signal, or with the same code.
    if (WIFSIGNALED(status)) {
        run.end = WTERMSIG(status) == SIGKILL ? End::Killed : End::Broken;
    } else {
        const int code = WEXITSTATUS(status);
        // The loader gives up with 127 when it cannot read a library.
        run.end = code == 0 ? End::Done : code == 3 || code == 127 ? End::Refused : End::Broken;
    }
    return run;
}

std::map<std::string, Victim::Count> Victim::count_calls(const Assignment& assignment) const {
    const TemporaryDirectory scratch;
    const std::filesystem::path trace = scratch.path() / "trace";
    std::vector<std::string> line = {
        "strace",
        "-f",
        "-qq",
        "-o",
        trace,
        "-e",
        "trace=openat,fdatasync,fsync,pwrite64,ftruncate,unlink,pread64,write"};
    for (std::string& part : command(assignment, 0)) line.push_back(std::move(part));
    std::string output;
    if (run_command(line, output) != 0) {
        throw std::runtime_error("strace " + writer_.string() +
                                 ": an undisturbed run failed; is ptrace(2) allowed?");
    }
    std::map<std::string, Count> counts;
    bool ours = false;
    std::ifstream in(trace);
    for (std::string text; std::getline(in, text);) {
        // "PID  call(arguments) = result"
        const std::size_t begin = text.find_first_not_of("0123456789 ");
        const std::size_t end = text.find('(');
        if (begin == std::string::npos || end == std::string::npos || end < begin) continue;
        if (text.find(assignment.directory.string()) != std::string::npos) ours = true;
        Count& count = counts[text.substr(begin, end - begin)];
        ++count.all;
        if (!ours) ++count.before;
    }
    return counts;
}

}  // namespace sightline::tests
