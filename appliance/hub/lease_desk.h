// Where leases are taken in: checks who signed them, watches the heartbeats of every session, and
// says what the media workers shall forward and what the kiosk must be told. A session without a
// lease that lives has nothing forwarded; one that the hub's own configuration opened needs none.
// After a restart of the hub there is no lease until the kiosk has sent one again. Sans-I/O: what
// is to be done comes out of poll(). Main thread; must not outlive the registry.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/time.h"
#include "appliance/hub/lease_messages.h"
#include "appliance/hub/session_registry.h"
#include "media/sfu/sfu.h"
#include "session/lease/lease_watch.h"

namespace sightline::hub {

// See sfu::Sfu for the first two.
struct SetGrant {
    base::SessionId session;
    std::vector<sfu::Flow> flows;
    base::Instant alive_until;
};
struct ExtendGrant {
    base::SessionId session;
    base::Instant alive_until;
};
struct SendNonce {
    base::SessionId session;
    base::ParticipantId applicant;
    lease::Nonce nonce = 0;
};
struct TellKiosk {
    base::SessionId session;
    LeaseLife life = LeaseLife::Dead;
};
using LeaseOrder = std::variant<SetGrant, ExtendGrant, SendNonce, TellKiosk>;

struct LeaseFigures {
    std::size_t alive = 0;  // now
    std::uint64_t taken = 0, replayed = 0, forged = 0, late = 0;
    std::uint64_t refused = 0;  // leases that did not come as far as that
};

class LeaseDesk {
  public:
    explicit LeaseDesk(const SessionRegistry& registry) : registry_(registry) {}

    // Everybody gets everything in the sessions that nobody's kiosk has opened, protected or not.
    // Once, at start.
    void grant_static_sessions();

    // nullopt: a kiosk without a key, which has no lease taken.
    void kiosk_arrived(const std::string& kiosk, std::optional<KioskDevice> device);
    // Takes a lease, or says in a sentence why not: not that kiosk's session, signed by another
    // key than its hello named or than the session's leases before, of another start of the kiosk,
    // replayed.
    base::Result<void> take(const std::string& kiosk, const LeaseMessage& message,
                            base::Instant now);
    // Heartbeats of applicants; everything else is dropped.
    void on_app(const sfu::AppPacket& packet);
    void forget(base::SessionId session);

    // Issues the nonces that are due and notices what has died; call every kTick.
    void tick(base::Instant now);
    static constexpr std::chrono::milliseconds kTick{100};

    std::optional<LeaseOrder> poll();
    LeaseFigures figures(base::Instant now) const;

  private:
    struct Entry {
        lease::LeaseWatch watch;
        signature::PublicKey key;  // of its first lease, and so of all
        base::Instant next_nonce;
        bool told_alive = false;  // what the kiosk was last told over this connection of its own
    };
    base::Result<void> take_checked(const std::string& kiosk, const LeaseMessage& message,
                                    base::Instant now);
    void issue_nonce(base::SessionId session, Entry& entry, base::Instant now);
    void tell_life(base::SessionId session, Entry& entry, base::Instant now);

    const SessionRegistry& registry_;
    std::map<std::string, KioskDevice> devices_;
    std::map<base::SessionId, Entry> entries_;
    std::deque<LeaseOrder> orders_;
    LeaseFigures past_;  // of sessions that are over, and what belongs to none
};

}  // namespace sightline::hub
