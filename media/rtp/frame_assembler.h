// Puts received VP8 packets back in order and together: whole frames come out in sequence. A gap is
// waited for until a deadline; then everything up to the next key frame is dropped, and a key frame
// is asked for. Memory is fixed. One per received stream. One thread.
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

struct AssembledFrame {
    bool key_frame = false;
    std::uint32_t timestamp = 0;
    base::Instant complete;  // when its last packet came
    base::ByteView data;     // VP8 data without descriptors; valid until the next call
};

class FrameAssembler {
  public:
    struct Config {
        std::size_t capacity = 1024;  // packets, a power of two; each takes kMaxDatagram bytes
        base::Duration max_wait = std::chrono::milliseconds(400);  // for a missing packet
        std::size_t max_frame_bytes = 1024 * 1024;
    };
    FrameAssembler() : FrameAssembler(Config()) {}
    explicit FrameAssembler(const Config& config);

    // A packet of the stream, direct or restored from RTX. Its payload is copied; malformed ones
    // are counted and dropped, empty ones (padding) only fill their place.
    void insert(const wire::RtpPacket& packet, base::Instant now);
    // The next frame in order, as far as it is complete. Call until nullopt.
    std::optional<AssembledFrame> poll(base::Instant now);
    // When a gap will have been waited for long enough; then call poll().
    base::Instant next_deadline() const;

    // True from the start, and from a loss given up, until a key frame has come out.
    bool needs_key_frame() const { return needs_key_frame_; }
    void reset();

    struct Counters {
        std::uint64_t frames = 0;
        std::uint64_t malformed = 0;
        std::uint64_t gaps_given_up = 0;
        std::uint64_t late = 0;  // packets that came too late, or twice
    };
    const Counters& counters() const { return counters_; }

  private:
    struct Slot {
        std::int64_t sequence = -1;  // extended; -1: empty
        std::uint32_t timestamp = 0;
        std::uint16_t size = 0;  // of the VP8 data; 0: padding only
        bool starts_frame = false;
        bool starts_key_frame = false;
        bool marker = false;
        base::Instant arrived;
        std::array<std::uint8_t, wire::kMaxDatagram> bytes;
    };
    Slot& slot(std::int64_t sequence) {
        return slots_[static_cast<std::size_t>(sequence) & (slots_.size() - 1)];
    }
    bool holds(std::int64_t sequence) { return slot(sequence).sequence == sequence; }
    std::optional<AssembledFrame> take_frame(std::int64_t first);
    std::optional<AssembledFrame> take_next_key_frame(std::int64_t from);
    std::optional<std::int64_t> first_gap();
    base::Instant earliest_after(std::int64_t sequence);
    void drop_before(std::int64_t sequence);
    void give_up();

    Config config_;
    std::vector<Slot> slots_;
    base::Bytes frame_;  // reserved once
    wire::SequenceUnwrapper unwrapper_;
    std::int64_t next_ = -1;  // first packet not yet given out; -1: nothing received
    std::int64_t newest_ = -1;
    bool needs_key_frame_ = true;
    base::Instant deadline_ = base::kNever;  // of the gap that poll() stopped at
    Counters counters_;
};

}  // namespace sightline::rtp
