// The last packets of a stream, to answer NACKs from (RFC 4585): a fixed ring of slots, filled
// without allocation. One per stream. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/time.h"
#include "media/wire/packet_batch.h"

namespace sightline::rtp {

// Lets one packet be sent again once per interval, however often it is asked for: requests for it
// that cross the answer on the way must not multiply it. One per receiver where many share a
// history.
class ResendThrottle {
  public:
    // `capacity` is a power of two.
    explicit ResendThrottle(std::size_t capacity = 256);
    bool allow(std::uint16_t sequence, base::Instant now, base::Duration interval);

  private:
    struct Entry {
        std::uint16_t sequence = 0;
        std::optional<base::Instant> at;
    };
    std::vector<Entry> entries_;
};

class PacketHistory {
  public:
    // `capacity` is a power of two; memory is capacity * kMaxDatagram, taken here.
    explicit PacketHistory(std::size_t capacity = 512,
                           base::Duration max_age = std::chrono::seconds(2));

    // A plain RTP packet, copied over the oldest one. Larger than kMaxDatagram: not kept.
    void store(std::uint16_t sequence, base::ByteView packet, base::Instant now);
    // Valid until the next store(). nullopt: never stored, overwritten or too old.
    std::optional<base::ByteView> find(std::uint16_t sequence, base::Instant now) const;
    // As find(), but nullopt also when it was given out less than `interval` (a round trip) ago.
    std::optional<base::ByteView> resend(std::uint16_t sequence, base::Instant now,
                                         base::Duration interval);
    void clear();

  private:
    struct Slot {
        std::uint16_t sequence = 0;
        std::uint16_t size = 0;  // 0: empty
        base::Instant stored;
        std::array<std::uint8_t, wire::kMaxDatagram> bytes;
    };
    std::vector<Slot> slots_;
    base::Duration max_age_;
    ResendThrottle throttle_;
};

}  // namespace sightline::rtp
