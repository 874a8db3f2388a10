#include "media/rtp/rtx.h"

namespace sightline::rtp {

std::size_t write_rtx(const wire::RtpHeader& original, base::ByteView payload,
                      const RtxTarget& target,
                      std::span<const wire::RtpExtensionToWrite> extensions,
                      base::MutableBytes buffer) {
    // RFC 4588 section 4: marker and timestamp stay those of the original packet.
    wire::RtpHeader header = original;
    header.payload_type = target.payload_type;
    header.ssrc = target.ssrc;
    header.sequence = target.sequence;
    const std::size_t size = wire::write_rtp_header(header, extensions, buffer);
    if (size == 0) return 0;
    base::ByteWriter out(buffer.subspan(size));
    out.u16(original.sequence);
    out.bytes(payload);
    return out.ok() ? size + out.size() : 0;
}

std::optional<wire::RtpPacket> read_rtx(const wire::RtpPacket& rtx, std::uint8_t payload_type,
                                        std::uint32_t ssrc) {
    if (rtx.payload.size() < 2) return std::nullopt;
    wire::RtpPacket original = rtx;
    original.payload_type = payload_type;
    original.ssrc = ssrc;
    original.sequence = base::load16(rtx.payload.data());
    original.payload = rtx.payload.subspan(2);
    return original;
}

}  // namespace sightline::rtp
