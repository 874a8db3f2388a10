// Turns packets of changing publishers into one continuous outgoing stream: own SSRC, sequence
// numbers and timestamps that go on where the last publisher stopped (RFC 3550 section 5.1). One
// per subscriber and slot. One thread.
#pragma once

#include <cstdint>
#include <optional>

#include "appliance/base/time.h"
#include "media/wire/rtp.h"
#include "media/wire/vp8.h"

namespace sightline::rtp {

class StreamRewriter {
  public:
    struct Config {
        std::uint32_t ssrc = 0;
        std::uint32_t clock_rate = 0;
        std::uint16_t first_sequence = 0;
        std::uint32_t first_timestamp = 0;
    };
    explicit StreamRewriter(const Config& config) : config_(config) {}

    // The next packet rewritten is the first of another stream, or of the same after a pause.
    void switch_source() { anchor_.reset(); }
    bool has_source() const { return anchor_.has_value(); }

    // The outgoing SSRC, sequence and timestamp; marker and payload type stay for the caller to
    // set. nullopt for a packet older than the first one after the switch: its number belongs to
    // another stream. A packet recovered later gets the number that its place in the stream
    // demands.
    std::optional<wire::RtpHeader> rewrite(const wire::RtpHeader& in, base::Instant now);

    // The outgoing timestamp of an incoming one, for sender reports; nullopt before the first
    // packet.
    std::optional<std::uint32_t> map_timestamp(std::uint32_t in) const;
    // The incoming sequence number that went out as `out`, to find a NACKed packet in the
    // publisher's history; nullopt when it belongs to an earlier source or was never sent.
    std::optional<std::uint16_t> source_sequence(std::uint16_t out) const;

    std::uint32_t ssrc() const { return config_.ssrc; }

  private:
    struct Anchor {  // of the current source: its first packet, and what that became
        std::uint16_t in_sequence, out_sequence;
        std::uint32_t in_timestamp, out_timestamp;
        std::uint16_t last_in;   // newest
        std::uint32_t span = 0;  // how far the newest is from the first, saturating
    };
    struct Last {  // the newest packet that went out
        std::uint16_t sequence;
        std::uint32_t timestamp;
        base::Instant at;
    };

    Config config_;
    std::optional<Anchor> anchor_;
    std::optional<Last> last_;
};

// The same for the picture id and TL0PICIDX of VP8 (RFC 7741 section 4.2), which a decoder expects
// to count on. Rewrites in place. One per subscriber and slot.
class Vp8Continuity {
  public:
    void switch_source() { anchored_ = false; }
    void rewrite(base::MutableBytes rtp_payload, const wire::Vp8Descriptor& descriptor);

  private:
    bool anchored_ = false;
    std::uint16_t picture_offset_ = 0;
    std::uint8_t tl0_offset_ = 0;
    std::uint16_t last_picture_ = 0;  // newest that went out
    std::uint8_t last_tl0_ = 0;
};

}  // namespace sightline::rtp
