#include "session/lease/lease_watch.h"

#include <algorithm>

namespace sightline::lease {
namespace {

// After this an echo could keep nothing alive any more.
constexpr base::Duration kNonceLife = kSilence + kMaxRoundTrip;
// As many as are out at once when they are issued on time, and some more.
constexpr std::size_t kMaxIssued = 16;
// The monotonic clock has passed it before any program runs; nobody subtracts into an overflow.
constexpr base::Instant kDead{};

}  // namespace

base::Result<void> LeaseWatch::take(Lease lease, base::Secret heartbeat_key) {
    if (heartbeat_key.reveal().size() != kHeartbeatKeyBytes) {
        return base::Error{base::Errc::Malformed,
                           "take a lease: its heartbeat key must have 32 bytes"};
    }
    if (lease_ && lease.session != lease_->session) {
        return base::Error{base::Errc::Conflict,
                           "take a lease: it is for another interview than this"};
    }
    const bool restarted = !lease_ || lease.incarnation > lease_->incarnation;
    const bool newer =
        restarted || (lease.incarnation == lease_->incarnation && lease.number > lease_->number);
    if (!newer) {
        ++counters_.replayed;
        return base::Error{base::Errc::Conflict,
                           "take a lease: one as new has been taken already; sign a new one with "
                           "the next number"};
    }
    if (restarted) {
        // Another program's heartbeats, under another key: this one has to speak for itself.
        counter_ = 0;
        newest_heard_ = 0;
        alive_until_ = kDead;
    }
    lease_ = std::move(lease);
    key_ = std::move(heartbeat_key);
    ++counters_.taken;
    return {};
}

Nonce LeaseWatch::issue(base::Instant now) {
    while (!issued_.empty() &&
           (now >= issued_.front().at + kNonceLife || issued_.size() >= kMaxIssued)) {
        issued_.pop_front();
    }
    issued_.push_back({base::random_u64(), now});
    return issued_.back().nonce;
}

bool LeaseWatch::on_heartbeat(base::ByteView bytes, base::Instant now) {
    const auto beat = lease_ ? read_heartbeat(bytes, lease_->session, key_) : std::nullopt;
    if (!beat) {
        ++counters_.forged;
        return false;
    }
    if (beat->counter <= counter_) {
        ++counters_.replayed;
        return false;
    }
    counter_ = beat->counter;
    const bool was_suspended = suspended();
    newest_heard_ = std::max(newest_heard_, beat->lease);
    const bool changed = suspended() != was_suspended;

    const auto echoed = std::find_if(issued_.begin(), issued_.end(), [&](const Issued& issued) {
        return issued.nonce == beat->nonce;
    });
    if (beat->lease < std::max(lease_->number, newest_heard_) || echoed == issued_.end() ||
        now >= echoed->at + kNonceLife) {
        ++counters_.late;
        return changed;
    }
    const base::Duration taken = std::max(now - echoed->at, base::Duration::zero());
    round_trip_ = taken;
    alive_until_ = echoed->at + kSilence + std::min<base::Duration>(taken, kMaxRoundTrip);
    // An older nonce proves less than this one did.
    issued_.erase(issued_.begin(), echoed + 1);
    return true;
}

base::Instant LeaseWatch::alive_until() const { return suspended() ? kDead : alive_until_; }

bool LeaseWatch::suspended() const { return !lease_ || newest_heard_ > lease_->number; }

}  // namespace sightline::lease
