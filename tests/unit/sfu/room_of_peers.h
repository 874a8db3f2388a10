// A hub's Sfu and real ICE, DTLS and SRTP clients around it, in memory and on a clock that only the
// test moves. What a peer gets is kept decrypted, for the test to look at.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "media/sfu/sfu.h"
#include "media/transport/peer_transport.h"
#include "media/wire/rtcp.h"
#include "media/wire/rtp.h"
#include "media/wire/vp8.h"

namespace sightline::sfu::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline const wire::Path kHub{wire::Transport::Udp, wire::Endpoint::v4(192, 0, 2, 1, 7000), 0};
inline constexpr char kTransportSequenceUri[] =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::uint8_t kOpus = 111;
inline constexpr std::uint8_t kVp8 = 96;
inline constexpr std::uint8_t kRtx = 97;

struct ReceivedRtp {
    wire::RtpHeader header;
    base::Bytes payload;
    std::optional<std::uint16_t> transport_sequence;  // extension id 3
};

// One end-to-end "offer": what the test wants negotiated.
struct Wishes {
    bool rtx = true;
    bool transport_feedback = true;
    bool ssrcs = true;
    std::size_t slots = 2;
};

class Peer {
  public:
    Peer(std::uint16_t port, const transport::DtlsIdentity& identity)
        : path{wire::Transport::Udp, wire::Endpoint::v4(198, 51, 100, 7, port), 0},
          identity_(identity) {}

    wire::Sdp publish_offer(const Wishes& wishes, std::uint32_t ssrc) const {
        wire::Sdp offer;
        for (const auto kind : {wire::MediaKind::Audio, wire::MediaKind::Video}) {
            auto media = section(kind, wishes, offer.media.size());
            media.direction = wire::Direction::SendOnly;
            const std::uint32_t own = kind == wire::MediaKind::Audio ? ssrc : ssrc + 1;
            if (wishes.ssrcs) media.sources.push_back({own, "cname", "s t"});
            if (wishes.ssrcs && wishes.rtx && kind == wire::MediaKind::Video) {
                media.sources.push_back({ssrc + 2, "cname", "s t"});
                media.rtx_groups.emplace_back(own, ssrc + 2);
            }
            add(offer, std::move(media));
        }
        return offer;
    }
    wire::Sdp subscribe_offer(const Wishes& wishes) const {
        wire::Sdp offer;
        for (std::size_t slot = 0; slot < wishes.slots; ++slot) {
            for (const auto kind : {wire::MediaKind::Audio, wire::MediaKind::Video}) {
                auto media = section(kind, wishes, offer.media.size());
                media.direction = wire::Direction::RecvOnly;
                add(offer, std::move(media));
            }
        }
        return offer;
    }

    void start(const Sfu::Answer& from_hub, base::Instant now) {
        resource = from_hub.resource;
        auto parsed = wire::parse_sdp(from_hub.sdp);
        ASSERT_TRUE(parsed.has_value());
        answer = *parsed;
        transport::PeerTransport::Config config;
        config.role = transport::IceRole::Client;
        config.local = credentials;
        config.remote = {answer.media.at(0).ice_ufrag, answer.media.at(0).ice_pwd};
        config.remote_fingerprint = answer.media.at(0).fingerprint;
        config.identity = &identity_;
        link = std::make_unique<transport::PeerTransport>(config, now);
        link->add_candidate(kHub, 1, now);
    }

    void receive(base::MutableBytes datagram, base::Instant now) {
        if (!link) return;
        const auto got = link->receive(kHub, datagram, now, out);
        if (got.kind == transport::PeerTransport::Kind::Rtp) {
            const auto packet = wire::parse_rtp(got.packet);
            ASSERT_TRUE(packet.has_value());
            ReceivedRtp kept{*packet, {packet->payload.begin(), packet->payload.end()}, {}};
            if (const auto e = packet->extension(3))
                kept.transport_sequence = base::load16(e->data());
            rtp.push_back(std::move(kept));
        } else if (got.kind == transport::PeerTransport::Kind::Rtcp) {
            rtcp.emplace_back(got.packet.begin(), got.packet.end());
        }
    }

