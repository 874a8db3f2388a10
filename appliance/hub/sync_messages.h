// What sync says over HTTP, parsed within bounds and written: storage/sync/FORMAT.md, "Over HTTP".
// Pure. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/signature/device_key.h"
#include "storage/sync/relay.h"

namespace sightline::hub {

inline constexpr std::size_t kMaxMarks = std::size_t{64} * 64;
inline constexpr std::size_t kMaxChunksAsked = 1024;

struct TicketRequest {
    storage::sync::SiteId site;
    std::string proof;
};
base::Result<TicketRequest> parse_ticket_request(std::string_view body);
// What a proof covers; `payload` is what the site's key has signed. Malformed, Forbidden.
base::Result<std::string> parse_proof(std::string_view payload, storage::sync::SiteId site);

struct PullRequest {
    storage::sync::Marks marks;
    std::size_t bytes = 0;
};
base::Result<PullRequest> parse_pull_request(std::string_view body);

// Of a site's forks and receipts.
struct Standing {
    std::vector<std::string> receipts;
    std::optional<storage::sync::Fork> fork;
    std::uint64_t position = 0;
};
std::string ticket_message(std::string_view ticket, const signature::PublicKey& hub,
                           std::string_view circle, const Standing& standing);
std::string ops_message(const std::vector<storage::sync::Relay::Answer>& answers);

}  // namespace sightline::hub
