#include "media/peer/subscriber.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <vector>

#include "appliance/base/random.h"
#include "media/congestion/transport_feedback_writer.h"
#include "media/peer/connection.h"
#include "media/peer/playout_clock.h"
#include "media/peer/receive_stream.h"

namespace sightline::peer {
namespace {

constexpr base::Duration kReportInterval = std::chrono::seconds(1);
// Frames that the owner does not fetch: some seconds of every slot, then the oldest goes.
constexpr std::size_t kMaxFrames = 2048;

}  // namespace

struct Subscriber::Parts {
    struct Slot {
        std::optional<AudioStream> audio;
        std::optional<VideoStream> video;
        PlayoutClock clock;
    };
    struct Place {
        std::size_t slot;
        wire::MediaKind kind;
    };

    Config config;
    Connection connection;
    std::string offer;
    std::vector<Slot> slots;
    std::unordered_map<std::uint32_t, Place> places;  // by SSRC, RTX streams included
    bool transport_sequence = false;
    congestion::TransportFeedbackWriter feedback;
    std::uint32_t local_ssrc = base::random_u32();
    base::Instant report_due{};
    std::deque<ReceivedFrame> frames;
    Stats stats;

    explicit Parts(const Config& c) : config(c), connection(*c.identity), slots(c.slots) {
        offer =
            wire::write_sdp(subscribe_offer(c.slots, connection.local(), connection.fingerprint()));
    }

    base::Result<void> take_section(std::size_t index, const wire::SdpMedia& media) {
        if (media.rejected) return {};
        if (media.sources.empty()) {
            return base::Error(base::Errc::Malformed, "The hub's answer names no SSRC for slot " +
                                                          std::to_string(index / 2) + ".");
        }
        Slot& slot = slots[index / 2];
        const std::uint32_t ssrc =
            media.rtx_groups.empty() ? media.sources.front().ssrc : media.rtx_groups.front().first;
        places[ssrc] = {index / 2, media.kind};
        if (media.kind == wire::MediaKind::Audio) {
            slot.audio.emplace(ssrc);
        } else {
            std::optional<std::uint32_t> rtx;
            if (!media.rtx_groups.empty()) {
                rtx = media.rtx_groups.front().second;
                places[*rtx] = {index / 2, media.kind};
            }
            slot.video.emplace(ssrc, rtx);
        }
        transport_sequence = transport_sequence || keeps_transport_sequence(media);
        return {};
    }

    void on_rtp(base::ByteView bytes, base::Instant now) {
        const auto packet = wire::parse_rtp(bytes);
        if (!packet) return;
        const auto place = places.find(packet->ssrc);
        if (place == places.end()) return;
        ++stats.packets;
        stats.bytes += bytes.size();
        if (transport_sequence) {
            const auto sequence = packet->extension(kTransportSequenceId);
            if (sequence && sequence->size() == 2) {
                feedback.record(base::load16(sequence->data()), now);
            }
        }
        Slot& slot = slots[place->second.slot];
        if (place->second.kind == wire::MediaKind::Audio) {
            slot.audio->insert(*packet, now);
        } else {
            slot.video->insert(*packet, now);
        }
    }

    void on_rtcp(base::ByteView bytes, base::Instant now) {
        wire::RtcpCursor cursor(bytes);
        while (const auto item = cursor.next()) {
            const auto* report = std::get_if<wire::SenderReport>(&*item);
            if (!report) continue;
            const auto place = places.find(report->ssrc);
            if (place == places.end()) continue;
            Slot& slot = slots[place->second.slot];
            const auto timestamp = place->second.kind == wire::MediaKind::Audio
                                       ? slot.audio->on_sender_report(*report, now)
                                       : slot.video->on_sender_report(*report, now);
            if (timestamp) {
                slot.clock.on_sender_report(place->second.kind, report->ntp, *timestamp);
            }
        }
    }

    void give(ReceivedFrame frame) {
        if (frames.size() == kMaxFrames) frames.pop_front();
        frames.push_back(std::move(frame));
        ++stats.frames;
    }

    void collect(base::Instant now) {
        for (std::size_t i = 0; i < slots.size(); ++i) {
            Slot& slot = slots[i];
            while (slot.audio) {
                const auto frame = slot.audio->poll(now);
                if (!frame) break;
                give({i, wire::MediaKind::Audio, true,
                      slot.clock.render_at(wire::MediaKind::Audio, frame->timestamp,
                                           frame->complete),
                      base::Bytes(frame->data.begin(), frame->data.end()), frame->after_loss});
            }
            while (slot.video) {
                const auto frame = slot.video->poll(now);
                if (!frame) break;
                give({i, wire::MediaKind::Video, frame->key_frame,
                      slot.clock.render_at(wire::MediaKind::Video, frame->timestamp,
                                           frame->complete),
                      base::Bytes(frame->data.begin(), frame->data.end()), frame->after_loss});
            }
        }
    }

    template <class Write>
    void send_rtcp(wire::PacketBatch& out, Write write) {
        auto* transport = connection.transport();
        base::ByteWriter writer(transport->open_packet(out));
        write(writer);
        if (writer.ok() && writer.size() > 0) transport->seal_rtcp(out, writer.size());
    }

