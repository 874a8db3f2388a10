#include "media/io/local_candidates.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>

namespace sightline::io {
namespace {

// RFC 8445 section 5.1.2.1: type preference, local preference, 256 - component id (always 1).
std::uint32_t priority(std::uint32_t type_preference, std::uint32_t local_preference) {
    return (type_preference << 24) | (local_preference << 8) | 255;
}

constexpr std::uint32_t kHostPreference = 126;
// RFC 6544 section 4.2: lower than UDP, of which every candidate is to be tried first.
constexpr std::uint32_t kTcpHostPreference = 90;

}  // namespace

std::vector<std::string> machine_addresses(bool with_v6) {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    std::vector<std::string> real;
    std::vector<std::string> loopback;
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0) continue;
        char text[INET6_ADDRSTRLEN] = {};
        if (each->ifa_addr->sa_family == AF_INET) {
            const auto* v4 = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
            ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        } else if (with_v6 && each->ifa_addr->sa_family == AF_INET6) {
            const auto* v6 = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
            if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) continue;
            ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        } else {
            continue;
        }
        ((each->ifa_flags & IFF_LOOPBACK) != 0 ? loopback : real).emplace_back(text);
    }
    real.insert(real.end(), loopback.begin(), loopback.end());
    return real;
}

std::vector<wire::SdpCandidate> host_candidates(const std::vector<std::string>& ips,
                                                std::uint16_t port) {
    std::vector<wire::SdpCandidate> candidates;
    std::uint32_t local_preference = 65535;
    std::uint32_t foundation = 1;
    for (const auto& ip : ips) {
        const auto address = wire::Endpoint::parse(ip, port);
        if (!address) continue;
        wire::SdpCandidate udp;
        udp.foundation = std::to_string(foundation++);
        udp.priority = priority(kHostPreference, local_preference);
        udp.address = *address;
        candidates.push_back(udp);
        wire::SdpCandidate tcp = udp;
        tcp.foundation = std::to_string(foundation++);
        tcp.transport = wire::Transport::Tcp;
        tcp.tcp_type = "passive";
        tcp.priority = priority(kTcpHostPreference, local_preference);
        candidates.push_back(tcp);
        --local_preference;
    }
    return candidates;
}

}  // namespace sightline::io
