// What keeps a lease alive on the media path: 24 bytes, carried in an RTCP APP packet (RFC 3550
// section 6.7) of the kiosk's own uplink.
//
//     lease number (4) | counter (4) | nonce (8) | tag (8)      big endian
//
// The tag is the first eight bytes of HMAC-SHA-256 (RFC 2104) over the other sixteen and the
// session's number, under a key that the kiosk makes for each session and incarnation and gives the
// hub with the lease. `lease` is the newest that the kiosk has signed; `counter` grows by one with
// every heartbeat under a key, from 1; the nonce is the hub's latest. Pure. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "appliance/base/bytes.h"
#include "appliance/base/ids.h"
#include "appliance/base/secret.h"

namespace sightline::lease {

inline constexpr std::size_t kHeartbeatBytes = 24;
inline constexpr std::size_t kNonceBytes = 8;
inline constexpr std::size_t kHeartbeatKeyBytes = 32;

using Nonce = std::uint64_t;
struct Heartbeat {
    std::uint32_t lease = 0;
    std::uint32_t counter = 0;
    Nonce nonce = 0;
};
using HeartbeatBytes = std::array<std::uint8_t, kHeartbeatBytes>;

HeartbeatBytes write_heartbeat(const Heartbeat& beat, base::SessionId session,
                               const base::Secret& key);
// nullopt: not of this session and key, or of another length; always so with an empty key.
std::optional<Heartbeat> read_heartbeat(base::ByteView bytes, base::SessionId session,
                                        const base::Secret& key);

}  // namespace sightline::lease
