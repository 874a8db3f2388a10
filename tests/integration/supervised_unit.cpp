// A program to be supervised in a test. Its first argument says how it behaves:
//   beat        ready, then alive every 50 ms, until it is ended
//   hang        ready, alive for 300 ms, then stuck and deaf to SIGABRT and SIGTERM
//   stubborn    ready and alive, deaf to SIGTERM
//   with-child  like beat, and first starts a child of its own, whose pid it prints
//   keep NAME.. like beat, and first prints what an earlier process kept under each name, then has
//               its own pid kept there
//   keep-once NAME..  the same, but forgets what it finds
//   spill       like beat, and first sends a hundred descriptors without asking to have them kept
#include <fcntl.h>
#include <signal.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

#include "hardware/fd_store.h"
#include "hardware/watchdog.h"

using sightline::base::as_bytes;
using sightline::hardware::FdStore;
using sightline::hardware::Watchdog;

namespace {

// Memory that this process was born with, wanted or not.
int open_memories() {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code ignored;  // the one that reads this directory
        const std::string target = std::filesystem::read_symlink(entry, ignored);
        if (target.starts_with("/memfd:")) ++count;
    }
    return count;
}

void keep(std::string_view mode, int count, char** names) {
    FdStore store;
    std::printf("memories %d\n", open_memories());
    std::printf("environment %s\n", std::getenv("LISTEN_PID") == nullptr ? "clean" : "LISTEN_PID");
    for (int i = 0; i < count; ++i) {
        const auto found = store.take(names[i]);
        std::string text = "nothing";
        if (found) {
            const auto read = sightline::hardware::read_sealed_memory(found->get());
            text = read ? std::string(read->reveal_text()) : read.error().text;
            if ((::fcntl(found->get(), F_GETFD) & FD_CLOEXEC) == 0) text += " not close-on-exec";
            if (store.take(names[i])) text += " twice";
        }
        std::printf("found %s %s\n", names[i], text.c_str());
        if (found && mode == "keep-once") {
            if (auto forgotten = FdStore::forget(names[i]); !forgotten) std::exit(1);
            continue;
        }
        const auto memory =
            sightline::hardware::make_sealed_memory(as_bytes(std::to_string(::getpid())));
        if (!memory || !FdStore::keep(names[i], memory->get())) std::exit(1);
    }
    std::printf("done %d\n", ::getpid());
}

void spill() {
    for (int i = 0; i < 100; ++i) {
        const sightline::base::Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        const int fd = null.get();
        // It waits while the supervisor's queue is full.
        if (sd_pid_notify_with_fds(0, 0, "FDNAME=spilt", &fd, 1) < 0) std::exit(1);
    }
    std::printf("done %d\n", ::getpid());
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode == "hang") ::signal(SIGABRT, SIG_IGN);
    if (mode == "hang" || mode == "stubborn") ::signal(SIGTERM, SIG_IGN);
    if (mode == "with-child") {
        const pid_t child = ::fork();
        if (child == 0) {
            for (;;) ::pause();
        }
        std::printf("child %d\n", child);
    }
    if (mode.starts_with("keep")) keep(mode, argc - 2, argv + 2);
    if (mode == "spill") spill();
    std::printf("%s started\n", argc > 1 ? argv[1] : "");
    std::fflush(stdout);
    Watchdog::ready();
    for (int beats = 0; mode != "hang" || beats < 6; ++beats) {
        Watchdog::alive();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (;;) ::pause();
}
