#include "media/peer/publisher.h"

#include <algorithm>

#include "appliance/base/random.h"
#include "media/congestion/pacer.h"
#include "media/congestion/sent_packet_history.h"
#include "media/peer/connection.h"
#include "media/rtp/packet_history.h"
#include "media/rtp/rtx.h"
#include "media/rtp/sender_report.h"
#include "media/rtp/vp8_packetizer.h"
#include "media/wire/rtp.h"

namespace sightline::peer {
namespace {

using congestion::PacketClass;

constexpr base::Duration kReportInterval = std::chrono::seconds(1);
constexpr base::Duration kInitialRoundTrip = std::chrono::milliseconds(100);
// Where the transport-wide sequence stands in packets whose only extension it is: after the fixed
// header, the extension block's header and the element's own byte (RFC 8285 section 4.2).
constexpr std::size_t kTransportSequenceOffset = wire::kRtpHeaderSize + 4 + 1;
// The hub sends a few a second.
constexpr std::size_t kMaxApps = 8;

// One sent stream.
struct Outgoing {
    Outgoing(std::uint32_t ssrc, std::uint8_t type, std::uint32_t rate)
        : payload_type(type), clock_rate(rate), statistics(ssrc), clock(rate) {}

    // RFC 3550 section 5.1: the initial values are random.
    std::uint32_t timestamp(std::chrono::nanoseconds captured) const {
        const auto seconds = captured.count() / 1'000'000'000;
        const auto rest = captured.count() % 1'000'000'000;
        const auto ticks = seconds * clock_rate + (rest * clock_rate + 500'000'000) / 1'000'000'000;
        return first_timestamp + static_cast<std::uint32_t>(ticks);
    }

    std::uint8_t payload_type;
    std::uint32_t clock_rate;
    bool negotiated = false;
    bool transport_sequence = false;
    std::uint16_t sequence = static_cast<std::uint16_t>(base::random_u32());
    std::uint32_t first_timestamp = base::random_u32();
    rtp::SenderStatistics statistics;
    rtp::SenderClock clock;
    base::Instant report_due{};
    base::Instant permitted_until = base::kNever;
    bool withheld = false;  // since it was last permitted
};

}  // namespace

struct Publisher::Parts {
    Config config;
    Connection connection;
    PublishSources sources;
    std::string offer;
    Outgoing audio;
    Outgoing video;
    std::uint16_t rtx_sequence = static_cast<std::uint16_t>(base::random_u32());
    bool rtx_negotiated = false;
    rtp::Vp8Packetizer packetizer{static_cast<std::uint16_t>(base::random_u32() & 0x7fff)};
    rtp::PacketHistory history;
    congestion::SentPacketHistory sent;
    congestion::Pacer pacer;
    rtp::RoundTrip round_trip;
    std::chrono::nanoseconds wall_clock_offset{0};
    bool key_frame_wanted = false;
    bool awaits_key_frame = false;  // pictures are missing that the next ones would refer to
    std::array<ReceivedApp, kMaxApps> apps;
    std::size_t app_count = 0;
    Stats stats;

    explicit Parts(const Config& c)
        : config(c),
          connection(*c.identity),
          sources{base::random_u32(), base::random_u32(), base::random_u32(),
                  base::random_ice_chars(16)},
          audio(sources.audio_ssrc, kOpusPayloadType, wire::kAudioClockRate),
          video(sources.video_ssrc, kVp8PayloadType, wire::kVideoClockRate),
          pacer([&c] {
              congestion::Pacer::Config pacing;
              pacing.target = congestion::DataRate::bits_per_second(c.target_bits_per_second);
              return pacing;
          }()) {
        offer =
            wire::write_sdp(publish_offer(sources, connection.local(), connection.fingerprint()));
    }

    base::Duration resend_interval() const {
        return round_trip.smoothed().value_or(kInitialRoundTrip);
    }

    // Header with room for the transport-wide sequence, which is filled in when the packet leaves.
    std::size_t write_header(Outgoing& stream, std::uint32_t timestamp, bool marker,
                             base::MutableBytes packet) {
        static constexpr std::uint8_t kPlaceholder[2] = {0, 0};
        const wire::RtpExtensionToWrite extension{kTransportSequenceId, kPlaceholder};
        return wire::write_rtp_header(
            {marker, stream.payload_type, stream.sequence++, timestamp, stream.statistics.ssrc()},
            std::span(&extension, stream.transport_sequence ? 1u : 0u), packet);
    }

