// Tells whoever started this program that it is ready, and that it is still alive.
// The protocol is sd_notify(3): datagrams to the Unix socket named by NOTIFY_SOCKET. systemd and
// sightline-supervisor speak it alike. Without that variable every call does nothing, so a program
// run by hand in a terminal behaves the same.
// Thread: any. `alive` belongs in the loop that does the real work: a timer of its own would go on
// saying "alive" while the work hangs.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sightline::hardware {

class Watchdog {
  public:
    /// Start-up is over: sockets listen, files are open. Say it once. Waits until it is taken.
    static void ready();

    /// Still working. Say it at least every `interval()`. Never waits, whatever the starter does.
    static void alive();

    /// One sentence for `systemctl status`; never names, tokens or payload.
    static void status(std::string_view sentence);

    /// Leaving on purpose, so that the silence that follows is not taken for a hang.
    static void stopping();

    /// How often to call `alive`: half of what the starter allows, so that one late beat is no
    /// death. None when nobody watches.
    static std::optional<std::chrono::milliseconds> interval();
};

}  // namespace sightline::hardware
