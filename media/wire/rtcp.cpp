#include "media/wire/rtcp.h"

#include "appliance/base/check.h"

namespace sightline::wire {
namespace {

enum PacketType : std::uint8_t {
    kSr = 200,
    kRr = 201,
    kSdes = 202,
    kBye = 203,
    kApp = 204,
    kTransportLayerFeedback = 205,
    kPayloadFeedback = 206,
};
constexpr std::uint8_t kFmtNack = 1;
constexpr std::uint8_t kFmtTransportFeedback = 15;
constexpr std::uint8_t kFmtPli = 1;
constexpr std::uint8_t kFmtFir = 4;
constexpr std::uint8_t kFmtApplicationLayer = 15;
constexpr std::size_t kReportBlockSize = 24;
constexpr std::uint8_t kCnameItem = 1;
constexpr std::chrono::seconds kNtpUnixOffset{2'208'988'800};  // from 1900 to 1970
constexpr std::uint32_t kRembName = 0x52454D42;                // "REMB"

std::optional<RtcpItem> parse_sdes(unsigned chunks, base::ByteView body) {
    if (chunks == 0) return UnknownRtcp{kSdes};
    base::ByteReader in(body);
    Sdes sdes;
    sdes.ssrc = in.u32();
    // RFC 3550 section 6.5: items end with a null octet.
    while (const std::uint8_t item = in.u8()) {
        const auto text = in.bytes(in.u8());
        if (item == kCnameItem && sdes.cname.empty()) sdes.cname = base::as_text(text);
    }
    if (!in.ok()) return std::nullopt;
    return sdes;
}

// RFC 3550 section 6.7: the count field is the subtype; padding was taken off before.
std::optional<RtcpItem> parse_app(unsigned subtype, base::ByteView body) {
    if (body.size() < 8 || body.size() % 4 != 0) return std::nullopt;
    return App{static_cast<std::uint8_t>(subtype), base::load32(&body[0]), base::load32(&body[4]),
               body.subspan(8)};
}

std::optional<RtcpItem> parse_transport_layer_feedback(unsigned format, base::ByteView body) {
    if (body.size() < 8) return std::nullopt;
    const std::uint32_t sender = base::load32(&body[0]);
    const std::uint32_t media = base::load32(&body[4]);
    if (format == kFmtNack) {
        if (body.size() == 8 || body.size() % 4 != 0) return std::nullopt;
        return Nack{sender, media, body.subspan(8)};
    }
    if (format == kFmtTransportFeedback) return TransportFeedback{sender, media, body.subspan(8)};
    return UnknownRtcp{kTransportLayerFeedback};
}

std::optional<RtcpItem> parse_payload_feedback(unsigned format, base::ByteView body) {
    if (body.size() < 8) return std::nullopt;
    const std::uint32_t sender = base::load32(&body[0]);
    const std::uint32_t media = base::load32(&body[4]);
    if (format == kFmtPli) return Pli{sender, media};
    if (format == kFmtFir) {
        // RFC 5104 section 4.3.1: the media source of the header is unused; the entry names it.
        if (body.size() < 16) return std::nullopt;
        return Fir{sender, base::load32(&body[8]), body[12]};
    }
    if (format == kFmtApplicationLayer && body.size() >= 16 &&
        base::load32(&body[8]) == kRembName) {
        // | Num SSRC | BR Exp (6) | BR Mantissa (18) |
        const std::uint32_t bitrate = base::load24(&body[13]);
        const unsigned exponent = bitrate >> 18;
        const std::uint64_t mantissa = bitrate & 0x3FFFF;
        if (mantissa != 0 && exponent > 46) return std::nullopt;  // would not fit in 64 bits
        return Remb{sender, mantissa == 0 ? 0 : mantissa << exponent};
    }
    return UnknownRtcp{kPayloadFeedback};
}

std::optional<RtcpItem> parse_body(std::uint8_t type, unsigned count, base::ByteView body) {
    switch (type) {
        case kSr: {
            if (body.size() < kReportBlockSize + count * kReportBlockSize) return std::nullopt;
            SenderReport report;
            report.ssrc = base::load32(&body[0]);
            report.ntp = base::load64(&body[4]);
            report.rtp_timestamp = base::load32(&body[12]);
            report.packets = base::load32(&body[16]);
            report.octets = base::load32(&body[20]);
            report.blocks = body.subspan(24, count * kReportBlockSize);
            return report;
        }
        case kRr:
            if (body.size() < 4 + count * kReportBlockSize) return std::nullopt;
            return ReceiverReport{base::load32(&body[0]),
                                  body.subspan(4, count * kReportBlockSize)};
        case kSdes:
            return parse_sdes(count, body);
        case kBye:
            if (body.size() < std::size_t{4} * count) return std::nullopt;
            if (count == 0) return UnknownRtcp{kBye};
            return Bye{base::load32(&body[0])};
        case kApp:
            return parse_app(count, body);
        case kTransportLayerFeedback:
            return parse_transport_layer_feedback(count, body);
        case kPayloadFeedback:
            return parse_payload_feedback(count, body);
        default:
            return UnknownRtcp{type};
    }
}

void write_header(base::ByteWriter& out, unsigned count, std::uint8_t type, std::size_t size) {
    CHECK(size % 4 == 0 && size >= 4 && size / 4 - 1 <= 0xFFFF);
    out.u8(static_cast<std::uint8_t>(0x80 | count));
    out.u8(type);
    out.u16(static_cast<std::uint16_t>(size / 4 - 1));
}

void write_blocks(base::ByteWriter& out, std::span<const ReportBlock> blocks) {
    for (const auto& block : blocks) {
        out.u32(block.ssrc);
        out.u8(block.fraction_lost);
        out.u24(static_cast<std::uint32_t>(block.cumulative_lost) & 0xFFFFFF);
        out.u32(block.highest_sequence);
        out.u32(block.jitter);
        out.u32(block.last_sr);
        out.u32(block.delay_since_last_sr);
    }
}

}  // namespace

ReportBlock block_at(base::ByteView blocks, std::size_t index) {
    CHECK(index < blocks.size() / kReportBlockSize);
    base::ByteReader in(blocks.subspan(index * kReportBlockSize, kReportBlockSize));
    ReportBlock block;
    block.ssrc = in.u32();
    block.fraction_lost = in.u8();
    const std::uint32_t lost = in.u24();
    block.cumulative_lost = static_cast<std::int32_t>(lost << 8) >> 8;  // extends the sign
    block.highest_sequence = in.u32();
    block.jitter = in.u32();
    block.last_sr = in.u32();
    block.delay_since_last_sr = in.u32();
    return block;
}

std::optional<RtcpItem> RtcpCursor::next() {
    if (!ok_ || rest_.empty()) return std::nullopt;
    ok_ = false;  // until this packet has proved right
    if (rest_.size() < 4 || rest_[0] >> 6 != 2) return std::nullopt;
    const bool padded = (rest_[0] & 0x20) != 0;
    const unsigned count = rest_[0] & 0x1F;
    const std::uint8_t type = rest_[1];
    const std::size_t size = (std::size_t{base::load16(&rest_[2])} + 1) * 4;
    if (size > rest_.size()) return std::nullopt;

    auto body = rest_.subspan(4, size - 4);
    if (padded) {
        // RFC 3550 section 6.4.1: the last octet counts the padding; only the last packet has any.
        if (size != rest_.size() || body.empty()) return std::nullopt;
        const std::size_t padding = body.back();
        if (padding == 0 || padding > body.size()) return std::nullopt;
        body = body.first(body.size() - padding);
    }
    auto item = parse_body(type, count, body);
    if (!item) return std::nullopt;
    rest_ = rest_.subspan(size);
    ok_ = true;
    return item;
}

void write_sender_report(base::ByteWriter& out, const SenderReport& report,
                         std::span<const ReportBlock> blocks) {
    CHECK(blocks.size() <= kMaxReportBlocks);
    write_header(out, static_cast<unsigned>(blocks.size()), kSr,
                 28 + blocks.size() * kReportBlockSize);
    out.u32(report.ssrc);
    out.u64(report.ntp);
    out.u32(report.rtp_timestamp);
    out.u32(report.packets);
    out.u32(report.octets);
    write_blocks(out, blocks);
}

void write_receiver_report(base::ByteWriter& out, std::uint32_t ssrc,
                           std::span<const ReportBlock> blocks) {
    CHECK(blocks.size() <= kMaxReportBlocks);
    write_header(out, static_cast<unsigned>(blocks.size()), kRr,
                 8 + blocks.size() * kReportBlockSize);
    out.u32(ssrc);
    write_blocks(out, blocks);
}

void write_sdes_cname(base::ByteWriter& out, std::uint32_t ssrc, std::string_view cname) {
    CHECK(cname.size() <= 255);
    // One null octet at least ends the chunk, and nulls fill it up to a whole word.
    const std::size_t items = 2 + cname.size();
    const std::size_t nulls = 4 - items % 4;
    write_header(out, 1, kSdes, 8 + items + nulls);
    out.u32(ssrc);
    out.u8(kCnameItem);
    out.u8(static_cast<std::uint8_t>(cname.size()));
    out.bytes(base::as_bytes(cname));
    out.fill(nulls, 0);
}

void write_bye(base::ByteWriter& out, std::uint32_t ssrc) {
    write_header(out, 1, kBye, 8);
    out.u32(ssrc);
}

void write_app(base::ByteWriter& out, const App& app) {
    CHECK(app.subtype < 32 && app.data.size() % 4 == 0);
    write_header(out, app.subtype, kApp, 12 + app.data.size());
    out.u32(app.ssrc);
    out.u32(app.name);
    out.bytes(app.data);
}

void write_nack(base::ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                std::span<const std::uint16_t> sequences) {
    if (sequences.empty()) return;
    // The first of each item, and all that lie within the 16 after it.
    const auto item_end = [&](std::size_t i) {
        std::size_t end = i + 1;
        while (end < sequences.size() &&
               static_cast<std::uint16_t>(sequences[end] - sequences[i] - 1) < 16) {
            ++end;
        }
        return end;
    };
    std::size_t items = 0;
    for (std::size_t i = 0; i < sequences.size(); i = item_end(i)) ++items;

    write_header(out, kFmtNack, kTransportLayerFeedback, 12 + items * 4);
    out.u32(sender_ssrc);
    out.u32(media_ssrc);
    for (std::size_t i = 0; i < sequences.size();) {
        const std::size_t end = item_end(i);
        unsigned following = 0;
        for (std::size_t j = i + 1; j < end; ++j) {
            following |= 1u << static_cast<std::uint16_t>(sequences[j] - sequences[i] - 1);
        }
        out.u16(sequences[i]);
        out.u16(static_cast<std::uint16_t>(following));
        i = end;
    }
}

void write_pli(base::ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc) {
    write_header(out, kFmtPli, kPayloadFeedback, 12);
    out.u32(sender_ssrc);
    out.u32(media_ssrc);
}

void write_fir(base::ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
               std::uint8_t sequence) {
    write_header(out, kFmtFir, kPayloadFeedback, 20);
    out.u32(sender_ssrc);
    out.u32(0);
    out.u32(media_ssrc);
    out.u8(sequence);
    out.u24(0);
}

void write_transport_feedback(base::ByteWriter& out, std::uint32_t sender_ssrc,
                              std::uint32_t media_ssrc, base::ByteView body) {
    write_header(out, kFmtTransportFeedback, kTransportLayerFeedback, 12 + body.size());
    out.u32(sender_ssrc);
    out.u32(media_ssrc);
    out.bytes(body);
}

std::uint64_t ntp_from_unix(std::chrono::nanoseconds since_epoch) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
    const auto fraction = static_cast<std::uint64_t>((since_epoch - seconds).count());
    const auto ntp_seconds =
        static_cast<std::uint64_t>(seconds.count() + kNtpUnixOffset.count()) & 0xFFFFFFFF;
    // Rounded to nearest, so that a time survives the way there and back.
    const std::uint64_t scaled = ((fraction << 32) + 500'000'000) / 1'000'000'000;
    return (ntp_seconds << 32) + scaled;
}

std::chrono::nanoseconds unix_from_ntp(std::uint64_t ntp) {
    auto seconds = static_cast<std::int64_t>(ntp >> 32);
    // RFC 4330 section 3: with the top bit clear, the time is after the wrap in 2036.
    if ((ntp >> 63) == 0) seconds += std::int64_t{1} << 32;
    const std::uint64_t nanoseconds = ((ntp & 0xFFFFFFFF) * 1'000'000'000 + (1u << 31)) >> 32;
    return std::chrono::seconds(seconds) - kNtpUnixOffset +
           std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

}  // namespace sightline::wire
