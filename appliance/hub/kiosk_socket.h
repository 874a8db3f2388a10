// The WebSocket that a kiosk keeps open to the hub: it opens sessions, names participants and hears
// of joins, leaves and quality. Main thread.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "appliance/base/secret.h"
#include "appliance/hub/metrics.h"
#include "appliance/hub/place_desk.h"
#include "appliance/hub/signalling.h"

namespace sightline::hub {

// An empty key lets no kiosk in. `places`: null for a hub that is alone. Returns when the socket is
// closed; what it refers to must outlive it.
boost::asio::awaitable<void> serve_kiosk(SocketPtr socket, const base::Secret& key,
                                         Signalling& signalling, PlaceDesk* places,
                                         Metrics& metrics);

// Reads 64 hexadecimal digits. Errors: Malformed, with what to do.
base::Result<base::Secret> parse_kiosk_key(std::string_view text);

}  // namespace sightline::hub
