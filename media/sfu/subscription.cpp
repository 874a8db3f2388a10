#include "media/sfu/subscription.h"

#include <algorithm>

#include "appliance/base/random.h"
#include "media/sfu/forwarding.h"
#include "media/sfu/published_track.h"
#include "media/sfu/room.h"

namespace sightline::sfu {
namespace {

// One NACK packet can name thousands of sequence numbers; nobody who can still be helped needs
// more.
constexpr int kMaxResendsPerNack = 256;

}  // namespace

template <class F>
void Subscription::each_track(F f) {
    for (auto& slot : slots_) {
        if (slot.audio) f(*slot.audio);
        if (slot.video) f(*slot.video);
    }
}
template <class F>
void Subscription::each_track(F f) const {
    for (const auto& slot : slots_) {
        if (slot.audio) f(*slot.audio);
        if (slot.video) f(*slot.video);
    }
}

Subscription::Subscription(const Ids& ids, transport::PeerTransport::Config transport,
                           const SubscribeAgreement& agreement, SfuCounters& counters,
                           base::Instant now)
    : Resource(ids, std::move(transport), now),
      counters_(counters),
      slots_(agreement.slots.size()),
      own_ssrc_(base::random_u32()) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        const std::string cname = "slot-" + std::to_string(i);
        if (agreement.slots[i].audio) slots_[i].audio.emplace(*agreement.slots[i].audio, cname);
        if (agreement.slots[i].video) slots_[i].video.emplace(*agreement.slots[i].video, cname);
    }
}

void Subscription::receive_rtp(base::ByteView, base::Instant, wire::PacketBatch&) {
    ++counters_.rtp_from_subscriber;
}

void Subscription::receive_rtcp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) {
    wire::RtcpCursor cursor(packet);
    while (const auto item = cursor.next()) {
        if (const auto* rr = std::get_if<wire::ReceiverReport>(&*item)) {
            take_report_blocks(rr->blocks, now);
        } else if (const auto* sr = std::get_if<wire::SenderReport>(&*item)) {
            take_report_blocks(sr->blocks, now);
        } else if (const auto* nack = std::get_if<wire::Nack>(&*item)) {
            take_nack(*nack, now, out);
        } else if (const auto* pli = std::get_if<wire::Pli>(&*item)) {
            take_key_frame_request(pli->media_ssrc, now);
        } else if (const auto* fir = std::get_if<wire::Fir>(&*item)) {
            take_key_frame_request(fir->media_ssrc, now);
        } else if (const auto* feedback = std::get_if<wire::TransportFeedback>(&*item)) {
            const auto summary = sent_packets_.apply(feedback->body, now);
            if (!summary) {
                ++counters_.rtcp_malformed;
            } else if (summary->round_trip) {
                feedback_round_trip_ = summary->round_trip;
            }
        }
    }
    if (!cursor.ok()) ++counters_.rtcp_malformed;
}

void Subscription::take_report_blocks(base::ByteView blocks, base::Instant now) {
    for (std::size_t i = 0; i < blocks.size() / 24; ++i) {
        const auto block = wire::block_at(blocks, i);
        if (auto* track = track_of(block.ssrc)) track->take_report_block(block, now);
    }
}

void Subscription::take_nack(const wire::Nack& nack, base::Instant now, wire::PacketBatch& out) {
    auto* track = track_of(nack.media_ssrc);
    if (track == nullptr || track->source() == nullptr || !forwards(now)) return;
    int resends = 0;
    nack.each([&](std::uint16_t sequence) {
        ++nacks_;
        if (resends == kMaxResendsPerNack) return;
        if (retransmit(sequence, {this, track}, now, out)) ++resends;
    });
}

void Subscription::take_key_frame_request(std::uint32_t ssrc, base::Instant now) {
    auto* track = track_of(ssrc);
    if (track == nullptr || track->section().kind != wire::MediaKind::Video) return;
    ++key_frame_requests_;
    if (track->source() != nullptr && forwards(now)) track->source()->request_key_frame(now);
}

void Subscription::on_connected(base::Instant now) {
    if (!forwards(now)) return;
    each_track([&](ForwardedTrack& track) {
        if (track.waits_for_key_frame()) track.source()->request_key_frame(now);
    });
}

base::Instant Subscription::tick_media(base::Instant now, wire::PacketBatch& out) {
    base::Instant next = base::kNever;
    if (!transport().connected()) return next;
    each_track([&](ForwardedTrack& track) {
        if (track.next_report() <= now) {
            const auto buffer = transport().open_packet(out);
            base::ByteWriter writer(buffer);
            if (track.write_report(writer, now) && writer.ok()) {
                transport().seal_rtcp(out, writer.size());
            }
        }
        next = std::min(next, track.next_report());
    });
    return next;
}

void Subscription::say_bye(wire::PacketBatch& out) {
    const auto buffer = transport().open_packet(out);
    if (buffer.empty()) return;
    base::ByteWriter writer(buffer);
    wire::write_receiver_report(writer, own_ssrc_, {});
    each_track([&](ForwardedTrack& track) {
        if (track.has_sent()) wire::write_bye(writer, track.section().ssrc);
    });
    if (writer.ok()) transport().seal_rtcp(out, writer.size());
}

void Subscription::leave(Room& room) const { room.remove(*this); }

ForwardedTrack* Subscription::track_of(std::uint32_t ssrc) {
    ForwardedTrack* found = nullptr;
    each_track([&](ForwardedTrack& track) {
        if (track.section().ssrc == ssrc) found = &track;
    });
    return found;
}

ResourceStats Subscription::stats() const {
    ResourceStats stats = basic_stats(false);
    stats.packets = packets_;
    stats.bytes = bytes_;
    stats.nacks = nacks_;
    stats.key_frame_requests = key_frame_requests_;
    each_track([&](const ForwardedTrack& track) {
        const auto& reported = track.reported();
        stats.lost += static_cast<std::uint64_t>(std::max(reported.cumulative_lost, 0));
        stats.retransmitted += track.resent();
        if (track.round_trip()) stats.round_trip = track.round_trip();
        const std::uint32_t rate = track.section().kind == wire::MediaKind::Audio
                                       ? wire::kAudioClockRate
                                       : wire::kVideoClockRate;
        if (reported.ssrc != 0) {
            const base::Duration jitter =
                std::chrono::nanoseconds(std::int64_t{reported.jitter} * 1'000'000'000 / rate);
            stats.jitter = std::max(stats.jitter.value_or(base::Duration::zero()), jitter);
        }
    });
    if (!stats.round_trip) stats.round_trip = feedback_round_trip_;
    return stats;
}

}  // namespace sightline::sfu
