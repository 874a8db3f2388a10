#include "hardware/watchdog.h"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <string>

namespace sightline::hardware {
namespace {

// A lost beat is not worth an error: the next one follows, and if none does the starter acts.
void notify(const std::string& message) { sd_notify(0, message.c_str()); }

}  // namespace

void Watchdog::ready() { notify("READY=1"); }

void Watchdog::alive() { notify("WATCHDOG=1"); }

void Watchdog::status(std::string_view sentence) {
    std::string line = "STATUS=";
    // A line break would start another assignment of the protocol.
    for (char c : sentence) line.push_back(c == '\n' || c == '\r' ? ' ' : c);
    notify(line);
}

void Watchdog::stopping() { notify("STOPPING=1"); }

std::optional<std::chrono::milliseconds> Watchdog::interval() {
    std::uint64_t usec = 0;
    if (sd_watchdog_enabled(0, &usec) <= 0 || usec == 0) return std::nullopt;
    return std::chrono::milliseconds(usec / 2000);
}

}  // namespace sightline::hardware
