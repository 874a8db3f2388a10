#include "media/peer/playout_clock.h"

#include <algorithm>

#include "media/wire/rtcp.h"

namespace sightline::peer {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr base::Duration kWindow = seconds(10);
// How fast a past peak is forgotten: 20 ms a second, so that one bad moment costs delay for a while
// and does not cost it again a second later.
constexpr std::int64_t kForgetPerSecond = 50;  // one fiftieth of the time that has passed

std::int64_t clock_rate(wire::MediaKind kind) {
    return kind == wire::MediaKind::Audio ? wire::kAudioClockRate : wire::kVideoClockRate;
}

nanoseconds media_time(wire::MediaKind kind, std::int64_t timestamp) {
    const std::int64_t rate = clock_rate(kind);
    // Split, because time stamps times 1e9 overflow 64 bits after a day.
    return seconds(timestamp / rate) + nanoseconds(timestamp % rate * 1'000'000'000 / rate);
}

}  // namespace

void PlayoutClock::FastestTransit::add(base::Duration transit, base::Instant now) {
    if (!current_) {
        window_start_ = now;
    } else if (now - window_start_ > kWindow) {
        previous_ = current_;
        current_.reset();
        window_start_ = now;
    }
    current_ = current_ ? std::min(*current_, transit) : transit;
}

base::Duration PlayoutClock::FastestTransit::value() const {
    return previous_ ? std::min(*previous_, *current_) : *current_;
}

void PlayoutClock::on_sender_report(wire::MediaKind kind, std::uint64_t ntp,
                                    std::int64_t rtp_timestamp) {
    reports_[static_cast<std::size_t>(kind)] = Report{wire::unix_from_ntp(ntp), rtp_timestamp};
}

base::Instant PlayoutClock::render_at(wire::MediaKind kind, std::int64_t rtp_timestamp,
                                      base::Instant arrived) {
    const auto& report = reports_[static_cast<std::size_t>(kind)];
    auto& fastest = report ? shared_ : own_[static_cast<std::size_t>(kind)];
    const nanoseconds captured =
        report ? report->ntp + media_time(kind, rtp_timestamp - report->rtp_timestamp)
               : media_time(kind, rtp_timestamp);
    const base::Duration transit = arrived.time_since_epoch() - captured;
    fastest.add(transit, arrived);
    adapt(transit - fastest.value(), arrived);
    return base::Instant(captured + fastest.value()) + delay_;
}

void PlayoutClock::adapt(base::Duration lateness, base::Instant now) {
    // A frame can have been complete before one of the other kind that was handed over first.
    if (now > last_adapted_) {
        if (last_adapted_ != base::Instant{}) peak_ -= (now - last_adapted_) / kForgetPerSecond;
        last_adapted_ = now;
    }
    peak_ = std::max({peak_, lateness, base::Duration::zero()});
    const auto wanted = std::clamp(peak_ + kMinDelay / 2, kMinDelay, kMaxDelay);
    // Grow at once, shrink only when a whole step too long: each change is heard.
    if (wanted > delay_ || wanted + 2 * kDelayStep <= delay_) {
        const auto steps = (wanted + kDelayStep - base::Duration(1)) / kDelayStep;
        delay_ = std::min(steps * kDelayStep, kMaxDelay);
    }
}

}  // namespace sightline::peer
