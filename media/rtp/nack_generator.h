// Decides what to ask for again (RFC 4585 section 6.2.1): gaps in a received stream, after a little
// patience for packets that are only late, once per round trip, ten times at most. One per received
// stream. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "appliance/base/time.h"
#include "media/wire/sequence_unwrapper.h"

namespace sightline::rtp {

class NackGenerator {
  public:
    struct Config {
        // A gap is asked for when this many later packets came, or when the wait is over.
        int reorder_packets = 3;
        base::Duration reorder_wait = std::chrono::milliseconds(10);
        int max_retries = 10;
        base::Duration max_age = std::chrono::seconds(1);
        base::Duration initial_round_trip = std::chrono::milliseconds(100);
        std::size_t max_missing = 512;
        std::int64_t max_gap = 1000;  // a larger jump means another stream: start anew
    };
    NackGenerator() : NackGenerator(Config()) {}
    explicit NackGenerator(const Config& config);

    enum class Arrival : std::uint8_t { New, Recovered, Late };
    // `starts_key_frame`: nothing before this packet is needed any more. Recovered means that it
    // had been missing; Late, that it is a duplicate or had been given up.
    Arrival on_packet(std::uint16_t sequence, bool starts_key_frame, base::Instant now);

    // Between retries; never less than 5 ms.
    void set_round_trip(base::Duration round_trip);

    // Writes the sequence numbers to ask for now, ascending; returns how many. What does not fit in
    // `out` stays due.
    std::size_t poll(base::Instant now, std::span<std::uint16_t> out);
    // When poll() has something to do; kNever while nothing is missing.
    base::Instant next_deadline() const;

    void reset();
    std::size_t missing() const { return missing_.size(); }
    std::uint64_t given_up() const { return given_up_; }  // packets, ever

  private:
    struct Missing {
        std::int64_t sequence;
        base::Instant noticed;
        base::Instant due;
        int sent = 0;
    };
    bool is_due(const Missing& missing, base::Instant now) const;
    void forget_before(std::int64_t sequence);

    Config config_;
    base::Duration round_trip_;
    wire::SequenceUnwrapper unwrapper_;
    std::int64_t newest_ = -1;      // extended; -1: nothing yet
    std::vector<Missing> missing_;  // ascending; capacity reserved once
    std::uint64_t given_up_ = 0;
};

}  // namespace sightline::rtp
