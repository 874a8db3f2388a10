// What a hub that is one of several knows of the place of each interview: which are here, and until
// when nobody else can have taken them; and where the others are, by the credentials of their
// people. A hub that is alone has an empty one. storage/relay/NODES.md. Pure logic; times come in.
// Main thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/hub/boot_clock.h"
#include "appliance/hub/token.h"
#include "storage/relay/session_places.h"

namespace sightline::hub {

using storage::relay::PlaceMark;

// 8 bytes of a hash of the hash by which the hub knows a credential: so what lies in the database
// lets nobody in, whatever is done with it.
PlaceMark place_mark(const TokenHash& credential);
PlaceMark place_mark_of_passkey(base::ByteView id);

class PlaceBook {
  public:
    // The row is ours, and nobody else's before `sure_until`.
    void hold(base::SessionId session, BootClock::time_point sure_until);
    void let_go(base::SessionId session);
    bool holds(base::SessionId session) const { return held_.contains(session); }
    std::vector<base::SessionId> held() const;
    // Whether somebody new may be let in here: no other hub can be doing the same. Always, of a
    // session without a row.
    bool is_sure(base::SessionId session, BootClock::time_point now) const;

    // In the place of all that was known of other hubs before.
    void learn(const std::vector<storage::relay::SessionPlace>& others);
    // The origin of the hub where such a credential counts; none: of no other one that we know.
    std::optional<std::string> origin_of(PlaceMark mark) const;
    std::optional<std::string> origin_of(base::SessionId session) const;

  private:
    std::map<base::SessionId, BootClock::time_point> held_;
    std::map<PlaceMark, std::string> by_mark_;
    std::map<base::SessionId, std::string> by_session_;
};

}  // namespace sightline::hub