    void queue_audio(const wire::EncodedFrame& frame, std::uint32_t timestamp, base::Instant now) {
        std::array<std::uint8_t, wire::kMaxDatagram> packet;
        const std::size_t header = write_header(audio, timestamp, false, packet);
        if (frame.data.size() > config.max_payload) {
            ++stats.dropped_frames;
            return;
        }
        std::copy(frame.data.begin(), frame.data.end(), packet.begin() + static_cast<long>(header));
        if (pacer.push(PacketClass::Audio, base::ByteView(packet).first(header + frame.data.size()),
                       now)) {
            audio.statistics.on_packet(frame.data.size());
        } else {
            ++stats.dropped_frames;
        }
    }

    void queue_video(const wire::EncodedFrame& frame, std::uint32_t timestamp, base::Instant now) {
        std::array<std::uint8_t, wire::kMaxDatagram> packet;
        packetizer.start(frame.data, config.max_payload);
        bool whole = true;
        // The marker is known only after the payload is written; the header has a fixed size.
        const std::size_t header =
            video.transport_sequence ? kTransportSequenceOffset + 3 : wire::kRtpHeaderSize;
        while (const auto payload = packetizer.next(base::MutableBytes(packet).subspan(header))) {
            write_header(video, timestamp, payload->last, packet);
            const auto bytes = base::ByteView(packet).first(header + payload->size);
            whole = pacer.push(PacketClass::Video, bytes, now) && whole;
            history.store(static_cast<std::uint16_t>(video.sequence - 1), bytes, now);
            video.statistics.on_packet(payload->size);
        }
        if (!whole) {
            // The rest of the frame is useless to everybody: start afresh.
            ++stats.dropped_frames;
            key_frame_wanted = true;
        }
    }

    // False: nothing of this stream may leave now, and nothing is left of what it would send.
    bool may_leave(Outgoing& stream, base::Instant now) {
        if (now < stream.permitted_until) return true;
        if (std::exchange(stream.withheld, true)) return false;
        if (&stream == &audio) {
            pacer.clear(PacketClass::Audio);
        } else {
            pacer.clear(PacketClass::Retransmission);
            pacer.clear(PacketClass::Video);
            history.clear();
            awaits_key_frame = true;
        }
        return false;
    }

    void take_app(const wire::App& app) {
        if (app_count == apps.size() || app.data.size() > kMaxAppBytes) return;
        ReceivedApp& kept = apps[app_count++];
        kept.name = app.name;
        kept.size = app.data.size();
        std::copy(app.data.begin(), app.data.end(), kept.buffer.begin());
    }

    void resend(std::uint16_t sequence, base::Instant now) {
        if (!may_leave(video, now)) return;
        // Without RTX a packet could only be repeated under its old number, which would use an SRTP
        // nonce twice: then a key frame has to do.
        if (!rtx_negotiated) return;
        const auto stored = history.resend(sequence, now, resend_interval());
        if (!stored) return;
        const auto original = wire::parse_rtp(*stored);
        if (!original) return;
        std::array<std::uint8_t, wire::kMaxDatagram> packet;
        static constexpr std::uint8_t kPlaceholder[2] = {0, 0};
        const wire::RtpExtensionToWrite extension{kTransportSequenceId, kPlaceholder};
        const std::size_t size = rtp::write_rtx(
            *original, original->payload, {kRtxPayloadType, sources.rtx_ssrc, rtx_sequence++},
            std::span(&extension, video.transport_sequence ? 1u : 0u), packet);
        if (size == 0) return;
        pacer.push(PacketClass::Retransmission, base::ByteView(packet).first(size), now);
        ++stats.retransmitted;
    }

    void drain_pacer(base::Instant now, wire::PacketBatch& out) {
        auto& transport = *connection.transport();
        may_leave(audio, now);
        may_leave(video, now);
        while (const auto packet = pacer.pop(now)) {
            const auto buffer = transport.open_packet(out);
            if (buffer.size() < packet->bytes.size()) return;
            std::copy(packet->bytes.begin(), packet->bytes.end(), buffer.begin());
            const Outgoing& stream = packet->kind == PacketClass::Audio ? audio : video;
            if (stream.transport_sequence) {
                base::store16(&buffer[kTransportSequenceOffset], sent.next_sequence());
            }
            if (!transport.seal_rtp(out, packet->bytes.size())) continue;
            if (stream.transport_sequence) sent.on_sent(packet->bytes.size(), now);
            ++stats.packets;
            stats.last_sent = now;
            stats.bytes += packet->bytes.size();
        }
    }

