#include "media/sfu/publication.h"

#include <algorithm>

#include "appliance/base/random.h"
#include "media/sfu/forwarded_track.h"
#include "media/sfu/forwarding.h"
#include "media/sfu/room.h"
#include "media/sfu/subscription.h"

namespace sightline::sfu {
namespace {

constexpr std::chrono::seconds kReportInterval{1};
// One feedback packet with its RTCP headers and SRTP trailer stays below the MTU.
constexpr std::size_t kMaxFeedbackBody = 1000;
// Every one of them goes to another thread, so nobody may send as many as there is room for.
constexpr int kMaxAppsPerSecond = 20;

}  // namespace

Publication::Publication(const Ids& ids, transport::PeerTransport::Config transport,
                         const PublishAgreement& agreement, SfuCounters& counters, AppInbox& inbox,
                         base::Instant now)
    : Resource(ids, std::move(transport), now),
      counters_(counters),
      inbox_(inbox),
      feedback_agreed_((agreement.audio && agreement.audio->transport_feedback) ||
                       (agreement.video && agreement.video->transport_feedback)),
      own_ssrc_(base::random_u32()),
      next_report_(now + kReportInterval) {
    if (agreement.audio) audio_.emplace(*agreement.audio, *this);
    if (agreement.video) video_.emplace(*agreement.video, *this);
}

void Publication::receive_rtp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) {
    const auto parsed = wire::parse_rtp(packet);
    if (!parsed) {
        ++counters_.rtp_malformed;
        return;
    }
    for (PublishedTrack* track : tracks()) {
        if (track == nullptr) continue;
        const auto stream = track->match(*parsed);
        if (stream == PublishedTrack::Stream::None) continue;
        if (feedback_agreed_) {
            const auto sequence = parsed->extension(track->section().transport_sequence_id);
            if (sequence && sequence->size() >= 2) {
                feedback_.record(base::load16(sequence->data()), now);
                wake(feedback_.next_deadline());
            }
        }
        const bool live = forwards(now);
        const auto taken =
            track->take(*parsed, stream, now,
                        live && !track->outlets.empty() ? PublishedTrack::History::Keep
                                                        : PublishedTrack::History::Pass);
        if (!taken && taken.error().code != base::Errc::Forbidden) {
            ++counters_.rtp_malformed;
            return;
        }
        if (!live) {
            ++counters_.rtp_without_grant;
        } else if (!taken) {
            ++counters_.rtp_unprotected;
        } else if (*taken) {
            counters_.rtp_forwarded += forward(**taken, *track, now, out);
        }
        wake(track->next_deadline());
        return;
    }
    ++counters_.rtp_not_negotiated;
}

void Publication::receive_rtcp(base::ByteView packet, base::Instant now, wire::PacketBatch&) {
    wire::RtcpCursor cursor(packet);
    while (const auto item = cursor.next()) {
        if (const auto* report = std::get_if<wire::SenderReport>(&*item)) {
            for (PublishedTrack* track : tracks()) {
                if (track == nullptr || track->section().ssrc != report->ssrc) continue;
                const bool first = !track->clock().at(now);
                track->take_sender_report(*report, now);
                if (!first) continue;
                for (const auto& outlet : track->outlets) {
                    outlet.track->on_source_clock();
                    outlet.subscription->wake(now);
                }
            }
        } else if (const auto* bye = std::get_if<wire::Bye>(&*item)) {
            for (PublishedTrack* track : tracks()) {
                if (track != nullptr) track->take_bye(bye->ssrc);
            }
        } else if (const auto* app = std::get_if<wire::App>(&*item)) {
            take_app(*app, now);
        }
    }
    if (!cursor.ok()) ++counters_.rtcp_malformed;
}

void Publication::take_app(const wire::App& app, base::Instant now) {
    if (now - apps_since_ >= std::chrono::seconds(1)) {
        apps_since_ = now;
        apps_ = 0;
    }
    AppPacket packet;
    if (app.data.size() > packet.buffer.size() || apps_ == kMaxAppsPerSecond) {
        ++counters_.app_refused;
        return;
    }
    ++apps_;
    packet.session = ids().session;
    packet.participant = ids().participant;
    packet.resource = ids().resource;
    packet.at = now;
    packet.name = app.name;
    packet.size = app.data.size();
    std::copy(app.data.begin(), app.data.end(), packet.buffer.begin());
    if (!inbox_.push(packet)) ++counters_.app_refused;
}

