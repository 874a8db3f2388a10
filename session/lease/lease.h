// The lease: what the kiosk signed that may be forwarded, once for every change of it. Compact JWS
// (RFC 7515) with ES256 over JSON. The hub takes one only with a number above the last of the same
// incarnation, or of a later incarnation. Any thread.
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
    std::vector<Flow> flows;
    bool operator==(const Lease&) const = default;
};
inline constexpr std::size_t kMaxLeaseBytes = 48 * 1024;

std::string sign(const Lease& lease, const signature::DeviceKey& key);
// Errors: Malformed (not a lease, or too large), Forbidden (not signed by this key, or for another
// purpose).
base::Result<Lease> open(std::string_view jws, const signature::PublicKey& key);

}  // namespace sightline::lease
