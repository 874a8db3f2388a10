// Merges the wishes of many for a key frame of one stream: the first is passed on at once, later
// ones at most once per interval, and repeated until a key frame has come. One per published
// stream. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "appliance/base/time.h"

namespace sightline::rtp {

class KeyFrameRequestThrottle {
  public:
    explicit KeyFrameRequestThrottle(base::Duration interval = std::chrono::milliseconds(400))
        : interval_(interval) {}

    // Somebody cannot decode without a key frame.
    void request() { wanted_ = true; }
    // The first packet of a key frame came; whoever wants another must ask again.
    void on_key_frame() { wanted_ = false; }
    // Nobody is there to decode any more.
    void cancel() { wanted_ = false; }

    // True when a PLI is to be sent now; it then counts as sent.
    bool poll(base::Instant now) {
        if (!wanted_ || now < next_deadline()) return false;
        sent_ = now;
        ++sent_count_;
        return true;
    }
    // Never earlier than the last PLI plus the interval; kNever when nobody waits. May lie in the
    // past.
    base::Instant next_deadline() const {
        if (!wanted_) return base::kNever;
        return sent_ ? *sent_ + interval_ : base::Instant{};
    }
    std::uint64_t sent() const { return sent_count_; }

  private:
    base::Duration interval_;
    bool wanted_ = false;
    std::optional<base::Instant> sent_;
    std::uint64_t sent_count_ = 0;
};

}  // namespace sightline::rtp
