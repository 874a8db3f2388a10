#include "hardware/self_test.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace sightline::hardware {
namespace {

// No centre ran this program before it was written: an earlier clock has lost its battery.
constexpr std::chrono::sys_seconds kWrittenIn =
    std::chrono::sys_days(std::chrono::year(2025) / std::chrono::January / 1);
// Beyond this the times in a record would contradict those of the delegation's own notes.
constexpr std::chrono::microseconds kMaxClockError = std::chrono::seconds(5);

// systemd-timesyncd makes it when it has set the clock, and removes it when it stops.
constexpr const char* kSynchronised = "/run/systemd/timesync/synchronized";

std::string size_text(std::uint64_t bytes) {
    const std::uint64_t mib = bytes >> 20;
    return mib >= 10240 ? std::to_string(mib >> 10) + " GiB" : std::to_string(mib) + " MiB";
}

// Creates, writes, syncs and removes one small file: the only proof that a record can be kept.
int try_write(const std::filesystem::path& directory) {
    std::string name = (directory / ".self-test-XXXXXX").string();
    const int fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0) return errno;
    int error = 0;
    const char bytes[512] = {};
    if (::write(fd, bytes, sizeof bytes) != static_cast<ssize_t>(sizeof bytes)) {
        error = errno != 0 ? errno : ENOSPC;
    } else if (::fsync(fd) != 0) {
        error = errno;
    }
    ::close(fd);
    ::unlink(name.c_str());
    return error;
}

// 0, or the errno of the connection attempt.
int connect_within(const addrinfo& address, std::chrono::milliseconds timeout) {
    const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    int error = 0;
    if (::connect(fd, address.ai_addr, address.ai_addrlen) != 0) error = errno;
    if (error == EINPROGRESS) {
        pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
        socklen_t size = sizeof error;
        if (ready == 0) {
            error = ETIMEDOUT;
        } else if (ready < 0 || ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
            error = errno;
        }
    }
    ::close(fd);
    return error;
}

Check judge_device(const char* name, const std::vector<std::string>& found,
                   const char* what_to_do) {
    if (found.empty()) return {name, false, std::string("no ") + name + " found", what_to_do};
    std::string what = found.front();
    if (found.size() > 1) what += " and " + std::to_string(found.size() - 1) + " more";
    return {name, true, what, ""};
}

}  // namespace

Check judge_disk(const DiskFacts& facts) {
    const std::string where = " in " + facts.directory;
    if (facts.write_error == ENOSPC || facts.write_error == EDQUOT) {
        return {"disk", false, "cannot write" + where + ": the disk is full",
                "free some space, then run the self-test again"};
    }
    if (facts.write_error == ENOENT) {
        return {"disk", false, facts.directory + " does not exist",
                "create it, or name another directory with --state"};
    }
    if (facts.write_error != 0) {
        return {"disk", false, "cannot write" + where + ": " + std::strerror(facts.write_error),
                "give the program's user the directory, or name another with --state"};
    }
    const std::string free = size_text(facts.free_bytes) + " free" + where;
    if (facts.free_bytes < kMinFreeBytes) {
        return {"disk", false, free, "free at least " + size_text(kMinFreeBytes)};
    }
    return {"disk", true, free, ""};
}

Check check_disk(const std::filesystem::path& state_directory) {
    DiskFacts facts{.directory = state_directory.string()};
    facts.write_error = try_write(state_directory);
    struct statvfs info {};
    if (facts.write_error == 0 && ::statvfs(state_directory.c_str(), &info) == 0) {
        facts.free_bytes = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
    }
    return judge_disk(facts);
}

Check judge_clock(const ClockFacts& facts) {
    if (facts.now < kWrittenIn) {
        return {"clock", false, "the clock says a time before 2025",
                "set the date and time, and have the clock's battery replaced"};
    }
    if (!facts.known) {
        return {"clock", true, "plausible; the system does not tell whether it is synchronised",
                "check that a time service such as systemd-timesyncd runs"};
    }
    if (!facts.synchronised) {
        return {"clock", false, "not synchronised with a time service",
                "start one: timedatectl set-ntp true"};
    }
    if (!facts.max_error) return {"clock", true, "synchronised with a time service", ""};
    const std::string error =
        "within " +
        std::to_string(
            std::chrono::duration_cast<std::chrono::milliseconds>(*facts.max_error).count()) +
        " ms";
    if (*facts.max_error > kMaxClockError) {
        return {
            "clock", false, "synchronised, but only " + error,
            "check that the time service still reaches its servers: timedatectl timesync-status"};
    }
    return {"clock", true, "synchronised " + error, ""};
}

Check check_clock() {
    ClockFacts facts;
    facts.now =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    timex state{};
    const int answer = ::adjtimex(&state);
    if (answer >= 0) {
        facts.known = true;
        facts.synchronised = answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
        facts.max_error = std::chrono::microseconds(state.maxerror);
        return judge_clock(facts);
    }
    // A unit that may not set the clock may not ask how it is either (ProtectClock=).
    std::error_code ignored;
    facts.known = facts.synchronised = std::filesystem::exists(kSynchronised, ignored);
    return judge_clock(facts);
}

Check judge_link(const LinkFacts& facts) {
    const std::string hub = facts.host + " port " + std::to_string(facts.port);
    if (!facts.error.empty()) {
        return {"link", false, "cannot reach the hub at " + hub + ": " + facts.error,
                "check the cable or Wi-Fi, that the hub runs, and its address in --hub"};
    }
    return {"link", true,
            "hub " + hub + " answers in " + std::to_string(facts.took.count()) + " ms", ""};
}

Check check_link(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout) {
    LinkFacts facts{.host = host, .port = port};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int lookup = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (lookup != 0) {
        facts.error = ::gai_strerror(lookup);
        return judge_link(facts);
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    const auto start = std::chrono::steady_clock::now();
    const auto since_start = [&] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start);
    };
    for (const addrinfo* next = addresses.get(); next != nullptr; next = next->ai_next) {
        const auto left = timeout - since_start();
        const int error = left.count() > 0 ? connect_within(*next, left) : ETIMEDOUT;
        facts.error = error == 0 ? "" : std::strerror(error);
        if (error == 0) break;
    }
    facts.took = since_start();
    return judge_link(facts);
}

std::vector<Check> judge_devices(const DevicesFound& found) {
    return {
        judge_device("camera", found.cameras,
                     "plug one in, or close the program that holds it; ls /dev/video* shows it"),
        judge_device("microphone", found.microphones,
                     "plug one in and choose it in the sound settings"),
        judge_device("speaker", found.speakers, "plug one in and choose it in the sound settings"),
        judge_device("screen", found.screens,
                     "connect it and switch it on, then start the desktop session"),
    };
}

std::string line_of(const Check& check) {
    std::string line = check.ok ? "ok    " : "FAIL  ";
    line += check.name;
    line.append(check.name.size() < 12 ? 12 - check.name.size() : 1, ' ');
    line += check.what;
    if (!check.what_to_do.empty()) line += " - " + check.what_to_do;
    return line;
}

}  // namespace sightline::hardware
