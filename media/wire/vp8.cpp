#include "media/wire/vp8.h"

namespace sightline::wire {
namespace {

//       0 1 2 3 4 5 6 7
//      +-+-+-+-+-+-+-+-+
//      |X|R|N|S|R| PID | (REQUIRED)
//      +-+-+-+-+-+-+-+-+
// X:   |I|L|T|K| RSV   | (OPTIONAL)
//      +-+-+-+-+-+-+-+-+
// I:   |M| PictureID   | (OPTIONAL)
//      +-+-+-+-+-+-+-+-+
//      |   PictureID   |
//      +-+-+-+-+-+-+-+-+
// L:   |   TL0PICIDX   | (OPTIONAL)
//      +-+-+-+-+-+-+-+-+
// T/K: |TID|Y| KEYIDX  | (OPTIONAL)
//      +-+-+-+-+-+-+-+-+
constexpr std::uint8_t kX = 0x80, kN = 0x20, kS = 0x10;
constexpr std::uint8_t kI = 0x80, kL = 0x40, kT = 0x20, kK = 0x10;
constexpr std::uint8_t kM = 0x80;

}  // namespace

base::Result<Vp8Descriptor> parse_vp8(base::ByteView rtp_payload) {
    base::ByteReader in(rtp_payload);
    Vp8Descriptor descriptor;
    const std::uint8_t first = in.u8();
    descriptor.non_reference = (first & kN) != 0;
    descriptor.start_of_partition = (first & kS) != 0;
    descriptor.partition = first & 0x07;
    if (first & kX) {
        const std::uint8_t present = in.u8();
        if (present & kI) {
            const std::uint8_t high = in.u8();
            if (high & kM) {
                descriptor.long_picture_id = true;
                descriptor.picture_id = static_cast<std::uint16_t>(((high & 0x7F) << 8) | in.u8());
            } else {
                descriptor.picture_id = high;
            }
        }
        if (present & kL) descriptor.tl0_picture_index = in.u8();
        if (present & (kT | kK)) {
            const std::uint8_t layer = in.u8();
            if (present & kT) {
                descriptor.temporal_layer = static_cast<std::uint8_t>(layer >> 6);
                descriptor.layer_sync = (layer & 0x20) != 0;
            }
            if (present & kK) descriptor.key_index = static_cast<std::uint8_t>(layer & 0x1F);
        }
    }
    if (!in.ok() || in.left() == 0) return base::Errc::Malformed;
    descriptor.size = rtp_payload.size() - in.left();
    return descriptor;
}

bool starts_key_frame(const Vp8Descriptor& descriptor, base::ByteView rtp_payload) {
    return descriptor.starts_frame() && rtp_payload.size() > descriptor.size &&
           (rtp_payload[descriptor.size] & 0x01) == 0;
}

std::size_t write_vp8(const Vp8Descriptor& descriptor, base::MutableBytes buffer) {
    std::uint8_t present = 0;
    if (descriptor.picture_id) present |= kI;
    if (descriptor.tl0_picture_index) present |= kL;
    if (descriptor.temporal_layer) present |= kT;
    if (descriptor.key_index) present |= kK;

    base::ByteWriter out(buffer);
    out.u8(static_cast<std::uint8_t>((present ? kX : 0) | (descriptor.non_reference ? kN : 0) |
                                     (descriptor.start_of_partition ? kS : 0) |
                                     (descriptor.partition & 0x07)));
    if (present) out.u8(present);
    if (descriptor.picture_id) {
        out.u16(static_cast<std::uint16_t>(0x8000 | (*descriptor.picture_id & 0x7FFF)));
    }
    if (descriptor.tl0_picture_index) out.u8(*descriptor.tl0_picture_index);
    if (present & (kT | kK)) {
        out.u8(static_cast<std::uint8_t>((descriptor.temporal_layer.value_or(0) << 6) |
                                         (descriptor.layer_sync ? 0x20 : 0) |
                                         (descriptor.key_index.value_or(0) & 0x1F)));
    }
    return out.ok() ? out.size() : 0;
}

void rewrite_vp8(base::MutableBytes rtp_payload, const Vp8Descriptor& descriptor,
                 std::uint16_t picture_id, std::uint8_t tl0_picture_index) {
    if (rtp_payload.size() < descriptor.size) return;
    std::size_t at = 2;  // where the optional fields begin when there are any
    if (descriptor.picture_id) {
        if (descriptor.long_picture_id) {
            base::store16(&rtp_payload[at],
                          static_cast<std::uint16_t>(0x8000 | (picture_id & 0x7FFF)));
            at += 2;
        } else {
            rtp_payload[at] = static_cast<std::uint8_t>(picture_id & 0x7F);
            at += 1;
        }
    }
    if (descriptor.tl0_picture_index) rtp_payload[at] = tl0_picture_index;
}

}  // namespace sightline::wire
