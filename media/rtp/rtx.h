// Retransmission payload format, RFC 4588 section 4: the original sequence number, then the
// original payload, in a stream of its own. No state.
//
// |            OSN                |                               |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               |
// |                  Original RTP Packet Payload                  |
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "media/wire/rtp.h"

namespace sightline::rtp {

// Where a retransmitted packet goes: the RTX stream, and its next sequence number.
struct RtxTarget {
    std::uint8_t payload_type = 0;
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
};

// Writes `original` (header as the receiver knows it, payload as it was sent) as an RTX packet with
// these extensions. Returns its size, 0: too small.
std::size_t write_rtx(const wire::RtpHeader& original, base::ByteView payload,
                      const RtxTarget& target,
                      std::span<const wire::RtpExtensionToWrite> extensions,
                      base::MutableBytes buffer);

// The original packet, as views into the RTX packet: marker, timestamp and extensions are shared.
// nullopt: no room for the OSN (a padding packet, sent to probe the bandwidth).
std::optional<wire::RtpPacket> read_rtx(const wire::RtpPacket& rtx, std::uint8_t payload_type,
                                        std::uint32_t ssrc);

}  // namespace sightline::rtp
