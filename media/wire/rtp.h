// RTP packets (RFC 3550 section 5.1) with one-byte and two-byte header extensions (RFC 8285): parse
// in place, write into a buffer. No state.
#pragma once

#include <cstdint>
#include <optional>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"

namespace sightline::wire {

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// |                           timestamp                           |
// |                             SSRC                              |
struct RtpHeader {
    bool marker = false;
    std::uint8_t payload_type = 0;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t ssrc = 0;
};

inline constexpr std::size_t kRtpHeaderSize = 12;

// RFC 5761 section 4: with rtcp-mux, a second byte of 192..223 is RTCP.
bool looks_like_rtcp(base::ByteView packet);
// RFC 7983: first byte 128..191.
bool looks_like_rtp_or_rtcp(base::ByteView datagram);

struct RtpPacket : RtpHeader {
    base::ByteView extensions;  // the extension block's content, without its 4-byte header
    std::uint16_t extension_profile = 0;  // 0xBEDE one-byte, 0x100x two-byte, 0: none
    base::ByteView payload;               // without padding
    std::uint8_t padding = 0;

    // The element with this id (1..14, or 1..255 in two-byte form); nullopt: absent.
    std::optional<base::ByteView> extension(std::uint8_t id) const;
};
// Views point into `packet`. Errors: Malformed.
base::Result<RtpPacket> parse_rtp(base::ByteView packet);
// Only the fixed 12 bytes, for a first look (the SSRC) before anything else is parsed.
std::optional<RtpHeader> peek_rtp(base::ByteView packet);

// Extension elements to write, one-byte form; at most 4 of at most 16 bytes.
struct RtpExtensionToWrite {
    std::uint8_t id = 0;
    base::ByteView data;
};
// Writes header and extensions; returns their size, to which the payload is appended; 0: too small.
std::size_t write_rtp_header(const RtpHeader& header,
                             std::span<const RtpExtensionToWrite> extensions,
                             base::MutableBytes buffer);

}  // namespace sightline::wire
