// A program to be supervised in a test. Its first argument says how it behaves:
//   beat        ready, then alive every 50 ms, until it is ended
//   hang        ready, alive for 300 ms, then stuck and deaf to SIGABRT and SIGTERM
//   stubborn    ready and alive, deaf to SIGTERM
//   with-child  like beat, and first starts a child of its own, whose pid it prints
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

#include "hardware/watchdog.h"

using sightline::hardware::Watchdog;

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
    std::printf("%s started\n", argc > 1 ? argv[1] : "");
    std::fflush(stdout);
    Watchdog::ready();
    for (int beats = 0; mode != "hang" || beats < 6; ++beats) {
        Watchdog::alive();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (;;) ::pause();
}
