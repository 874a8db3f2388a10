// The sender's side of transport-wide congestion control: which packet left when, and what the
// feedback says became of it. One per transport. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/time.h"
#include "media/congestion/data_rate.h"
#include "media/wire/sequence_unwrapper.h"

namespace sightline::congestion {

// One packet that the feedback says arrived, in the order of sending.
struct DelaySample {
    base::Instant sent;
    std::chrono::microseconds arrived{0};  // on the receiver's clock, unwrapped
    std::size_t size = 0;
};

struct FeedbackSummary {
    std::size_t received = 0;
    std::size_t lost = 0;
    double loss_fraction = 0;  // lost / (received + lost); 0 when there is neither
    std::size_t acked_bytes = 0;
    std::optional<DataRate> acked_bitrate;  // over the last half second of arrivals
    std::optional<base::Duration>
        round_trip;                       // of the newest packet told of, feedback delay included
    std::span<const DelaySample> delays;  // valid until the next call
};

class SentPacketHistory {
  public:
    SentPacketHistory();

    // The next transport-wide sequence number, for the header extension.
    std::uint16_t next_sequence() const { return next_sequence_; }
    // A packet with next_sequence() left; advances it.
    void on_sent(std::size_t size, base::Instant now);

    // nullopt: malformed. Packets told of before as received, or too long ago, do not count again.
    std::optional<FeedbackSummary> apply(base::ByteView body, base::Instant now);

    std::size_t bytes_in_flight() const { return in_flight_; }

  private:
    enum class State : std::uint8_t { Unused, InFlight, Lost, Received };
    struct Sent {
        std::uint16_t sequence = 0;
        State state = State::Unused;
        std::uint32_t size = 0;
        base::Instant at;
    };
    struct Acked {
        std::chrono::microseconds arrived;
        std::size_t size;
    };
    std::chrono::microseconds unwrap(std::chrono::microseconds arrival);
    void forget_before(std::uint16_t sequence);
    std::optional<DataRate> acked_bitrate() const;

    std::vector<Sent> sent_;
    std::vector<DelaySample> delays_;  // reserved once
    std::vector<Acked> acked_;         // ring
    std::size_t acked_next_ = 0;
    std::size_t acked_count_ = 0;
    std::uint16_t next_sequence_ = 0;
    std::uint16_t oldest_untold_ = 0;
    std::size_t in_flight_ = 0;
    std::optional<std::chrono::microseconds> last_arrival_;  // unwrapped
};

}  // namespace sightline::congestion
