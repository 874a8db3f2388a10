// The ICE candidates of a worker's port: host candidates over UDP, and TCP passive ones (RFC 6544)
// for networks that let no UDP through. Any thread; reads the machine's addresses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/wire/sdp.h"

namespace sightline::io {

// This machine's addresses that are up, loopback last; IPv6 (without link-local) only when
// `with_v6`.
std::vector<std::string> machine_addresses(bool with_v6);

// One UDP and one TCP candidate for each address, in order of preference; what is not an address is
// left out.
std::vector<wire::SdpCandidate> host_candidates(const std::vector<std::string>& ips,
                                                std::uint16_t port);

}  // namespace sightline::io
