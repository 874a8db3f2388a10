#include "media/wire/rtp.h"

namespace sightline::wire {
namespace {

constexpr std::uint16_t kOneByteProfile = 0xBEDE;
constexpr std::uint16_t kTwoByteProfile = 0x1000;
constexpr std::uint16_t kTwoByteMask = 0xFFF0;  // the low 4 bits are "appbits"

}  // namespace

bool looks_like_rtcp(base::ByteView packet) {
    return packet.size() >= 4 && packet[0] >> 6 == 2 && packet[1] >= 192 && packet[1] <= 223;
}

bool looks_like_rtp_or_rtcp(base::ByteView datagram) {
    return !datagram.empty() && datagram[0] >= 128 && datagram[0] <= 191;
}

std::optional<RtpHeader> peek_rtp(base::ByteView packet) {
    if (packet.size() < kRtpHeaderSize || packet[0] >> 6 != 2) return std::nullopt;
    RtpHeader header;
    header.marker = (packet[1] & 0x80) != 0;
    header.payload_type = packet[1] & 0x7F;
    header.sequence = base::load16(&packet[2]);
    header.timestamp = base::load32(&packet[4]);
    header.ssrc = base::load32(&packet[8]);
    return header;
}

base::Result<RtpPacket> parse_rtp(base::ByteView packet) {
    const auto header = peek_rtp(packet);
    if (!header) return base::Errc::Malformed;
    RtpPacket parsed;
    static_cast<RtpHeader&>(parsed) = *header;

    base::ByteReader in(packet);
    const std::uint8_t first = in.u8();
    in.skip(kRtpHeaderSize - 1);
    in.skip(std::size_t{4} * (first & 0x0F));  // CSRCs: nothing here mixes
    if (first & 0x10) {
        parsed.extension_profile = in.u16();
        const std::size_t words = in.u16();
        parsed.extensions = in.bytes(words * 4);
    }
    if (!in.ok()) return base::Errc::Malformed;
    parsed.payload = in.rest();
    if (first & 0x20) {
        // RFC 3550 section 5.1: the last octet counts the padding, itself included.
        if (parsed.payload.empty()) return base::Errc::Malformed;
        parsed.padding = parsed.payload.back();
        if (parsed.padding == 0 || parsed.padding > parsed.payload.size()) {
            return base::Errc::Malformed;
        }
        parsed.payload = parsed.payload.first(parsed.payload.size() - parsed.padding);
    }
    return parsed;
}

std::optional<base::ByteView> RtpPacket::extension(std::uint8_t id) const {
    const bool one_byte = extension_profile == kOneByteProfile;
    if (!one_byte && (extension_profile & kTwoByteMask) != kTwoByteProfile) return std::nullopt;
    if (id == 0 || (one_byte && id > 14)) return std::nullopt;

    std::size_t at = 0;
    while (at < extensions.size()) {
        const std::uint8_t head = extensions[at++];
        if (head == 0) continue;  // padding
        std::uint8_t found = head;
        std::size_t size = 0;
        if (one_byte) {
            found = head >> 4;
            size = std::size_t{head & 0x0Fu} + 1;
            // RFC 8285 section 4.2: id 15 means that nothing after it may be understood.
            if (found == 15) return std::nullopt;
            // An id of 0 with a length is not padding, and no element either: stop as well.
            if (found == 0) return std::nullopt;
        } else {
            if (at == extensions.size()) return std::nullopt;
            size = extensions[at++];
        }
        if (size > extensions.size() - at) return std::nullopt;
        if (found == id) return extensions.subspan(at, size);
        at += size;
    }
    return std::nullopt;
}

std::size_t write_rtp_header(const RtpHeader& header,
                             std::span<const RtpExtensionToWrite> extensions,
                             base::MutableBytes buffer) {
    base::ByteWriter out(buffer);
    out.u8(static_cast<std::uint8_t>(0x80 | (extensions.empty() ? 0 : 0x10)));
    out.u8(static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F)));
    out.u16(header.sequence);
    out.u32(header.timestamp);
    out.u32(header.ssrc);
    if (!extensions.empty()) {
        std::size_t content = 0;
        for (const auto& extension : extensions) {
            if (extension.id < 1 || extension.id > 14) return 0;
            if (extension.data.empty() || extension.data.size() > 16) return 0;
            content += 1 + extension.data.size();
        }
        const std::size_t words = (content + 3) / 4;
        out.u16(kOneByteProfile);
        out.u16(static_cast<std::uint16_t>(words));
        for (const auto& extension : extensions) {
            out.u8(static_cast<std::uint8_t>((std::size_t{extension.id} << 4) |
                                             (extension.data.size() - 1)));
            out.bytes(extension.data);
        }
        out.fill(words * 4 - content, 0);
    }
    return out.ok() ? out.size() : 0;
}

}  // namespace sightline::wire
