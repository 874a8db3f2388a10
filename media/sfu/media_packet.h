// A publisher's RTP packet, parsed once, on its way to every subscriber: what the forward path
// handles. The views point into the datagram, or into the packet history for a packet sent again. A
// value.
#pragma once

#include <optional>

#include "appliance/base/bytes.h"
#include "media/wire/rtp.h"
#include "media/wire/vp8.h"

namespace sightline::sfu {

struct MediaPacket {
    wire::RtpHeader header;
    base::ByteView payload;                  // empty: padding only, which keeps the sequence whole
    std::optional<wire::Vp8Descriptor> vp8;  // of a video packet that has a payload
    bool starts_key_frame = false;
};

}  // namespace sightline::sfu