    // Loss and key-frame requests go out on their own at once (reduced-size RTCP, RFC 5506).
    void send_requests(base::Instant now, wire::PacketBatch& out) {
        for (Slot& slot : slots) {
            if (!slot.video) continue;
            if (const auto rtt = connection.transport()->round_trip()) {
                slot.video->set_round_trip(*rtt);
            }
            std::array<std::uint16_t, 64> lost;
            if (const std::size_t n = slot.video->poll_nacks(now, lost); n > 0) {
                send_rtcp(out, [&](base::ByteWriter& writer) {
                    wire::write_nack(writer, local_ssrc, slot.video->ssrc(),
                                     std::span(lost).first(n));
                });
            }
            if (slot.video->poll_key_frame_request(now)) {
                ++stats.key_frames_requested;
                send_rtcp(out, [&](base::ByteWriter& writer) {
                    wire::write_pli(writer, local_ssrc, slot.video->ssrc());
                });
            }
        }
    }

    void send_feedback(base::Instant now, wire::PacketBatch& out) {
        std::array<std::uint8_t, 1000> body;
        while (const std::size_t size = feedback.poll(now, body)) {
            send_rtcp(out, [&](base::ByteWriter& writer) {
                wire::write_transport_feedback(writer, local_ssrc, 0,
                                               base::ByteView(body).first(size));
            });
        }
    }

    void send_reports(base::Instant now, wire::PacketBatch& out) {
        if (now < report_due) return;
        report_due = now + kReportInterval;
        std::array<wire::ReportBlock, wire::kMaxReportBlocks> blocks;
        std::size_t count = 0;
        stats.lost = 0;
        for (Slot& slot : slots) {
            for (ReceiveStream* stream :
                 {slot.audio ? static_cast<ReceiveStream*>(&*slot.audio) : nullptr,
                  slot.video ? static_cast<ReceiveStream*>(&*slot.video) : nullptr}) {
                if (!stream || !stream->active() || count == blocks.size()) continue;
                blocks[count++] = stream->report(now);
                stats.lost += static_cast<std::uint64_t>(std::max<std::int64_t>(stream->lost(), 0));
            }
        }
        send_rtcp(out, [&](base::ByteWriter& writer) {
            wire::write_receiver_report(writer, local_ssrc, std::span(blocks).first(count));
        });
    }

    base::Instant next_deadline() const {
        base::Instant next = std::min(report_due, feedback.next_deadline());
        for (const Slot& slot : slots) {
            if (slot.audio) next = std::min(next, slot.audio->next_deadline());
            if (slot.video) next = std::min(next, slot.video->next_deadline());
        }
        return next;
    }
};

Subscriber::Subscriber(Config config) : parts_(std::make_unique<Parts>(config)) {}
Subscriber::~Subscriber() = default;

const std::string& Subscriber::offer() const { return parts_->offer; }

base::Result<void> Subscriber::accept(std::string_view answer, base::Instant now) {
    Parts& p = *parts_;
    auto parsed = p.connection.accept(answer, now);
    if (!parsed) return parsed.error();
    if (parsed->media.size() != 2 * p.slots.size()) {
        return base::Error(base::Errc::Malformed, "The hub's answer has " +
                                                      std::to_string(parsed->media.size()) +
                                                      " media sections; the offer had " +
                                                      std::to_string(2 * p.slots.size()) + ".");
    }
    for (std::size_t i = 0; i < parsed->media.size(); ++i) {
        if (auto taken = p.take_section(i, parsed->media[i]); !taken) return taken.error();
    }
    p.report_due = now + kReportInterval;
    return {};
}

void Subscriber::receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                         wire::PacketBatch& out) {
    auto* transport = parts_->connection.transport();
    if (!transport) return;
    const auto received = transport->receive(path, datagram, now, out);
    if (received.kind == transport::PeerTransport::Kind::Rtp) {
        parts_->on_rtp(received.packet, now);
    } else if (received.kind == transport::PeerTransport::Kind::Rtcp) {
        parts_->on_rtcp(received.packet, now);
    }
}

base::Instant Subscriber::tick(base::Instant now, wire::PacketBatch& out) {
    Parts& p = *parts_;
    auto* transport = p.connection.transport();
    if (!transport) return base::kNever;
    const base::Instant next = transport->tick(now, out);
    p.stats.round_trip = transport->round_trip();
    p.collect(now);
    if (!transport->connected()) return next;
    p.send_requests(now, out);
    p.send_feedback(now, out);
    p.send_reports(now, out);
    return std::min(next, p.next_deadline());
}

std::optional<PeerEvent> Subscriber::poll_event() { return parts_->connection.poll_event(); }

std::optional<ReceivedFrame> Subscriber::poll_frame() {
    auto& frames = parts_->frames;
    if (frames.empty()) return std::nullopt;
    auto frame = std::move(frames.front());
    frames.pop_front();
    return frame;
}

void Subscriber::request_key_frame(std::size_t slot) {
    auto& slots = parts_->slots;
    if (slot < slots.size() && slots[slot].video) slots[slot].video->request_key_frame();
}

void Subscriber::reset_slot(std::size_t slot) {
    if (slot < parts_->slots.size()) parts_->slots[slot].clock = PlayoutClock();
}

wire::SdpFragment Subscriber::restart_offer() { return parts_->connection.restart_offer(); }

base::Result<void> Subscriber::accept_restart(const wire::SdpFragment& answer, base::Instant now) {
    return parts_->connection.accept_restart(answer, now);
}

void Subscriber::close(base::Instant, wire::PacketBatch& out) {
    auto* transport = parts_->connection.transport();
    if (!transport) return;
    if (transport->connected()) {
        parts_->send_rtcp(out, [&](base::ByteWriter& writer) {
            wire::write_receiver_report(writer, parts_->local_ssrc, {});
            wire::write_bye(writer, parts_->local_ssrc);
        });
    }
    transport->close(out);
}

bool Subscriber::connected() const { return parts_->connection.connected(); }

Subscriber::Stats Subscriber::stats() const { return parts_->stats; }

}  // namespace sightline::peer
