// Splits an encoded VP8 frame into RTP payloads (RFC 7741 section 4.2): equal pieces, 15-bit
// picture id, no temporal layers. Past its first byte the frame is opaque: it may be encrypted end
// to end, so partitions are not looked for. One per sent stream. One thread.
#pragma once

#include <cstdint>
#include <optional>

#include "appliance/base/bytes.h"

namespace sightline::rtp {

class Vp8Packetizer {
  public:
    explicit Vp8Packetizer(std::uint16_t first_picture_id);

    // Begins a frame, which must stay valid until next() gave its last payload. `max_payload`
    // counts the descriptor (4 bytes) too.
    void start(base::ByteView frame, std::size_t max_payload);

    struct Payload {
        std::size_t size = 0;
        bool last = false;  // of its frame: set the RTP marker
    };
    // Writes the next payload, descriptor first; nullopt: the frame is finished. The buffer must
    // hold max_payload bytes.
    std::optional<Payload> next(base::MutableBytes buffer);

  private:
    base::ByteView frame_;
    std::size_t at_ = 0;
    std::size_t pieces_left_ = 0;
    std::uint16_t picture_id_;
};

}  // namespace sightline::rtp
