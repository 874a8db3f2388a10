#include "hardware/watchdog.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "appliance/base/descriptor.h"

namespace sightline::hardware {
namespace {

// A datagram that does not wait: sd_notify does while the starter hangs with its socket full, and
// would stop the very loop that says that it lives. A lost one is not worth an error: the next beat
// follows, and if none does the starter acts.
void tell(const std::string& message) {
    const char* const path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path == nullptr || (path[0] != '/' && path[0] != '@')) return;
    const std::size_t length = std::strlen(path);
    if (length >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, path, length);
    // sd_notify(3): "@" stands for the zero byte of the abstract namespace.
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const base::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    (void)::sendto(socket.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace

// The one message that may be waited for: nothing works yet, and nobody says it again.
void Watchdog::ready() { sd_notify(0, "READY=1"); }

void Watchdog::alive() { tell("WATCHDOG=1"); }

void Watchdog::status(std::string_view sentence) {
    std::string line = "STATUS=";
    // A line break would start another assignment of the protocol.
    for (char c : sentence) line.push_back(c == '\n' || c == '\r' ? ' ' : c);
    tell(line);
}

void Watchdog::stopping() { tell("STOPPING=1"); }

std::optional<std::chrono::milliseconds> Watchdog::interval() {
    std::uint64_t usec = 0;
    if (sd_watchdog_enabled(0, &usec) <= 0 || usec == 0) return std::nullopt;
    return std::chrono::milliseconds(usec / 2000);
}

}  // namespace sightline::hardware
