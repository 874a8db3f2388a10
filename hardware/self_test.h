// The self-test an operator runs before an interview: one Check per thing that can be missing, each
// with what was found and, when it is not good, what to do about it.
// The judge_* functions are pure, so that every verdict is tested; the check_* functions ask the
// machine and hand what they found to a judge. Thread: any; check_link blocks up to its timeout.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::hardware {

struct Check {
    std::string name;  // "disk", "clock", "link", "camera", ...
    bool ok = false;
    std::string what;        // what was found, one clause
    std::string what_to_do;  // empty when ok and nothing can be better
};

// What statvfs(3) and an attempted write told about the state directory.
struct DiskFacts {
    std::string directory = {};
    std::uint64_t free_bytes = 0;
    int write_error = 0;  // errno of creating, writing and syncing a file; 0 when it worked
};
// Less free space than this fails the check: a mission's records and log fit in it many times over.
inline constexpr std::uint64_t kMinFreeBytes = 512ull << 20;
Check judge_disk(const DiskFacts& facts);
Check check_disk(const std::filesystem::path& state_directory);

// What adjtimex(2), or where that is closed to us systemd's time service, and the wall clock told.
struct ClockFacts {
    std::chrono::sys_seconds now;
    bool known = false;                                       // one of them answered
    bool synchronised = false;                                // a time service steers the clock
    std::optional<std::chrono::microseconds> max_error = {};  // none: nobody said
};
Check judge_clock(const ClockFacts& facts);
Check check_clock();

// A TCP connection to the hub: `error` is empty when it was made.
struct LinkFacts {
    std::string host;
    std::uint16_t port = 0;
    std::string error = {};
    std::chrono::milliseconds took{0};
};
Check judge_link(const LinkFacts& facts);
Check check_link(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout);

// Names of the devices that were found, as the device discovery gives them to people.
struct DevicesFound {
    std::vector<std::string> cameras = {};
    std::vector<std::string> microphones = {};
    std::vector<std::string> speakers = {};
    std::vector<std::string> screens = {};
};
// Four checks, in the order camera, microphone, speaker, screen.
std::vector<Check> judge_devices(const DevicesFound& found);

// "ok    disk        112 GiB free in /var/lib/sightline" or, failed, with " - what to do".
std::string line_of(const Check& check);

}  // namespace sightline::hardware