bool Publication::send_app(std::uint32_t name, base::ByteView data, wire::PacketBatch& out) {
    if (!transport().connected()) return false;
    const auto buffer = transport().open_packet(out);
    if (buffer.empty()) return false;
    base::ByteWriter writer(buffer);
    // RFC 3550 section 6.1: a compound packet begins with a report.
    wire::write_receiver_report(writer, own_ssrc_, {});
    wire::write_app(writer, {0, own_ssrc_, name, data});
    return writer.ok() && transport().seal_rtcp(out, writer.size());
}

base::Instant Publication::tick_media(base::Instant now, wire::PacketBatch& out) {
    if (!transport().connected()) return base::kNever;
    send_reports(now, out);
    send_feedback(now, out);
    base::Instant next = std::min(next_report_, feedback_.next_deadline());
    for (const PublishedTrack* track : tracks()) {
        if (track != nullptr) next = std::min(next, track->next_deadline());
    }
    return next;
}

// One compound packet: a receiver report, empty between the intervals, and the requests that are
// due.
void Publication::send_reports(base::Instant now, wire::PacketBatch& out) {
    const auto buffer = transport().open_packet(out);
    if (buffer.empty()) return;
    base::ByteWriter writer(buffer);
    std::array<wire::ReportBlock, 2> blocks;
    std::size_t count = 0;
    bool wanted = false;
    if (now >= next_report_) {
        next_report_ = now + kReportInterval;
        wanted = true;
        for (PublishedTrack* track : tracks()) {
            if (track != nullptr && track->statistics()) {
                blocks[count++] = track->statistics()->report(now);
            }
        }
    }
    wire::write_receiver_report(writer, own_ssrc_, std::span(blocks).first(count));
    for (PublishedTrack* track : tracks()) {
        if (track != nullptr && track->write_due(writer, own_ssrc_, now)) wanted = true;
    }
    if (wanted && writer.ok()) transport().seal_rtcp(out, writer.size());
}

void Publication::send_feedback(base::Instant now, wire::PacketBatch& out) {
    std::array<std::uint8_t, kMaxFeedbackBody> body;
    while (const std::size_t size = feedback_.poll(now, body)) {
        const auto buffer = transport().open_packet(out);
        if (buffer.empty()) return;
        base::ByteWriter writer(buffer);
        wire::write_receiver_report(writer, own_ssrc_, {});
        // Feedback is about the whole transport; the draft still wants the SSRC of one of its
        // streams.
        std::uint32_t media_ssrc = 0;
        for (const PublishedTrack* track : tracks()) {
            if (track != nullptr) media_ssrc = track->section().ssrc.value_or(media_ssrc);
        }
        wire::write_transport_feedback(writer, own_ssrc_, media_ssrc,
                                       base::ByteView(body).first(size));
        if (writer.ok()) transport().seal_rtcp(out, writer.size());
    }
}

void Publication::say_bye(wire::PacketBatch& out) {
    const auto buffer = transport().open_packet(out);
    if (buffer.empty()) return;
    base::ByteWriter writer(buffer);
    wire::write_receiver_report(writer, own_ssrc_, {});
    wire::write_bye(writer, own_ssrc_);
    if (writer.ok()) transport().seal_rtcp(out, writer.size());
}

void Publication::leave(Room& room) const { room.remove(*this); }

void Publication::disconnect_outlets() {
    for (PublishedTrack* track : tracks()) {
        if (track != nullptr) track->outlets.clear();
    }
}

void Publication::require(const std::optional<Protection>& protection) {
    for (PublishedTrack* track : tracks()) {
        if (track != nullptr) track->gate().require(protection);
    }
}

void Publication::settle_outlets() {
    for (PublishedTrack* track : tracks()) {
        if (track != nullptr && track->outlets.empty()) track->on_no_outlets();
    }
}

ResourceStats Publication::stats() const {
    ResourceStats stats = basic_stats(true);
    for (const auto* track : {&audio_, &video_}) {
        if (!*track) continue;
        stats.nacks += (*track)->nacked();
        stats.retransmitted += (*track)->recovered();
        stats.key_frame_requests += (*track)->key_frame_requests();
        if (const auto& received = (*track)->statistics()) {
            stats.packets += received->packets();
            stats.bytes += received->bytes();
            stats.lost += static_cast<std::uint64_t>(std::max<std::int64_t>(received->lost(), 0));
            stats.jitter =
                std::max(stats.jitter.value_or(base::Duration::zero()), received->jitter());
        }
    }
    return stats;
}

}  // namespace sightline::sfu
