#include "media/sfu/published_track.h"

#include <algorithm>
#include <array>

#include "media/rtp/rtx.h"
#include "media/sfu/forwarded_track.h"

namespace sightline::sfu {
namespace {

// Two seconds of video at 2.5 Mbit/s; of audio, at 50 packets a second.
constexpr std::size_t kVideoHistory = 512;
constexpr std::size_t kAudioHistory = 128;
// What fits one NACK comfortably; the rest is asked for with the next.
constexpr std::size_t kMaxNacksAtOnce = 64;

std::uint32_t clock_rate(wire::MediaKind kind) {
    return kind == wire::MediaKind::Audio ? wire::kAudioClockRate : wire::kVideoClockRate;
}

base::Result<MediaPacket> media_packet(const wire::RtpHeader& header, base::ByteView payload,
                                       wire::MediaKind kind) {
    MediaPacket packet{header, payload, std::nullopt, false};
    if (kind == wire::MediaKind::Audio || payload.empty()) return packet;
    const auto vp8 = wire::parse_vp8(payload);
    if (!vp8) return vp8.error();
    packet.vp8 = *vp8;
    packet.starts_key_frame = wire::starts_key_frame(*vp8, payload);
    return packet;
}

}  // namespace

PublishedTrack::PublishedTrack(const PublishedSection& section, Resource& owner)
    : section_(section),
      owner_(owner),
      gate_(section.kind),
      clock_(clock_rate(section.kind)),
      history_(section.kind == wire::MediaKind::Video ? kVideoHistory : kAudioHistory) {}

PublishedTrack::Stream PublishedTrack::match(const wire::RtpHeader& header) {
    if (header.payload_type == section_.payload_type) {
        if (!section_.ssrc) section_.ssrc = header.ssrc;
        if (*section_.ssrc != header.ssrc) return Stream::None;
        if (!statistics_) statistics_.emplace(header.ssrc, clock_rate(section_.kind));
        return Stream::Media;
    }
    if (section_.rtx_payload_type && header.payload_type == *section_.rtx_payload_type) {
        if (!section_.rtx_ssrc) section_.rtx_ssrc = header.ssrc;
        return *section_.rtx_ssrc == header.ssrc && section_.ssrc ? Stream::Rtx : Stream::None;
    }
    return Stream::None;
}

base::Result<std::optional<MediaPacket>> PublishedTrack::take(const wire::RtpPacket& packet,
                                                              Stream stream, base::Instant now,
                                                              History history) {
    wire::RtpHeader header = packet;
    base::ByteView payload = packet.payload;
    if (stream == Stream::Rtx) {
        const auto original = rtp::read_rtx(packet, section_.payload_type, *section_.ssrc);
        if (!original) return std::optional<MediaPacket>();
        header = *original;
        payload = original->payload;
    }
    const auto media = media_packet(header, payload, section_.kind);
    if (!media) return media.error();

    if (section_.nack) {
        const auto arrival = losses_.on_packet(header.sequence, media->starts_key_frame, now);
        // What had been given up and comes after all is still of use to somebody.
        if (arrival == rtp::NackGenerator::Arrival::Late && history_.find(header.sequence, now)) {
            return std::optional<MediaPacket>();
        }
        if (arrival == rtp::NackGenerator::Arrival::Recovered) ++recovered_;
    }
    if (statistics_) {
        statistics_->on_packet(header, payload.size(),
                               stream == Stream::Rtx ? rtp::ReceiveStatistics::Way::Retransmitted
                                                     : rtp::ReceiveStatistics::Way::Direct,
                               now);
    }
    if (media->starts_key_frame) key_frames_.on_key_frame();
    // Before anything is kept: what does not pass is not sent again either.
    const bool was_open = gate_.open();
    const auto verdict = gate_.check(*media);
    // Whoever was in the middle of a frame goes on with a key frame, when there is one again.
    if (was_open && !gate_.open()) restart_outlets();
    if (verdict == FrameGate::Verdict::Unprotected) return base::Errc::Forbidden;
    if (verdict == FrameGate::Verdict::Held) return std::optional<MediaPacket>();
    if (history == History::Keep) keep(header, payload, now);
    return std::optional<MediaPacket>(*media);
}

// Kept without the publisher's extensions, which no subscriber is sent.
void PublishedTrack::keep(const wire::RtpHeader& header, base::ByteView payload,
                          base::Instant now) {
    std::array<std::uint8_t, wire::kMaxDatagram> bytes;
    const std::size_t size = wire::write_rtp_header(header, {}, bytes);
    if (size == 0 || size + payload.size() > bytes.size()) return;
    std::copy(payload.begin(), payload.end(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    history_.store(header.sequence, base::ByteView(bytes).first(size + payload.size()), now);
}

std::optional<MediaPacket> PublishedTrack::recall(std::uint16_t sequence, base::Instant now) const {
    const auto bytes = history_.find(sequence, now);
    if (!bytes) return std::nullopt;
    const auto packet = wire::parse_rtp(*bytes);
    if (!packet) return std::nullopt;
    const auto media = media_packet(*packet, packet->payload, section_.kind);
    if (!media) return std::nullopt;
    return *media;
}

void PublishedTrack::on_no_outlets() {
    history_.clear();
    key_frames_.cancel();
}

void PublishedTrack::take_sender_report(const wire::SenderReport& report, base::Instant now) {
    if (statistics_) statistics_->on_sender_report(report, now);
    clock_.set({report.ntp, report.rtp_timestamp}, now);
}

void PublishedTrack::take_bye(std::uint32_t ssrc) {
    if (!section_.ssrc || *section_.ssrc != ssrc) return;
    section_.ssrc.reset();
    section_.rtx_ssrc.reset();
    statistics_.reset();
    losses_.reset();
    history_.clear();
    clock_ = rtp::SenderClock(clock_rate(section_.kind));
    gate_.restart();
    restart_outlets();
}

void PublishedTrack::restart_outlets() {
    for (const Outlet& outlet : outlets) {
        outlet.track->connect(nullptr);
        outlet.track->connect(this);
    }
}

void PublishedTrack::request_key_frame(base::Instant now) {
    if (!gate_.open()) return;
    key_frames_.request();
    owner_.wake(std::max(now, key_frames_.next_deadline()));
}

bool PublishedTrack::write_due(base::ByteWriter& out, std::uint32_t own_ssrc, base::Instant now) {
    // Before the first packet there is no SSRC to speak about.
    if (!section_.ssrc) return false;
    bool wrote = false;
    std::array<std::uint16_t, kMaxNacksAtOnce> sequences;
    if (const std::size_t count = losses_.poll(now, sequences); count > 0) {
        wire::write_nack(out, own_ssrc, *section_.ssrc, std::span(sequences).first(count));
        nacked_ += count;
        wrote = true;
    }
    if (key_frames_.poll(now)) {
        // PLI also when neither was agreed: a sender that does not know it ignores it.
        if (section_.fir && !section_.pli) {
            wire::write_fir(out, own_ssrc, *section_.ssrc, fir_sequence_++);
        } else {
            wire::write_pli(out, own_ssrc, *section_.ssrc);
        }
        wrote = true;
    }
    return wrote;
}

base::Instant PublishedTrack::next_deadline() const {
    if (!section_.ssrc) return base::kNever;
    return std::min(losses_.next_deadline(), key_frames_.next_deadline());
}

}  // namespace sightline::sfu
