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
#include <charconv>
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

constexpr int kFirstHandedOver = 3;  // SD_LISTEN_FDS_START
constexpr std::string_view kListenPid = "LISTEN_PID=";

// What the child's environment holds beside the supervisor's own: built before fork, because only
// async-signal-safe calls are allowed after it. LISTEN_PID comes last, with room for the number
// that only the child knows.
std::vector<std::string> environment_for(const UnitSettings& unit,
                                         const std::filesystem::path& notify_socket,
                                         const DescriptorStore& kept) {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        if (text.starts_with("NOTIFY_SOCKET=") || text.starts_with("WATCHDOG_") ||
            text.starts_with("LISTEN_")) {
            continue;
        }
        variables.emplace_back(text);
    }
    variables.push_back("NOTIFY_SOCKET=" + notify_socket.string());
    if (unit.watchdog.count() > 0) {
        variables.push_back("WATCHDOG_USEC=" + std::to_string(unit.watchdog.count() * 1000));
    }
    if (!kept.held().empty()) {
        std::string names = "LISTEN_FDNAMES=";
        for (const DescriptorStore::Held& one : kept.held()) {
            if (names.back() != '=') names += ':';
            names += one.name;
        }
        variables.push_back(std::move(names));
        variables.push_back("LISTEN_FDS=" + std::to_string(kept.held().size()));
        variables.push_back(std::string(kListenPid) + std::string(20, '\0'));
    }
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// All that the child needs, made before fork.
struct Birth {
    char* const* command;
    char* const* environment;
    char* listen_pid;  // where its own number belongs, 20 characters; null when it is not told
    int output;
    int report;
    std::vector<int> handed_over;
    pid_t parent;
};

// Runs in the child, where an allocation could wait for ever. Puts what is handed over at 3 and up.
bool hand_over(Birth& birth) {
    const int count = static_cast<int>(birth.handed_over.size());
    // First everything above the places to be filled: one of them may be where another has to go.
    const int report = ::fcntl(birth.report, F_DUPFD_CLOEXEC, kFirstHandedOver + count);
    if (report < 0) return false;
    birth.report = report;
    for (int& fd : birth.handed_over) {
        fd = ::fcntl(fd, F_DUPFD_CLOEXEC, kFirstHandedOver + count);
        if (fd < 0) return false;
    }
    for (int i = 0; i < count; ++i) {
        // dup2 leaves close-on-exec behind, which is what lets it through.
        if (::dup2(birth.handed_over[static_cast<std::size_t>(i)], kFirstHandedOver + i) < 0) {
            return false;
        }
    }
    return true;
}

// Runs in the child. Reports errno and ends when the program cannot be run.
[[noreturn]] void become(Birth& birth) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != birth.parent) ::_exit(125);  // it died before prctl: nobody would end us
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    ::dup2(birth.output, STDOUT_FILENO);
    ::dup2(birth.output, STDERR_FILENO);
    if (birth.listen_pid != nullptr) {
        // The zeros that were there end the text.
        std::to_chars(birth.listen_pid, birth.listen_pid + 19, ::getpid());
    }
    if (birth.handed_over.empty() || hand_over(birth)) {
        ::execvpe(birth.command[0], birth.command, birth.environment);
    }
    const int error = errno;
    [[maybe_unused]] const ssize_t said = ::write(birth.report, &error, sizeof error);
    ::_exit(126);
}

// The descriptors that came with a datagram, to be closed unless somebody wants them.
std::vector<Descriptor> received_with(const msghdr& message) {
    std::vector<Descriptor> received;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(const_cast<msghdr*>(&message), part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t bytes = part->cmsg_len - CMSG_LEN(0);
        for (std::size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int)) {
            int fd = -1;
            ::memcpy(&fd, CMSG_DATA(part) + at, sizeof fd);
            received.emplace_back(fd);
        }
    }
    return received;
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

NotifySocket::Heard NotifySocket::drain(DescriptorStore& kept) {
    constexpr std::size_t kMaxDescriptors = 253;  // SCM_MAX_FD: the kernel takes no more at once
    Heard heard;
    char buffer[4096];
    for (;;) {
        alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))];
        iovec text{.iov_base = buffer, .iov_len = sizeof buffer};
        msghdr datagram{};
        datagram.msg_iov = &text;
        datagram.msg_iovlen = 1;
        datagram.msg_control = control;
        datagram.msg_controllen = sizeof control;
        const ssize_t size = ::recvmsg(socket_.get(), &datagram, MSG_CMSG_CLOEXEC);
        if (size < 0) return heard;
        std::vector<Descriptor> received = received_with(datagram);
        if ((datagram.msg_flags & MSG_TRUNC) != 0) continue;  // half a sentence says nothing
        const NotifyMessage said =
            parse_notify(std::string_view(buffer, static_cast<std::size_t>(size)));
        heard.ready = heard.ready || said.ready;
        heard.alive = heard.alive || said.alive;
        if (said.descriptors == NotifyMessage::Descriptors::Forget) kept.forget(said.name);
        if (said.descriptors != NotifyMessage::Descriptors::Keep) continue;
        for (Descriptor& fd : received) {
            if (kept.keep(said.name, std::move(fd)) == DescriptorStore::Kept::Full) ++heard.refused;
        }
    }
}

Process::Process(pid_t pid, Descriptor pidfd, Descriptor output)
    : pid_(pid), pidfd_(std::move(pidfd)), output_(std::move(output)) {}

Process Process::start(const UnitSettings& unit, const std::filesystem::path& notify_socket,
                       const DescriptorStore& kept) {
    std::vector<std::string> command = unit.command;
    std::vector<std::string> variables = environment_for(unit, notify_socket, kept);
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

    Birth birth{.command = argv.data(),
                .environment = envp.data(),
                .listen_pid = nullptr,
                .output = output[1],
                .report = report[1],
                .handed_over = {},
                .parent = ::getpid()};
    if (!kept.held().empty()) birth.listen_pid = variables.back().data() + kListenPid.size();
    for (const DescriptorStore::Held& one : kept.held()) {
        birth.handed_over.push_back(one.fd.get());
    }
    const pid_t pid = ::fork();
    if (pid < 0) fail(errno, "start " + unit.name);
    if (pid == 0) become(birth);
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
