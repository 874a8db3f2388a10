// The circles whose dossiers the hub relays: the newest list of each delegation that the operator
// has named by its root. Who is in none of them has nothing to sync here. Main thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sync/circle.h"

namespace sightline::hub {

class SyncCircles {
  public:
    explicit SyncCircles(std::vector<signature::PublicKey> roots);

    struct Taken {
        std::string delegation;
        std::uint64_t number = 0;
    };
    // A list from whoever brings it: the root's signature is all that counts. Errors: those of
    // sync::Circle::take; Forbidden: the hub serves no delegation of this root.
    base::Result<Taken> take(std::string_view jws);

    struct Member {
        const storage::sync::CircleList& circle;
        const storage::sync::CircleSite& site;
        std::string_view jws;  // of the circle
    };
    // Good until the next `take`. nullopt: of no circle.
    std::optional<Member> find(storage::sync::SiteId site) const;

  private:
    struct Kept {
        storage::sync::Circle circle;
        std::string jws;
    };
    std::map<std::string, Kept> circles_;  // by the root's thumbprint
};

}  // namespace sightline::hub
