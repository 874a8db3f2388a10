// The hub's side of one session's lease: which one is in force, which nonces are out, and until
// when it lives. Time is the hub's monotonic clock only; a lease dies kSilence plus the measured
// round trip after the issue of the last nonce that a heartbeat echoed. A heartbeat of an older
// lease, an old counter, or a nonce that was echoed already or is too old keeps nothing alive; one
// that names a newer lease than the hub has suspends what it has, because the kiosk knows more,
// until that lease arrives. A newer lease of the same incarnation lives on what kept the one before
// it alive; one of a later incarnation waits for a heartbeat of its own. Sans-I/O. One thread.
#pragma once

#include <deque>
#include <optional>

#include "appliance/base/random.h"
#include "appliance/base/time.h"
#include "session/lease/heartbeat.h"
#include "session/lease/lease.h"

namespace sightline::lease {

inline constexpr std::chrono::milliseconds kSilence{2000};
inline constexpr std::chrono::milliseconds kNonceInterval{400};
// More than this is not believed to be a round trip: an echo may be later, but the lease then lives
// no longer than kSilence + kMaxRoundTrip after the nonce's issue.
inline constexpr std::chrono::milliseconds kMaxRoundTrip{1500};

class LeaseWatch {
  public:
    // Takes it if it is newer than what was there; it is in force at once, and what only the one
    // before granted is cut. Errors: Conflict (replayed, rolled back, or of another session),
    // Malformed (the key's length). Nothing changes then.
    base::Result<void> take(Lease lease, base::Secret heartbeat_key);
    const Lease* lease() const { return lease_ ? &*lease_ : nullptr; }

    // A fresh nonce, to be sent to the kiosk's uplink; call it every kNonceInterval. The oldest
    // that are out are forgotten when there are too many.
    Nonce issue(base::Instant now);
    // True if it keeps the lease alive, or changed what is in force.
    bool on_heartbeat(base::ByteView bytes, base::Instant now);

    // Until when what `lease()` grants may be forwarded; the past when it is dead or suspended.
    base::Instant alive_until() const;
    std::optional<base::Duration> round_trip() const { return round_trip_; }
    struct Counters {
        std::uint64_t taken = 0;     // leases
        std::uint64_t replayed = 0;  // leases and heartbeats that came before
        std::uint64_t forged = 0;    // heartbeats that are not of this session and key
        std::uint64_t late = 0;      // of an older lease, or a nonce that is not out (any more)
    };
    const Counters& counters() const { return counters_; }

  private:
    bool suspended() const;

    struct Issued {
        Nonce nonce;
        base::Instant at;
    };
    std::optional<Lease> lease_;
    base::Secret key_;
    std::deque<Issued> issued_;  // unanswered, oldest first; bounded
    std::uint32_t counter_ = 0;
    std::uint32_t newest_heard_ = 0;  // number of the newest lease that a heartbeat named
    std::optional<base::Duration> round_trip_;
    base::Instant alive_until_{};
    Counters counters_;
};

}  // namespace sightline::lease
