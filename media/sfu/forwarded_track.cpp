#include "media/sfu/forwarded_track.h"

#include <algorithm>

#include "appliance/base/random.h"
#include "media/sfu/published_track.h"

namespace sightline::sfu {
namespace {

constexpr std::chrono::seconds kReportInterval{1};
// Without a measurement: requests for one packet closer together than this are the same request.
constexpr std::chrono::milliseconds kUnknownRoundTrip{50};
constexpr std::chrono::milliseconds kMinResendInterval{10};

std::uint32_t clock_rate(wire::MediaKind kind) {
    return kind == wire::MediaKind::Audio ? wire::kAudioClockRate : wire::kVideoClockRate;
}

}  // namespace

ForwardedTrack::ForwardedTrack(const SlotSection& section, std::string cname)
    : section_(section),
      cname_(std::move(cname)),
      // RFC 3550 section 5.1: random starts. The sequence stays in the lower half, so that it does
      // not wrap right away, which SRTP receivers may misread (RFC 3711 section 3.3.1).
      rewriter_({section.ssrc, clock_rate(section.kind),
                 static_cast<std::uint16_t>(base::random_u32() & 0x7fff), base::random_u32()}),
      sent_(section.ssrc),
      rtx_sequence_(static_cast<std::uint16_t>(base::random_u32() & 0x7fff)) {}

void ForwardedTrack::connect(PublishedTrack* source) {
    if (source == source_) return;
    source_ = source;
    waits_for_key_frame_ = source != nullptr && section_.kind == wire::MediaKind::Video;
    rewriter_.switch_source();
    continuity_.switch_source();
    first_sent_.reset();
    reported_at_.reset();
}

std::optional<wire::RtpHeader> ForwardedTrack::admit(const MediaPacket& packet, base::Instant now) {
    if (waits_for_key_frame_) {
        if (!packet.starts_key_frame) {
            source_->request_key_frame(now);
            return std::nullopt;
        }
        waits_for_key_frame_ = false;
    }
    return header_again(packet, now);
}

std::optional<wire::RtpHeader> ForwardedTrack::header_again(const MediaPacket& packet,
                                                            base::Instant now) {
    auto header = rewriter_.rewrite(packet.header, now);
    if (!header) return std::nullopt;
    header->marker = packet.header.marker;
    header->payload_type = section_.payload_type;
    return header;
}

void ForwardedTrack::rewrite_payload(base::MutableBytes payload, const MediaPacket& packet) {
    if (packet.vp8) continuity_.rewrite(payload, *packet.vp8);
}

bool ForwardedTrack::on_sent(std::size_t payload_size, base::Instant now) {
    sent_.on_packet(payload_size);
    if (first_sent_) return false;
    first_sent_ = now;
    return true;
}

bool ForwardedTrack::may_resend(std::uint16_t outgoing, base::Instant now) {
    const base::Duration interval = round_trip_.smoothed().value_or(kUnknownRoundTrip);
    return resends_.allow(outgoing, now, std::max<base::Duration>(interval, kMinResendInterval));
}

base::Instant ForwardedTrack::next_report() const {
    if (source_ == nullptr || !first_sent_) return base::kNever;
    return reported_at_ ? *reported_at_ + kReportInterval : *first_sent_;
}

bool ForwardedTrack::write_report(base::ByteWriter& out, base::Instant now) {
    if (next_report() > now) return false;
    reported_at_ = now;
    // The publisher's own pairing of wall clock and time stamp, moved along its line to now: audio
    // and video of one person stay on one clock, which is what lip-sync is made from.
    auto pair = source_->clock().at(now);
    if (!pair) return false;
    const auto timestamp = rewriter_.map_timestamp(pair->rtp_timestamp);
    if (!timestamp) return false;
    pair->rtp_timestamp = *timestamp;
    wire::write_sender_report(out, sent_.report(*pair), {});
    wire::write_sdes_cname(out, section_.ssrc, cname_);
    round_trip_.on_report_sent(pair->ntp, now);
    return true;
}

void ForwardedTrack::on_source_clock() {
    if (first_sent_) reported_at_.reset();
}

void ForwardedTrack::take_report_block(const wire::ReportBlock& block, base::Instant now) {
    reported_ = block;
    round_trip_.on_report_block(block, now);
}

}  // namespace sightline::sfu
