// One direction of a link that takes its time, or is cut, in front of a peer on loopback: what is
// put in comes out `delay` later, unless the link was cut. Keeps order. Its settings may be changed
// from any thread; all else is the peer's thread's.
#pragma once

#include <atomic>
#include <deque>

#include "appliance/base/time.h"
#include "media/wire/path.h"

namespace sightline::integration {

class SlowLink {
  public:
    void set_delay(base::Duration one_way) { delay_ = one_way; }
    void set_cut(bool cut) { cut_ = cut; }

    void put(const wire::Path& path, base::ByteView bytes, base::Instant now) {
        if (cut_) return;
        under_way_.push_back({now + delay_.load(), path, {bytes.begin(), bytes.end()}});
    }
    // Calls `deliver(path, bytes)` for each that has arrived.
    template <class Deliver>
    void take(base::Instant now, Deliver deliver) {
        while (!under_way_.empty() && under_way_.front().due <= now) {
            auto arrived = std::move(under_way_.front());
            under_way_.pop_front();
            if (!cut_) deliver(arrived.path, base::MutableBytes(arrived.bytes));
        }
    }

  private:
    struct Datagram {
        base::Instant due;
        wire::Path path;
        base::Bytes bytes;
    };
    std::atomic<base::Duration> delay_{base::Duration{}};
    std::atomic<bool> cut_{false};
    std::deque<Datagram> under_way_;
};

}  // namespace sightline::integration
