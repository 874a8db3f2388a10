// Where a datagram comes from or goes to, without sockets: an address, a port and the transport.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sightline::wire {

// An IP address and port. IPv4 is held v4-mapped (::ffff:a.b.c.d), so there is one form to compare.
struct Endpoint {
    std::array<std::uint8_t, 16> ip{};
    std::uint16_t port = 0;

    static Endpoint v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                       std::uint16_t port);
    // Numeric "192.0.2.1" or "2001:db8::1"; nullopt if it is neither. Never asks a name server.
    static std::optional<Endpoint> parse(std::string_view ip, std::uint16_t port);
    bool is_v4() const;
    bool is_loopback() const;
    std::string ip_text() const;
    auto operator<=>(const Endpoint&) const = default;
};

enum class Transport : std::uint8_t { Udp, Tcp };

// One way to reach a peer from one local socket. The local socket is the worker's only one of its
// kind, so remote address and transport make the 5-tuple; a TCP connection also has a number of its
// own, because an address can be used again by the next connection.
struct Path {
    Transport transport = Transport::Udp;
    Endpoint remote;
    std::uint32_t connection = 0;  // 0 for UDP
    auto operator<=>(const Path&) const = default;
};

}  // namespace sightline::wire

template <>
struct std::hash<sightline::wire::Path> {
    std::size_t operator()(const sightline::wire::Path& path) const;
};
