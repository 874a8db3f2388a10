// What arrived of one stream: loss and jitter as RFC 3550 appendices A.1, A.3 and A.8 compute them,
// for report blocks. One per received stream. One thread.
#pragma once

#include <cstdint>
#include <optional>

#include "appliance/base/time.h"
#include "media/wire/rtcp.h"
#include "media/wire/rtp.h"

namespace sightline::rtp {

class ReceiveStatistics {
  public:
    ReceiveStatistics(std::uint32_t ssrc, std::uint32_t clock_rate)
        : ssrc_(ssrc), clock_rate_(clock_rate) {}

    // A packet of the stream, as received. Of those that were retransmitted only the count changes.
    enum class Way : std::uint8_t { Direct, Retransmitted };
    void on_packet(const wire::RtpHeader& header, std::size_t payload_size, Way way,
                   base::Instant now);
    void on_sender_report(const wire::SenderReport& report, base::Instant now);

    // The report block due now; starts the next interval of its fraction lost.
    wire::ReportBlock report(base::Instant now);

    std::uint32_t ssrc() const { return ssrc_; }
    std::uint64_t packets() const { return packets_; }
    std::uint64_t bytes() const { return bytes_; }
    std::int64_t lost() const;  // after retransmission; can be negative by duplicates
    base::Duration jitter() const;

  private:
    std::int64_t expected() const { return any_ ? highest_ - first_ + 1 : 0; }
    void restart(std::uint16_t sequence);

    std::uint32_t ssrc_;
    std::uint32_t clock_rate_;
    bool any_ = false;
    std::int64_t first_ = 0;  // extended sequence numbers
    std::int64_t highest_ = 0;
    std::int64_t received_ = 0;          // since first_
    std::optional<std::uint16_t> jump_;  // A.1: two in a row after a large jump mean a restart
    std::uint64_t packets_ = 0;
    std::uint64_t bytes_ = 0;
    std::int64_t expected_prior_ = 0;
    std::int64_t received_prior_ = 0;
    std::uint32_t jitter_x16_ = 0;  // A.8 keeps four fraction bits
    std::optional<std::uint32_t> last_transit_;
    std::uint32_t last_sr_ = 0;
    std::optional<base::Instant> last_sr_at_;
};

}  // namespace sightline::rtp
