// Opus packets in order (RFC 7587: one packet, one frame), with losses told in their place, so that
// the decoder can conceal them or use in-band FEC. A gap is waited for a short while. Memory is
// fixed. One per received stream. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/time.h"
#include "media/wire/packet_batch.h"
#include "media/wire/rtp.h"
#include "media/wire/sequence_unwrapper.h"

namespace sightline::rtp {

class AudioReorderer {
  public:
    struct Config {
        std::size_t capacity = 64;                                // packets, a power of two
        base::Duration max_wait = std::chrono::milliseconds(60);  // for a missing packet
    };
    AudioReorderer() : AudioReorderer(Config()) {}
    explicit AudioReorderer(const Config& config);

    struct Item {
        bool lost = false;
        std::uint32_t timestamp = 0;  // 0 when lost
        base::Instant arrived{};
        base::ByteView payload;  // valid until the next call; empty when lost
    };
    void insert(const wire::RtpPacket& packet, base::Instant now);
    // The next packet or loss in order; nullopt: nothing, or a gap still worth waiting for.
    std::optional<Item> poll(base::Instant now);
    // When a gap will have been waited for long enough; then call poll(). kNever: no gap.
    base::Instant next_deadline() const;
    void reset();

    std::uint64_t lost() const { return lost_; }
    std::uint64_t late() const { return late_; }  // came after they were told lost, or twice

  private:
    struct Slot {
        std::int64_t sequence = -1;
        std::uint32_t timestamp = 0;
        std::uint16_t size = 0;
        base::Instant arrived;
        std::array<std::uint8_t, wire::kMaxDatagram> bytes;
    };
    std::size_t place(std::int64_t sequence) const {
        return static_cast<std::size_t>(sequence) & (slots_.size() - 1);
    }
    bool holds(std::int64_t sequence) const { return slots_[place(sequence)].sequence == sequence; }

    Config config_;
    std::vector<Slot> slots_;
    wire::SequenceUnwrapper unwrapper_;
    std::int64_t next_ = -1;
    std::int64_t newest_ = -1;
    std::uint64_t lost_ = 0;
    std::uint64_t late_ = 0;
};

}  // namespace sightline::rtp
