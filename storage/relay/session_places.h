// Which hub each interview is at, among several on one PostgreSQL: a row for each session that its
// hub takes, renews, and gives up. NODES.md says what follows of it. A row is good until a moment
// of the database's clock; one that has run out is whoever's that takes it, so that never two hubs
// have a living one. One thread; it may wait for the database as long as PostgresConnection does.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/ids.h"
#include "storage/relay/postgres_connection.h"

namespace sightline::storage::relay {

// Says by whose credential a session is meant, and is good for nothing else.
using PlaceMark = std::uint64_t;

struct SessionPlace {
    base::SessionId session;
    std::string origin;  // of the hub
    std::vector<PlaceMark> marks;
};

class SessionPlaces {
  public:
    // `node`: of this start of the hub, and of no other one; `origin`: where it is for everybody.
    // Does not connect. Throws sync::StoreFailure when `url` is none of PostgreSQL.
    SessionPlaces(std::string url, std::string node, std::string origin,
                  std::chrono::milliseconds length);

    // All of these throw sync::StoreFailure, or StoreAway if it passes; what they were to write may
    // be written or not.

    // The row, `length` from now: of a session that has none, whose row has run out, or that was at
    // this origin before. none: taken; else the origin that it is at.
    std::optional<std::string> take(base::SessionId session);
    // `length` from now for those of `sessions` that nobody else has taken; gives these.
    std::vector<base::SessionId> renew(const std::vector<base::SessionId>& sessions);
    void mark(base::SessionId session, const std::vector<PlaceMark>& marks);
    void give_up(const std::vector<base::SessionId>& sessions);
    // Living rows of other hubs.
    std::vector<SessionPlace> others();

  private:
    template <class Body>
    auto guarded(Body body);

    std::string url_;
    std::string node_;
    std::string origin_;
    std::uint64_t length_ms_;
    std::unique_ptr<PostgresConnection> connection_;
};

}  // namespace sightline::storage::relay
