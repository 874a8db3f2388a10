// Sender reports (RFC 3550 section 6.4.1): what pairs an RTP timestamp with wall-clock time, on
// both sides, and what a sender counts. Two streams with one wall clock can be played in step. One
// thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "appliance/base/time.h"
#include "media/wire/rtcp.h"

namespace sightline::rtp {

// A sender's clock as its reports tell it: NTP time and RTP timestamp of one instant.
class SenderClock {
  public:
    explicit SenderClock(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

    struct Pair {
        std::uint64_t ntp = 0;
        std::uint32_t rtp_timestamp = 0;
    };
    // From a received report; or, at the sender, from a frame and its capture time.
    void set(const Pair& pair, base::Instant now);

    // The pair moved forward to `now`: what the hub puts, after StreamRewriter::map_timestamp, into
    // a report of its own to a subscriber. Moving along the line keeps lips and voice together.
    std::optional<Pair> at(base::Instant now) const;
    // Capture time, on the sender's NTP clock, of a packet with this timestamp.
    std::optional<std::chrono::nanoseconds> captured(std::uint32_t rtp_timestamp) const;

  private:
    std::uint32_t clock_rate_;
    std::optional<Pair> pair_;
    base::Instant set_at_{};
};

// The counters of one sent stream, and the reports made of them.
class SenderStatistics {
  public:
    explicit SenderStatistics(std::uint32_t ssrc) : ssrc_(ssrc) {}
    void on_packet(std::size_t payload_size) {
        ++packets_;
        octets_ += payload_size;
    }
    wire::SenderReport report(const SenderClock::Pair& clock) const;
    std::uint32_t ssrc() const { return ssrc_; }
    std::uint64_t packets() const { return packets_; }
    std::uint64_t octets() const { return octets_; }

  private:
    std::uint32_t ssrc_;
    std::uint64_t packets_ = 0;
    std::uint64_t octets_ = 0;
};

// Round trips from the report blocks that answer our sender reports (RFC 3550 section 6.4.1, LSR
// and DLSR). It remembers when each report left, so the NTP times in them may be of any clock.
class RoundTrip {
  public:
    void on_report_sent(std::uint64_t ntp, base::Instant now);
    // The round trip that this block shows; nullopt when it answers none of the last reports.
    std::optional<base::Duration> on_report_block(const wire::ReportBlock& block,
                                                  base::Instant now);
    std::optional<base::Duration> smoothed() const { return smoothed_; }

  private:
    struct Sent {
        std::uint32_t middle = 0;  // middle 32 bits of the NTP time; 0: empty
        base::Instant at;
    };
    std::array<Sent, 16> sent_{};
    std::size_t next_ = 0;
    std::optional<base::Duration> smoothed_;
};

}  // namespace sightline::rtp
