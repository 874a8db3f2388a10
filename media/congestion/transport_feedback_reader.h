// Reads the body of a transport-wide feedback packet,
// draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1. No allocation; views the bytes
// that were handed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "appliance/base/bytes.h"

namespace sightline::congestion {

struct PacketStatus {
    std::uint16_t sequence = 0;
    bool received = false;
    // On the receiver's clock, whose zero is arbitrary; it wraps with the 24-bit reference time.
    std::chrono::microseconds arrival{0};
};

// Walks the statuses:  TransportFeedbackReader r(body); while (auto s = r.next()) ...; if (!r.ok())
// ... A malformed body gives no status at all: the shape is checked before the first one.
class TransportFeedbackReader {
  public:
    explicit TransportFeedbackReader(base::ByteView body);
    std::optional<PacketStatus> next();
    bool ok() const { return ok_; }
    std::uint16_t base_sequence() const { return base_sequence_; }
    std::uint16_t status_count() const { return status_count_; }
    std::uint8_t feedback_count() const { return feedback_count_; }

  private:
    enum class Symbol : std::uint8_t {
        NotReceived = 0,
        SmallDelta = 1,
        LargeDelta = 2,
        Reserved = 3
    };
    Symbol next_symbol();
    bool load_chunk(std::uint16_t statuses_left);
    void check_shape();

    base::ByteView body_;
    bool ok_ = false;
    std::uint16_t base_sequence_ = 0;
    std::uint16_t status_count_ = 0;
    std::uint8_t feedback_count_ = 0;
    std::size_t chunk_at_ = 0;
    std::size_t delta_at_ = 0;
    std::uint16_t given_ = 0;
    std::uint16_t chunk_ = 0;
    std::uint16_t chunk_given_ = 0;  // symbols of the current chunk
    std::uint16_t chunk_left_ = 0;
    std::chrono::microseconds time_{0};
};

}  // namespace sightline::congestion
