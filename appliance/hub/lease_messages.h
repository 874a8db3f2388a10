// What the kiosk and the hub say to each other about leases, as JSON: parsed with bounds into plain
// values, and written. Any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "session/signature/device_key.h"

namespace sightline::hub {

// Who signs a kiosk's leases, from its hello.
struct KioskDevice {
    signature::PublicKey key;
    std::uint64_t incarnation = 0;  // grows with every start of the kiosk's program
};
struct LeaseMessage {
    base::SessionId session;
    std::string jws;
    base::Secret heartbeat_key;
};

// The hello's "device_key" and "incarnation"; nullopt when it has neither, as that of a kiosk
// without leases. Errors: Malformed.
base::Result<std::optional<KioskDevice>> kiosk_device_of(const boost::json::object& hello);
base::Result<LeaseMessage> lease_message_of(const boost::json::object& message);

enum class LeaseLife : std::uint8_t { Dead, Alive };
std::string lease_life_message(base::SessionId session, LeaseLife life);

}  // namespace sightline::hub