    void send_reports(base::Instant now, wire::PacketBatch& out) {
        for (Outgoing* stream : {&audio, &video}) {
            const auto clock = stream->clock.at(now);
            if (!clock || now < stream->report_due) continue;
            stream->report_due = now + kReportInterval;
            const auto buffer = connection.transport()->open_packet(out);
            base::ByteWriter writer(buffer);
            wire::write_sender_report(writer, stream->statistics.report(*clock), {});
            wire::write_sdes_cname(writer, stream->statistics.ssrc(), sources.cname);
            if (!writer.ok()) return;
            connection.transport()->seal_rtcp(out, writer.size());
            round_trip.on_report_sent(clock->ntp, now);
        }
    }

    void on_blocks(base::ByteView blocks, base::Instant now) {
        for (std::size_t i = 0; (i + 1) * 24 <= blocks.size(); ++i) {
            if (const auto rtt = round_trip.on_report_block(wire::block_at(blocks, i), now)) {
                stats.round_trip = round_trip.smoothed();
            }
        }
    }

    void on_rtcp(base::ByteView packet, base::Instant now) {
        wire::RtcpCursor cursor(packet);
        while (const auto item = cursor.next()) {
            if (const auto* receiver = std::get_if<wire::ReceiverReport>(&*item)) {
                on_blocks(receiver->blocks, now);
            } else if (const auto* sender = std::get_if<wire::SenderReport>(&*item)) {
                on_blocks(sender->blocks, now);
            } else if (const auto* nack = std::get_if<wire::Nack>(&*item)) {
                if (nack->media_ssrc != sources.video_ssrc) continue;
                nack->each([&](std::uint16_t sequence) { resend(sequence, now); });
            } else if (std::holds_alternative<wire::Pli>(*item) ||
                       std::holds_alternative<wire::Fir>(*item)) {
                key_frame_wanted = true;
            } else if (const auto* app = std::get_if<wire::App>(&*item)) {
                take_app(*app);
            } else if (const auto* feedback = std::get_if<wire::TransportFeedback>(&*item)) {
                (void)sent.apply(feedback->body, now);
            }
        }
    }
};

Publisher::Publisher(Config config) : parts_(std::make_unique<Parts>(config)) {}
Publisher::~Publisher() = default;

const std::string& Publisher::offer() const { return parts_->offer; }

base::Result<void> Publisher::accept(std::string_view answer, base::Instant now) {
    Parts& p = *parts_;
    auto parsed = p.connection.accept(answer, now);
    if (!parsed) return parsed.error();
    if (parsed->media.size() != 2) {
        return base::Error(base::Errc::Malformed, "The hub's answer has " +
                                                      std::to_string(parsed->media.size()) +
                                                      " media sections; the offer had 2.");
    }
    p.audio.negotiated = keeps_payload_type(parsed->media[0], kOpusPayloadType);
    p.audio.transport_sequence = keeps_transport_sequence(parsed->media[0]);
    p.video.negotiated = keeps_payload_type(parsed->media[1], kVp8PayloadType);
    p.video.transport_sequence = keeps_transport_sequence(parsed->media[1]);
    p.rtx_negotiated = keeps_payload_type(parsed->media[1], kRtxPayloadType);
    if (!p.audio.negotiated && !p.video.negotiated) {
        return base::Error(base::Errc::Unsupported,
                           "The hub's answer accepts neither Opus nor VP8.");
    }
    return {};
}

void Publisher::set_wall_clock_offset(std::chrono::nanoseconds offset) {
    parts_->wall_clock_offset = offset;
}

void Publisher::send(const wire::EncodedFrame& frame, base::Instant now, wire::PacketBatch& out) {
    Parts& p = *parts_;
    Outgoing& stream = frame.kind == wire::MediaKind::Audio ? p.audio : p.video;
    if (!connected() || !stream.negotiated) {
        ++p.stats.dropped_frames;
        return;
    }
    if (!p.may_leave(stream, now)) {
        ++p.stats.withheld_frames;
        return;
    }
    if (frame.kind == wire::MediaKind::Video && p.awaits_key_frame) {
        if (!frame.key_frame) {
            p.key_frame_wanted = true;
            ++p.stats.withheld_frames;
            return;
        }
        p.awaits_key_frame = false;
    }
    const std::uint32_t timestamp = stream.timestamp(frame.captured);
    stream.clock.set({wire::ntp_from_unix(frame.captured + p.wall_clock_offset), timestamp}, now);
    if (frame.kind == wire::MediaKind::Audio) {
        p.queue_audio(frame, timestamp, now);
    } else {
        p.queue_video(frame, timestamp, now);
    }
    ++p.stats.frames;
    p.drain_pacer(now, out);
}

void Publisher::permit(wire::MediaKind kind, base::Instant until, base::Instant now) {
    Parts& p = *parts_;
    Outgoing& stream = kind == wire::MediaKind::Audio ? p.audio : p.video;
    p.may_leave(stream, now);  // what ran out before is not permitted after the fact
    stream.permitted_until = until;
    if (!p.may_leave(stream, now)) return;
    stream.withheld = false;
    if (kind == wire::MediaKind::Video && p.awaits_key_frame) p.key_frame_wanted = true;
}

std::optional<ReceivedApp> Publisher::poll_app() {
    Parts& p = *parts_;
    if (p.app_count == 0) return std::nullopt;
    const ReceivedApp first = p.apps.front();
    std::copy(p.apps.begin() + 1, p.apps.begin() + static_cast<std::ptrdiff_t>(p.app_count),
              p.apps.begin());
    --p.app_count;
    return first;
}

bool Publisher::send_app(std::uint32_t name, base::ByteView data, wire::PacketBatch& out) {
    if (!connected()) return false;
    Parts& p = *parts_;
    auto& transport = *p.connection.transport();
    const auto buffer = transport.open_packet(out);
    if (buffer.empty()) return false;
    base::ByteWriter writer(buffer);
    const std::uint32_t ssrc = p.sources.audio_ssrc;
    // RFC 3550 section 6.1: a compound packet begins with a report.
    wire::write_receiver_report(writer, ssrc, {});
    wire::write_app(writer, {0, ssrc, name, data});
    return writer.ok() && transport.seal_rtcp(out, writer.size());
}

void Publisher::receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                        wire::PacketBatch& out) {
    auto* transport = parts_->connection.transport();
    if (!transport) return;
    const auto received = transport->receive(path, datagram, now, out);
    if (received.kind == transport::PeerTransport::Kind::Rtcp) {
        parts_->on_rtcp(received.packet, now);
    }
}

