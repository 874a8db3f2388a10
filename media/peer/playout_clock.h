// When to show and sound what one person sends: maps the sender's media clock to ours, and adds
// just enough delay to hide the jitter of the link. Audio and video of the person go through one
// object; from the first sender report of each on they share the sender's clock (RFC 3550
// section 6.4.1), and then lips and voice keep together whatever the link does to either. One
// thread; reads no clock.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "appliance/base/time.h"
#include "media/wire/media.h"

namespace sightline::peer {

class PlayoutClock {
  public:
    // A sender report: NTP time (32.32) and the RTP time stamp, unwrapped, of the same instant.
    void on_sender_report(wire::MediaKind kind, std::uint64_t ntp, std::int64_t rtp_timestamp);

    // When a frame that has just become complete should be rendered. `rtp_timestamp` is unwrapped.
    base::Instant render_at(wire::MediaKind kind, std::int64_t rtp_timestamp,
                            base::Instant arrived);

    // What is added to the fastest transit seen; changes in steps of kDelayStep.
    base::Duration delay() const { return delay_; }

    static constexpr base::Duration kMinDelay = std::chrono::milliseconds(40);
    static constexpr base::Duration kMaxDelay = std::chrono::milliseconds(1000);
    static constexpr base::Duration kDelayStep = std::chrono::milliseconds(20);

  private:
    // The smallest transit of the last one to two windows: follows clock drift in both directions.
    class FastestTransit {
      public:
        void add(base::Duration transit, base::Instant now);
        base::Duration value() const;

      private:
        std::optional<base::Duration> current_, previous_;
        base::Instant window_start_{};
    };
    struct Report {
        std::chrono::nanoseconds ntp;
        std::int64_t rtp_timestamp;
    };

    void adapt(base::Duration lateness, base::Instant now);

    std::array<std::optional<Report>, 2> reports_;
    std::array<FastestTransit, 2> own_;  // before the first report: each stream on its own clock
    FastestTransit shared_;
    base::Duration peak_{0};  // decaying maximum of lateness
    base::Duration delay_ = kMinDelay;
    base::Instant last_adapted_{};
};

}  // namespace sightline::peer