    void send_rtp(const wire::RtpHeader& header, base::ByteView payload,
                  std::optional<std::uint16_t> transport_sequence = {}) {
        const auto buffer = link->open_packet(out);
        ASSERT_FALSE(buffer.empty());
        std::uint8_t sequence[2];
        base::store16(sequence, transport_sequence.value_or(0));
        const wire::RtpExtensionToWrite extension{3, sequence};
        const auto size = wire::write_rtp_header(
            header, std::span(&extension, transport_sequence ? 1 : 0), buffer);
        std::copy(payload.begin(), payload.end(), &buffer[size]);
        ASSERT_TRUE(link->seal_rtp(out, size + payload.size()));
    }
    void send_rtcp(const std::function<void(base::ByteWriter&)>& write) {
        const auto buffer = link->open_packet(out);
        ASSERT_FALSE(buffer.empty());
        base::ByteWriter writer(buffer);
        wire::write_receiver_report(writer, 5, {});
        write(writer);
        ASSERT_TRUE(link->seal_rtcp(out, writer.size()));
    }

    // All RTCP items of one kind that came, with the packets they point into kept alive.
    template <class Item>
    std::vector<Item> items() const {
        std::vector<Item> found;
        for (const auto& packet : rtcp) {
            wire::RtcpCursor cursor(packet);
            while (const auto item = cursor.next()) {
                if (const auto* match = std::get_if<Item>(&*item)) found.push_back(*match);
            }
            EXPECT_TRUE(cursor.ok());
        }
        return found;
    }
    std::vector<ReceivedRtp> of(std::uint32_t ssrc) const {
        std::vector<ReceivedRtp> found;
        for (const auto& packet : rtp) {
            if (packet.header.ssrc == ssrc) found.push_back(packet);
        }
        return found;
    }
    std::uint32_t audio_ssrc(std::size_t slot) const {
        return answer.media.at(2 * slot).sources.at(0).ssrc;
    }
    std::uint32_t video_ssrc(std::size_t slot) const {
        return answer.media.at(2 * slot + 1).sources.at(0).ssrc;
    }
    std::uint32_t rtx_ssrc(std::size_t slot) const {
        return answer.media.at(2 * slot + 1).sources.at(1).ssrc;
    }

    wire::Path path;  // as the hub sees it
    transport::IceCredentials credentials = transport::IceCredentials::random();
    std::unique_ptr<transport::PeerTransport> link;
    wire::PacketBatch out{256};
    base::ResourceId resource;
    wire::Sdp answer;
    std::vector<ReceivedRtp> rtp;
    std::vector<base::Bytes> rtcp;

  private:
    wire::SdpMedia section(wire::MediaKind kind, const Wishes& wishes, std::size_t index) const {
        wire::SdpMedia media;
        media.kind = kind;
        media.mid = std::to_string(index);
        media.rtcp_mux = media.rtcp_rsize = true;
        media.ice_ufrag = credentials.ufrag;
        media.ice_pwd = credentials.password;
        media.fingerprint_algorithm = "sha-256";
        media.fingerprint = identity_.fingerprint();
        media.setup = wire::DtlsSetup::ActPass;
        if (wishes.transport_feedback) media.extensions.push_back({3, kTransportSequenceUri});
        std::vector<std::string> feedback;
        if (wishes.transport_feedback) feedback.push_back("transport-cc");
        if (kind == wire::MediaKind::Audio) {
            media.codecs.push_back({kOpus, "opus", 48000, 2, "", feedback, std::nullopt});
        } else {
            feedback.insert(feedback.end(), {"nack", "nack pli"});
            media.codecs.push_back({kVp8, "VP8", 90000, 1, "", feedback, std::nullopt});
            if (wishes.rtx) media.codecs.push_back({kRtx, "rtx", 90000, 1, "apt=96", {}, kVp8});
        }
        return media;
    }
    static void add(wire::Sdp& offer, wire::SdpMedia media) {
        offer.bundle.push_back(media.mid);
        offer.media.push_back(std::move(media));
    }

    const transport::DtlsIdentity& identity_;
};

class RoomOfPeers : public testing::Test {
  protected:
    RoomOfPeers() {
        Sfu::Config config;
        config.identity = &identity();
        wire::SdpCandidate candidate;
        candidate.priority = 1;
        candidate.address = kHub.remote;
        config.candidates = {candidate};
        sfu = std::make_unique<Sfu>(config);
        sfu->set_grant(session, everybody(), base::kNever, now);
    }

    // All from all: whoever takes part in one of these tests or measurements.
    std::vector<Flow> everybody() const {
        std::vector<base::ParticipantId> all = {applicant, interviewer, observer};
        all.push_back(base::ParticipantId::from_value(21));
        for (std::uint64_t i = 100; i < 150; ++i) {
            all.push_back(base::ParticipantId::from_value(i));
        }
        std::vector<Flow> flows;
        for (const auto sender : all) flows.push_back({sender, all, all});
        return flows;
    }

