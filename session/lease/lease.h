// The lease: what the kiosk signed that may be forwarded, once for every change of it. Compact JWS
// (RFC 7515) with ES256 and the purpose "sightline-lease" over JSON:
//
//     {"session":"16 hex","incarnation":3,"number":7,"epoch":196609,"who":["16 hex",...],
//      "flows":[{"from":0,"slot":5,"audio":[1,2],"video":[2]},...]}
//
// Numbers in the flows are places in `who`, but for the slot, which with the epoch says what key
// numbers (base::KeyNumber) the sender's frames must show. Each lease has this one spelling;
// another is refused. The hub takes one only with a number above the last of the same incarnation,
// or of a later incarnation (`LeaseWatch::take`). Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/lease/audience.h"
#include "session/signature/device_key.h"

namespace sightline::lease {

struct Lease {
    base::SessionId session;
    std::uint64_t incarnation = 0;  // of the kiosk: grows with every start of its program
    std::uint32_t number = 0;       // from 1
    std::vector<Flow> flows;        // as of `audience`: sorted by sender
    // Of the key numbers of protected frames: the oldest epoch that may still be under way, never
    // 0, and each flow's slot, in the flows' order.
    std::uint64_t first_epoch = 0;
    std::vector<std::uint8_t> slots;
    bool operator==(const Lease&) const = default;
};
inline constexpr std::size_t kMaxLeaseBytes = std::size_t{48} * 1024;

// `lease` as `audience` makes its flows, of no more people than an interview has.
std::string sign(const Lease& lease, const signature::DeviceKey& key);
// Errors: Malformed (not a lease, or too large), Forbidden (not signed by this key, or for another
// purpose).
base::Result<Lease> open(std::string_view jws, const signature::PublicKey& key);

}  // namespace sightline::lease
