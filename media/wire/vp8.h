// VP8 payload descriptor (RFC 7741 section 4.2) and the first byte of the payload header. No state.
#pragma once

#include <cstdint>
#include <optional>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"

namespace sightline::wire {

struct Vp8Descriptor {
    bool non_reference = false;
    bool start_of_partition = false;
    std::uint8_t partition = 0;
    std::optional<std::uint16_t> picture_id;  // 15 bits when long_picture_id, else 7
    bool long_picture_id = false;
    std::optional<std::uint8_t> tl0_picture_index;
    std::optional<std::uint8_t> temporal_layer;
    bool layer_sync = false;
    std::optional<std::uint8_t> key_index;
    std::size_t size = 0;  // bytes the descriptor takes; the VP8 data follows

    bool starts_frame() const { return start_of_partition && partition == 0; }
};

// Errors: Malformed (shorter than its flags say, or no data after it).
base::Result<Vp8Descriptor> parse_vp8(base::ByteView rtp_payload);
// True when this packet begins a key frame: first packet of a frame, and P=0 in the frame's first
// byte (RFC 7741 section 4.3). Needs only the clear prefix of an end-to-end encrypted frame.
bool starts_key_frame(const Vp8Descriptor& descriptor, base::ByteView rtp_payload);
// Writes the descriptor with a 15-bit picture id (when given); returns its size, 0: too small.
std::size_t write_vp8(const Vp8Descriptor& descriptor, base::MutableBytes buffer);
// Overwrites picture id and TL0PICIDX in place, where present, keeping the field widths.
void rewrite_vp8(base::MutableBytes rtp_payload, const Vp8Descriptor& descriptor,
                 std::uint16_t picture_id, std::uint8_t tl0_picture_index);

}  // namespace sightline::wire