    // One certificate for everybody: making one takes longer than the rest of a test.
    static const transport::DtlsIdentity& identity() {
        static const auto one = transport::DtlsIdentity::generate();
        return one;
    }

    Peer& add_peer() {
        peers.push_back(
            std::make_unique<Peer>(static_cast<std::uint16_t>(5000 + peers.size()), identity()));
        return *peers.back();
    }
    Peer& publisher(base::ParticipantId who, std::uint32_t ssrc, const Wishes& wishes = {}) {
        Peer& peer = add_peer();
        auto answer = sfu->publish(session, who, peer.publish_offer(wishes, ssrc), now);
        EXPECT_TRUE(answer.has_value()) << answer.error().text;
        peer.start(*answer, now);
        connect(peer);
        return peer;
    }
    Peer& subscriber(base::ParticipantId who, const Wishes& wishes = {}) {
        Peer& peer = add_peer();
        auto answer = sfu->subscribe(session, who, peer.subscribe_offer(wishes), now);
        EXPECT_TRUE(answer.has_value()) << answer.error().text;
        peer.start(*answer, now);
        connect(peer);
        return peer;
    }
    void connect(Peer& peer) {
        for (int i = 0; i < 100 && !peer.link->connected(); ++i) run(milliseconds(10));
        ASSERT_TRUE(peer.link->connected());
    }

    // Delivers everything that is under way, at this instant.
    void deliver() {
        for (int round = 0; round < 20; ++round) {
            bool quiet = true;
            for (auto& peer : peers) {
                for (auto& entry : peer->out.entries()) {
                    quiet = false;
                    sfu->receive(peer->path, base::MutableBytes(entry.bytes).first(entry.size), now,
                                 out);
                }
                peer->out.clear();
            }
            sfu->tick(now, out);
            for (auto& entry : out.entries()) {
                quiet = false;
                for (auto& peer : peers) {
                    if (peer->path == entry.path) {
                        peer->receive(base::MutableBytes(entry.bytes).first(entry.size), now);
                    }
                }
            }
            out.clear();
            while (auto event = sfu->poll_event()) events.push_back(std::move(*event));
            if (quiet) return;
        }
    }
    void run(base::Duration duration) {
        const auto end = now + duration;
        while (now < end) {
            now += milliseconds(5);
            for (auto& peer : peers) {
                if (peer->link) peer->link->tick(now, peer->out);
            }
            deliver();
        }
    }

    static base::Bytes vp8_payload(bool key_frame, std::uint16_t picture_id, std::uint8_t fill) {
        base::Bytes payload(40, fill);
        wire::Vp8Descriptor descriptor;
        descriptor.start_of_partition = true;
        descriptor.picture_id = picture_id;
        descriptor.long_picture_id = true;
        const auto size = wire::write_vp8(descriptor, payload);
        payload[size] = key_frame ? 0x10 : 0x11;  // RFC 7741 section 4.3: P is the lowest bit
        return payload;
    }
    void send_video(Peer& peer, std::uint32_t ssrc, std::uint16_t sequence, bool key_frame) {
        peer.send_rtp({true, kVp8, sequence, 3000u * sequence, ssrc},
                      vp8_payload(key_frame, sequence, static_cast<std::uint8_t>(sequence)),
                      sequence);
        deliver();
    }
    void send_audio(Peer& peer, std::uint32_t ssrc, std::uint16_t sequence) {
        peer.send_rtp({false, kOpus, sequence, 960u * sequence, ssrc},
                      base::Bytes(30, static_cast<std::uint8_t>(sequence)), sequence);
        deliver();
    }
    std::optional<SlotMap> last_map(base::ResourceId subscription) const {
        std::optional<SlotMap> last;
        for (const auto& event : events) {
            const auto* map = std::get_if<SlotMap>(&event);
            if (map != nullptr && map->subscription == subscription) last = *map;
        }
        return last;
    }
    ResourceStats stats_of(const Peer& peer) const {
        for (const auto& stats : sfu->stats()) {
            if (stats.resource == peer.resource) return stats;
        }
        ADD_FAILURE() << "no such resource";
        return {};
    }

    base::Instant now = base::Instant{} + seconds(1000);
    std::unique_ptr<Sfu> sfu;
    wire::PacketBatch out{512};
    std::vector<std::unique_ptr<Peer>> peers;
    std::vector<Event> events;
    const base::SessionId session = base::SessionId::from_value(1);
    const base::ParticipantId applicant = base::ParticipantId::from_value(11);
    const base::ParticipantId interviewer = base::ParticipantId::from_value(12);
    const base::ParticipantId observer = base::ParticipantId::from_value(13);
};

}  // namespace sightline::sfu::test
