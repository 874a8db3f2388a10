#include "media/rtp/sender_report.h"

#include <algorithm>

#include "media/rtp/timestamp.h"

namespace sightline::rtp {
namespace {

// A duration in NTP's 32.32 fixed point; negative ones wrap, which addition undoes.
std::uint64_t ntp_duration(base::Duration duration) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
    const auto rest =
        static_cast<std::uint64_t>(std::chrono::nanoseconds(duration - seconds).count());
    return (static_cast<std::uint64_t>(seconds.count()) << 32) + (rest << 32) / 1'000'000'000;
}

}  // namespace

void SenderClock::set(const Pair& pair, base::Instant now) {
    pair_ = pair;
    set_at_ = now;
}

std::optional<SenderClock::Pair> SenderClock::at(base::Instant now) const {
    if (!pair_) return std::nullopt;
    const auto elapsed = now - set_at_;
    return Pair{pair_->ntp + ntp_duration(elapsed),
                pair_->rtp_timestamp + static_cast<std::uint32_t>(ticks_of(elapsed, clock_rate_))};
}

std::optional<std::chrono::nanoseconds> SenderClock::captured(std::uint32_t rtp_timestamp) const {
    if (!pair_) return std::nullopt;
    const std::int64_t ticks = static_cast<std::int32_t>(rtp_timestamp - pair_->rtp_timestamp);
    return wire::unix_from_ntp(pair_->ntp) +
           std::chrono::nanoseconds(ticks * 1'000'000'000 / clock_rate_);
}

wire::SenderReport SenderStatistics::report(const SenderClock::Pair& clock) const {
    wire::SenderReport report;
    report.ssrc = ssrc_;
    report.ntp = clock.ntp;
    report.rtp_timestamp = clock.rtp_timestamp;
    report.packets = static_cast<std::uint32_t>(packets_);
    report.octets = static_cast<std::uint32_t>(octets_);
    return report;
}

void RoundTrip::on_report_sent(std::uint64_t ntp, base::Instant now) {
    sent_[next_] = {static_cast<std::uint32_t>(ntp >> 16), now};
    next_ = (next_ + 1) % sent_.size();
}

std::optional<base::Duration> RoundTrip::on_report_block(const wire::ReportBlock& block,
                                                         base::Instant now) {
    if (block.last_sr == 0) return std::nullopt;
    const auto sent = std::find_if(sent_.begin(), sent_.end(),
                                   [&](const Sent& s) { return s.middle == block.last_sr; });
    if (sent == sent_.end()) return std::nullopt;
    const base::Duration held =
        std::chrono::nanoseconds(std::int64_t{block.delay_since_last_sr} * 1'000'000'000 / 65536);
    // Rounding can make the receiver's delay longer than the whole way on a fast link.
    const auto round_trip = std::max<base::Duration>(now - sent->at - held, base::Duration::zero());
    smoothed_ = smoothed_ ? (*smoothed_ * 7 + round_trip) / 8 : round_trip;
    return round_trip;
}

}  // namespace sightline::rtp
