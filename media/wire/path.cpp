#include "media/wire/path.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "appliance/base/bytes.h"

namespace sightline::wire {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

Endpoint Endpoint::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                      std::uint16_t port) {
    Endpoint endpoint;
    std::copy(kMapped.begin(), kMapped.end(), endpoint.ip.begin());
    endpoint.ip[12] = a;
    endpoint.ip[13] = b;
    endpoint.ip[14] = c;
    endpoint.ip[15] = d;
    endpoint.port = port;
    return endpoint;
}

std::optional<Endpoint> Endpoint::parse(std::string_view ip, std::uint16_t port) {
    const std::string text(ip);
    std::array<std::uint8_t, 4> four{};
    if (::inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
        return v4(four[0], four[1], four[2], four[3], port);
    }
    Endpoint endpoint;
    endpoint.port = port;
    if (::inet_pton(AF_INET6, text.c_str(), endpoint.ip.data()) == 1) return endpoint;
    return std::nullopt;
}

bool Endpoint::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), ip.begin()); }

bool Endpoint::is_loopback() const {
    if (is_v4()) return ip[12] == 127;
    return std::all_of(ip.begin(), ip.end() - 1, [](std::uint8_t b) { return b == 0; }) &&
           ip[15] == 1;
}

std::string Endpoint::ip_text() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (is_v4()) {
        ::inet_ntop(AF_INET, ip.data() + 12, text, sizeof text);
    } else {
        ::inet_ntop(AF_INET6, ip.data(), text, sizeof text);
    }
    return text;
}

}  // namespace sightline::wire

std::size_t std::hash<sightline::wire::Path>::operator()(const sightline::wire::Path& path) const {
    // FNV-1a over 23 bytes: enough for a table whose keys have first passed ICE authentication.
    std::uint64_t h = 0xcbf29ce484222325ULL;
    const auto mix = [&h](std::uint64_t byte) { h = (h ^ (byte & 255)) * 0x100000001b3ULL; };
    for (const std::uint8_t b : path.remote.ip) mix(b);
    mix(path.remote.port);
    mix(path.remote.port >> 8);
    mix(static_cast<std::uint64_t>(path.transport));
    for (int shift = 0; shift < 32; shift += 8) mix(path.connection >> shift);
    return h;
}
