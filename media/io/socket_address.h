// A sockaddr of the family a socket has, from and to wire::Endpoint. A value; any thread.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "media/wire/path.h"

namespace sightline::io {

class SocketAddress {
  public:
    static constexpr socklen_t kCapacity = sizeof(sockaddr_in6);

    SocketAddress() = default;
    // An IPv6 socket takes IPv4 addresses in their v4-mapped form, which is how Endpoint holds
    // them. An IPv4 socket must be given IPv4 only.
    SocketAddress(const wire::Endpoint& endpoint, bool for_v6_socket) {
        if (for_v6_socket) {
            v6_.sin6_family = AF_INET6;
            v6_.sin6_port = htons(endpoint.port);
            std::copy(endpoint.ip.begin(), endpoint.ip.end(), v6_.sin6_addr.s6_addr);
        } else {
            v4_.sin_family = AF_INET;
            v4_.sin_port = htons(endpoint.port);
            std::copy(endpoint.ip.begin() + 12, endpoint.ip.end(),
                      reinterpret_cast<std::uint8_t*>(&v4_.sin_addr.s_addr));
        }
    }

    sockaddr* get() { return &any_; }
    socklen_t size() const {
        return any_.sa_family == AF_INET6 ? socklen_t{sizeof v6_} : socklen_t{sizeof v4_};
    }
    wire::Endpoint endpoint() const {
        if (any_.sa_family == AF_INET6) {
            wire::Endpoint e;
            std::copy(std::begin(v6_.sin6_addr.s6_addr), std::end(v6_.sin6_addr.s6_addr),
                      e.ip.begin());
            e.port = ntohs(v6_.sin6_port);
            return e;
        }
        const auto* b = reinterpret_cast<const std::uint8_t*>(&v4_.sin_addr.s_addr);
        return wire::Endpoint::v4(b[0], b[1], b[2], b[3], ntohs(v4_.sin_port));
    }

  private:
    union {
        sockaddr_in6 v6_ = {};
        sockaddr_in v4_;
        sockaddr any_;
    };
};

}  // namespace sightline::io
