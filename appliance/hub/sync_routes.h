// Sync over HTTP, as storage/sync/FORMAT.md describes it: what a kiosk and an office's page say to
// a hub that can read none of it. Main thread; the database is asked on its own. Must not outlive
// its parts.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "appliance/hub/http_message.h"
#include "appliance/hub/origin_policy.h"
#include "appliance/hub/sync_circles.h"
#include "appliance/hub/sync_desk.h"
#include "appliance/hub/sync_tickets.h"

namespace sightline::hub {

// A chunk of 1 MiB with its tag; as many bytes of ops, of which one always fits.
inline constexpr std::size_t kMaxSyncBody = std::size_t{1024} * 1024 + 64;

class SyncRoutes {
  public:
    SyncRoutes(SyncDesk& desk, SyncCircles& circles, const OriginPolicy& origins);

    static bool takes(std::string_view path) { return path.starts_with("/v1/sync/"); }
    // How large a body may be, by the request's header alone: only whoever has a ticket sends much.
    std::size_t body_limit(const Request& head) const;
    // Never throws.
    boost::asio::awaitable<Reply> handle(Request request);

    // From the database, at the start and whenever another node may know more.
    boost::asio::awaitable<void> read_circles();

  private:
    struct Asker {
        storage::sync::SiteId site;
        SyncCircles::Member member;
    };
    boost::asio::awaitable<Reply> dispatch(Request& request);
    boost::asio::awaitable<Reply> ticket(const Request& request);
    boost::asio::awaitable<Reply> put_circle(const Request& request);
    boost::asio::awaitable<Reply> ops(std::string body, storage::sync::SiteId site);
    boost::asio::awaitable<Reply> pull(const Request& request, storage::sync::SiteId site);
    boost::asio::awaitable<Reply> missing(const Request& request);
    boost::asio::awaitable<Reply> chunk(const Request& request);
    std::optional<storage::sync::SiteId> holder(const Request& request) const;
    // False: the database has not been there yet.
    bool is_open();

    SyncDesk& desk_;
    SyncCircles& circles_;
    const OriginPolicy& origins_;
    std::optional<SyncTickets> tickets_;  // once the database has given us their key
};

}  // namespace sightline::hub
