// How a site that signs shows the hub who it is: it signs a challenge and gets a ticket for ten
// minutes. Neither is remembered: each says until when it is good, under an HMAC-SHA-256 whose key
// all nodes of a hub share, so any node knows them. storage/sync/FORMAT.md, "Over HTTP". Any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/secret.h"
#include "storage/sync/names.h"

namespace sightline::hub {

inline constexpr std::int64_t kChallengeSeconds = 60;
inline constexpr std::int64_t kSyncTicketSeconds = 600;

class SyncTickets {
  public:
    explicit SyncTickets(base::Secret key) : key_(std::move(key)) {}

    // `now`: seconds since 1970; nodes' clocks must agree within some seconds.
    std::string challenge(std::int64_t now) const;
    bool is_good(std::string_view challenge, std::int64_t now) const;
    std::string ticket(storage::sync::SiteId site, std::int64_t now) const;
    // nullopt: none of ours, or its time is over.
    std::optional<storage::sync::SiteId> holder(std::string_view ticket, std::int64_t now) const;

  private:
    std::string sealed(std::string_view kind, std::string_view subject, std::int64_t until) const;
    std::optional<std::string> subject_of(std::string_view kind, std::string_view text,
                                          std::int64_t now) const;

    base::Secret key_;
};

}  // namespace sightline::hub
