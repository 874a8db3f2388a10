#include "media/peer/receive_stream.h"

#include <algorithm>

#include "media/peer/offer.h"
#include "media/rtp/rtx.h"
#include "media/wire/vp8.h"

namespace sightline::peer {
namespace {

using Way = rtp::ReceiveStatistics::Way;

// 512 packets are more than three seconds at 1.5 Mbit/s, and 768 KiB.
rtp::FrameAssembler::Config assembly() {
    rtp::FrameAssembler::Config config;
    config.capacity = 512;
    return config;
}

bool starts_key_frame(const wire::RtpPacket& packet) {
    const auto descriptor = wire::parse_vp8(packet.payload);
    return descriptor && wire::starts_key_frame(*descriptor, packet.payload);
}

}  // namespace

std::optional<std::int64_t> ReceiveStream::on_sender_report(const wire::SenderReport& report,
                                                            base::Instant now) {
    statistics_.on_sender_report(report, now);
    if (!active()) return std::nullopt;
    return timestamps_.peek(report.rtp_timestamp);
}

void AudioStream::insert(const wire::RtpPacket& packet, base::Instant now) {
    statistics_.on_packet(packet, packet.payload.size(), Way::Direct, now);
    reorderer_.insert(packet, now);
}

std::optional<StreamFrame> AudioStream::poll(base::Instant now) {
    while (const auto item = reorderer_.poll(now)) {
        if (item->lost) {
            after_loss_ = true;
            continue;
        }
        if (item->payload.empty()) continue;
        return StreamFrame{true, std::exchange(after_loss_, false),
                           timestamps_.unwrap(item->timestamp), item->arrived, item->payload};
    }
    return std::nullopt;
}

VideoStream::VideoStream(std::uint32_t ssrc, std::optional<std::uint32_t> rtx_ssrc)
    : ReceiveStream(ssrc, wire::kVideoClockRate), rtx_ssrc_(rtx_ssrc), assembler_(assembly()) {}

void VideoStream::insert(const wire::RtpPacket& packet, base::Instant now) {
    wire::RtpPacket media = packet;
    Way way = Way::Direct;
    if (rtx_ssrc_ && packet.ssrc == *rtx_ssrc_) {
        const auto original = rtp::read_rtx(packet, kVp8PayloadType, ssrc());
        if (!original) return;
        media = *original;
        way = Way::Retransmitted;
    }
    statistics_.on_packet(media, media.payload.size(), way, now);
    const bool key = starts_key_frame(media);
    nacks_.on_packet(media.sequence, key, now);
    if (key) key_frames_.on_key_frame();
    assembler_.insert(media, now);
}

std::optional<StreamFrame> VideoStream::poll(base::Instant now) {
    const auto frame = assembler_.poll(now);
    if (assembler_.needs_key_frame() && active()) key_frames_.request();
    if (!frame) return std::nullopt;
    const bool after_loss = assembler_.counters().gaps_given_up != gaps_seen_;
    gaps_seen_ = assembler_.counters().gaps_given_up;
    return StreamFrame{frame->key_frame, after_loss, timestamps_.unwrap(frame->timestamp),
                       frame->complete, frame->data};
}

base::Instant VideoStream::next_deadline() const {
    return std::min(
        {assembler_.next_deadline(), nacks_.next_deadline(), key_frames_.next_deadline()});
}

std::size_t VideoStream::poll_nacks(base::Instant now, std::span<std::uint16_t> lost) {
    return nacks_.poll(now, lost);
}

}  // namespace sightline::peer
