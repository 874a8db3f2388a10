#include "media/rtp/receive_statistics.h"

#include <algorithm>
#include <cstdlib>

#include "media/rtp/timestamp.h"

namespace sightline::rtp {
namespace {

constexpr std::int64_t kCycle = 1 << 16;
constexpr std::uint16_t kMaxDropout = 3000;  // RFC 3550 appendix A.1
constexpr std::uint16_t kMaxMisorder = 100;
constexpr std::uint32_t kMaxTransitChangeSeconds = 10;  // more is a new clock, not jitter

}  // namespace

void ReceiveStatistics::restart(std::uint16_t sequence) {
    first_ = highest_ = kCycle + sequence;
    received_ = 0;
    expected_prior_ = received_prior_ = 0;
    jump_.reset();
    last_transit_.reset();
    any_ = true;
}

void ReceiveStatistics::on_packet(const wire::RtpHeader& header, std::size_t payload_size, Way way,
                                  base::Instant now) {
    ++packets_;
    bytes_ += payload_size;
    if (way == Way::Retransmitted) {
        if (any_) ++received_;
        return;
    }

    // "udelta" of RFC 3550 appendix A.1.
    const auto ahead =
        static_cast<std::uint16_t>(header.sequence - static_cast<std::uint16_t>(highest_));
    if (!any_) {
        restart(header.sequence);
    } else if (ahead < kMaxDropout) {
        highest_ += ahead;
    } else if (ahead <= kCycle - kMaxMisorder) {
        // "the sequence number made a very large jump": believe it when the next packet confirms
        // it.
        if (jump_ != header.sequence) {
            jump_ = static_cast<std::uint16_t>(header.sequence + 1);
            return;
        }
        restart(header.sequence);
    }
    ++received_;

    // Appendix A.8, with four fraction bits.
    const std::uint32_t transit = ticks_at(now, clock_rate_) - header.timestamp;
    if (last_transit_) {
        const auto change =
            std::abs(std::int64_t{static_cast<std::int32_t>(transit - *last_transit_)});
        if (change < std::int64_t{kMaxTransitChangeSeconds} * clock_rate_) {
            jitter_x16_ += static_cast<std::uint32_t>(change) - ((jitter_x16_ + 8) >> 4);
        }
    }
    last_transit_ = transit;
}

void ReceiveStatistics::on_sender_report(const wire::SenderReport& report, base::Instant now) {
    last_sr_ = static_cast<std::uint32_t>(report.ntp >> 16);
    last_sr_at_ = now;
}

wire::ReportBlock ReceiveStatistics::report(base::Instant now) {
    wire::ReportBlock block;
    block.ssrc = ssrc_;
    // Appendix A.3.
    const std::int64_t expected_interval = expected() - expected_prior_;
    const std::int64_t received_interval = received_ - received_prior_;
    const std::int64_t lost_interval = expected_interval - received_interval;
    expected_prior_ = expected();
    received_prior_ = received_;
    if (expected_interval > 0 && lost_interval > 0) {
        block.fraction_lost = static_cast<std::uint8_t>(
            std::min<std::int64_t>(255, (lost_interval << 8) / expected_interval));
    }
    block.cumulative_lost =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(lost(), -0x800000, 0x7FFFFF));
    block.highest_sequence = any_ ? static_cast<std::uint32_t>(highest_ - kCycle) : 0;
    block.jitter = jitter_x16_ >> 4;
    if (last_sr_at_) {
        block.last_sr = last_sr_;
        block.delay_since_last_sr = static_cast<std::uint32_t>(
            std::max<std::int64_t>(0, ticks_of(now - *last_sr_at_, 65536)));
    }
    return block;
}

std::int64_t ReceiveStatistics::lost() const { return expected() - received_; }

base::Duration ReceiveStatistics::jitter() const {
    return std::chrono::nanoseconds(std::int64_t{jitter_x16_ >> 4} * 1'000'000'000 / clock_rate_);
}

}  // namespace sightline::rtp
