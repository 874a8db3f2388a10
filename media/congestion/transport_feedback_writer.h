// The receiver's side of transport-wide congestion control,
// draft-holmer-rmcat-transport-wide-cc-extensions-01: remembers when each packet of a transport
// came and writes feedback about them, 50 to 100 ms apart. One per transport. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/time.h"
#include "media/wire/sequence_unwrapper.h"

namespace sightline::congestion {

class TransportFeedbackWriter {
  public:
    explicit TransportFeedbackWriter(base::Duration interval = std::chrono::milliseconds(100));

    // A packet with this transport-wide sequence number arrived. Duplicates and those older than
    // the last feedback's window are ignored.
    void record(std::uint16_t transport_sequence, base::Instant now);

    // Writes the body of one feedback packet for wire::write_transport_feedback, padded to 4 bytes;
    // returns its size, 0: nothing is due. Call until 0: what does not fit in the buffer, or in the
    // format, goes into the next one.
    std::size_t poll(base::Instant now, base::MutableBytes body);
    // kNever while there is nothing to tell.
    base::Instant next_deadline() const;

    static constexpr std::int64_t kMaxLate = 500;

  private:
    struct Arrival {
        std::int64_t sequence = -1;  // extended; -1: not received
        base::Instant at;
    };
    Arrival& arrival(std::int64_t sequence) {
        return window_[static_cast<std::size_t>(sequence) & (window_.size() - 1)];
    }
    // The body's parts before they are written; kept to use their memory again.
    struct Draft {
        std::vector<std::uint8_t> symbols;
        std::vector<std::int16_t> deltas;
    };
    bool received(std::int64_t sequence) { return arrival(sequence).sequence == sequence; }
    std::int64_t draft(std::size_t room, std::int64_t reference);
    std::int64_t reference_time();
    std::size_t write(base::MutableBytes body);

    base::Duration interval_;
    std::vector<Arrival> window_;
    wire::SequenceUnwrapper unwrapper_;
    std::optional<base::Instant> epoch_;  // zero of the reference time: the first arrival
    std::optional<base::Instant> due_;
    std::int64_t next_ = -1;  // first sequence number not told yet; -1: nothing recorded
    std::int64_t newest_ = -1;
    std::uint8_t feedback_count_ = 0;
    Draft draft_;
};

}  // namespace sightline::congestion
