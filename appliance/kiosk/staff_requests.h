// The requests that come before somebody is signed in. The others about staff are verbs. One
// thread. Throws StorageError.
#pragma once

#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {

// Members: "name", "pin". Replies with "as": the token that stands for them from now on.
Reply sign_in(const boost::json::object& members, const Desk& desk, Now now);
// Member: "as".
Reply sign_out(const boost::json::object& members, const Desk& desk, Now now);
// The first account, a supervisor's, which nobody else can add. Members as of staff.add.
Reply add_first(const boost::json::object& members, const Desk& desk, Now now);

}  // namespace sightline::kiosk
