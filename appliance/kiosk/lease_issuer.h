// Signs the leases of one interview: one for each change of who may receive what from whom, with
// numbers that grow within this start of the program, and answers the hub's nonces for the newest.
// A lease also says under which keys each person's frames are protected. Nothing is granted before
// the first one. One thread; must not outlive `key`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/secret.h"
#include "appliance/kiosk/engine_messages.h"
#include "session/keys/key_schedule.h"
#include "session/lease/audience.h"
#include "session/lease/heartbeat.h"
#include "session/lease/lease.h"
#include "session/signature/device_key.h"

namespace sightline::kiosk {

class LeaseIssuer {
  public:
    // A key of its own for its heartbeats.
    LeaseIssuer(base::SessionId session, std::uint64_t incarnation,
                const signature::DeviceKey& key);

    // True: a new lease was signed, because the flows are others than before, or the key numbers
    // that their frames must show. Call it after every change of the schedule too.
    bool grant(std::vector<lease::Flow> flows, keys::KeySchedule& schedule);

    const std::vector<lease::Flow>& flows() const { return lease_.flows; }
    std::uint32_t number() const { return lease_.number; }  // 0: none yet
    const std::string& jws() const { return jws_; }
    const base::Secret& heartbeat_key() const { return heartbeat_key_; }

    // Each has a counter of its own. none: there is no lease to keep alive.
    std::optional<lease::HeartbeatBytes> answer(lease::Nonce nonce);
    // What of `sender` anybody may receive.
    SendOrder order_for(base::ParticipantId sender) const;

  private:
    const signature::DeviceKey& key_;
    base::Secret heartbeat_key_;
    lease::Lease lease_;  // the newest
    std::string jws_;
    std::uint32_t counter_ = 0;
};

// Whether `inner` grants nothing that `outer` does not. Flows as lease::audience gives them.
bool is_within(const std::vector<lease::Flow>& inner, const std::vector<lease::Flow>& outer);

}  // namespace sightline::kiosk
