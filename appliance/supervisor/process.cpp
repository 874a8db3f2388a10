#include "appliance/supervisor/process.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

extern "C" char** environ;  // NOLINT(readability-redundant-declaration): POSIX gives it no header

namespace sightline::supervisor {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

// What the child's environment holds beside the supervisor's own: built before fork, because only
// async-signal-safe calls are allowed after it.
std::vector<std::string> environment_for(const UnitSettings& unit,
                                         const std::filesystem::path& notify_socket) {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        if (text.starts_with("NOTIFY_SOCKET=") || text.starts_with("WATCHDOG_")) continue;
        variables.emplace_back(text);
    }
    variables.push_back("NOTIFY_SOCKET=" + notify_socket.string());
    if (unit.watchdog.count() > 0) {
        variables.push_back("WATCHDOG_USEC=" + std::to_string(unit.watchdog.count() * 1000));
    }
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// Runs in the child. Reports errno on `report` and ends when the program cannot be run.
[[noreturn]] void become(char* const* command, char* const* environment, int output, int report,
                         pid_t parent) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(125);  // it died before prctl: nobody would end us
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execvpe(command[0], command, environment);
    const int error = errno;
    [[maybe_unused]] const ssize_t said = ::write(report, &error, sizeof error);
    ::_exit(126);
}

}  // namespace

NotifySocket::NotifySocket(std::filesystem::path path) : path_(std::move(path)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& text = path_.native();
    if (text.size() >= sizeof address.sun_path) {
        throw std::length_error("the path " + text +
                                " is too long for a socket (107 bytes at most): " +
                                "choose a shorter directory with --run");
    }
    text.copy(address.sun_path, text.size());
    socket_ = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::unlink(text.c_str());
    if (!socket_ ||
        ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        fail(errno, "make the socket " + text);
    }
}

NotifySocket::~NotifySocket() { ::unlink(path_.c_str()); }

NotifySocket::Heard NotifySocket::drain() {
    Heard heard;
    char buffer[4096];
    for (;;) {
        const ssize_t size = ::recv(socket_.get(), buffer, sizeof buffer, 0);
        if (size < 0) return heard;
        std::string_view rest(buffer, static_cast<std::size_t>(size));
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            heard.ready = heard.ready || line == "READY=1";
            heard.alive = heard.alive || line == "WATCHDOG=1";
        }
    }
}

Process::Process(pid_t pid, Descriptor pidfd, Descriptor output)
    : pid_(pid), pidfd_(std::move(pidfd)), output_(std::move(output)) {}

Process Process::start(const UnitSettings& unit, const std::filesystem::path& notify_socket) {
    std::vector<std::string> command = unit.command;
    std::vector<std::string> variables = environment_for(unit, notify_socket);
    const std::vector<char*> argv = pointers_to(command);
    const std::vector<char*> envp = pointers_to(variables);

    int output[2];
    int report[2];
    if (::pipe2(output, O_CLOEXEC) != 0) fail(errno, "make a pipe for " + unit.name);
    Descriptor output_read(output[0]);
    Descriptor output_write(output[1]);
    if (::pipe2(report, O_CLOEXEC) != 0) fail(errno, "make a pipe for " + unit.name);
    Descriptor report_read(report[0]);
    Descriptor report_write(report[1]);

    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) fail(errno, "start " + unit.name);
    if (pid == 0) become(argv.data(), envp.data(), output[1], report[1], parent);
    ::setpgid(pid, pid);  // both sides set it: whoever comes first, `send` finds the group
    report_write = Descriptor();

    int error = 0;
    if (::read(report_read.get(), &error, sizeof error) == sizeof error) {
        ::waitpid(pid, nullptr, 0);
        fail(error, "run " + unit.command.front());
    }
    Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd) {
        error = errno;
        ::kill(-pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        fail(error, "watch " + unit.name);
    }
    ::fcntl(output_read.get(), F_SETFL, O_NONBLOCK);
    return Process(pid, std::move(pidfd), std::move(output_read));
}

void Process::send(int signal) const { ::kill(-pid_, signal); }

bool Process::reap(std::string& how) {
    siginfo_t end{};
    // First look without reaping: until it is reaped its number, and so its group's, is nobody
    // else's.
    if (::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        end.si_pid != pid_) {
        return false;
    }
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    how = (end.si_code == CLD_EXITED ? "status=" : "signal=") + std::to_string(end.si_status);
    return true;
}

std::string Process::read_output() {
    std::string text;
    char buffer[4096];
    // Bounded: a program that writes without end must not keep the supervisor from its other units.
    for (int round = 0; round < 16; ++round) {
        const ssize_t size = ::read(output_.get(), buffer, sizeof buffer);
        if (size == 0) output_ = Descriptor();  // closed by all who could write
        if (size <= 0) break;
        text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
}

}  // namespace sightline::supervisor