base::Instant Publisher::tick(base::Instant now, wire::PacketBatch& out) {
    Parts& p = *parts_;
    auto* transport = p.connection.transport();
    if (!transport) return base::kNever;
    base::Instant next = transport->tick(now, out);
    if (!transport->connected()) return next;
    p.drain_pacer(now, out);
    p.send_reports(now, out);
    next = std::min(next, p.pacer.next_deadline());
    for (const Outgoing* stream : {&p.audio, &p.video}) {
        if (stream->clock.at(now)) next = std::min(next, stream->report_due);
    }
    return next;
}

std::optional<PeerEvent> Publisher::poll_event() {
    if (const auto event = parts_->connection.poll_event()) return event;
    if (std::exchange(parts_->key_frame_wanted, false)) return PeerEvent::KeyFrameWanted;
    return std::nullopt;
}

wire::SdpFragment Publisher::restart_offer() { return parts_->connection.restart_offer(); }

base::Result<void> Publisher::accept_restart(const wire::SdpFragment& answer, base::Instant now) {
    return parts_->connection.accept_restart(answer, now);
}

void Publisher::close(base::Instant, wire::PacketBatch& out) {
    auto* transport = parts_->connection.transport();
    if (!transport) return;
    if (transport->connected()) {
        base::ByteWriter writer(transport->open_packet(out));
        wire::write_receiver_report(writer, parts_->sources.video_ssrc, {});
        wire::write_bye(writer, parts_->sources.audio_ssrc);
        wire::write_bye(writer, parts_->sources.video_ssrc);
        if (writer.ok()) transport->seal_rtcp(out, writer.size());
    }
    transport->close(out);
}

bool Publisher::connected() const { return parts_->connection.connected(); }

Publisher::Stats Publisher::stats() const { return parts_->stats; }

}  // namespace sightline::peer
