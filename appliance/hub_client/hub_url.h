// Where a hub is and how we know that it is ours: its URL and, unless the system's certificate
// authorities vouch for it, the SHA-256 fingerprint of its certificate. Plain values. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"

namespace sightline::hub_client {

enum class Scheme : std::uint8_t { Http, Https };

struct HubUrl {
    Scheme scheme = Scheme::Https;
    std::string host;  // a name or a literal address; IPv6 without brackets
    std::uint16_t port = 443;

    // "https://hub.example:8443"; a default port is left out. What errors and links show.
    std::string text() const;
    // What the Host header carries: the text without the scheme.
    std::string authority() const;
};

// Errors: Malformed, or Forbidden for plain http to a host that is not this machine, since tokens
// and the device key travel in it.
base::Result<HubUrl> parse_hub_url(std::string_view text);

using Fingerprint = std::array<std::uint8_t, 32>;  // SHA-256 of the certificate in DER

// 64 hexadecimal digits, in either case, with or without colons between the bytes.
base::Result<Fingerprint> parse_fingerprint(std::string_view text);
// The digits themselves, or the path of a file that holds them (`hub-cert.sha256` in the hub's
// state).
base::Result<Fingerprint> read_fingerprint(const std::string& digits_or_file);

struct HubAddress {
    HubUrl url;
    // Given: the hub's certificate must have exactly this hash, whoever signed it.
    // Not given: the certificate must be valid for the host by the system's authorities.
    std::optional<Fingerprint> fingerprint;
};

}  // namespace sightline::hub_client
