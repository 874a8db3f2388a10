// A WHEP resource: a participant's downlink with its fixed receive slots. It sends only; what RTP
// comes from its peer is dropped before decryption. On its worker's thread.
#pragma once

#include <optional>
#include <vector>

#include "media/congestion/sent_packet_history.h"
#include "media/sfu/forwarded_track.h"
#include "media/sfu/negotiation.h"
#include "media/sfu/resource.h"

namespace sightline::sfu {

// Slot i: the i-th audio and the i-th video section of the offer, and whose it is. What is in it is
// the grant's matter.
struct Slot {
    base::ParticipantId publisher;  // null: nobody's
    std::optional<ForwardedTrack> audio;
    std::optional<ForwardedTrack> video;
};

class Subscription final : public Resource {
  public:
    Subscription(const Ids& ids, transport::PeerTransport::Config transport,
                 const SubscribeAgreement& agreement, SfuCounters& counters, base::Instant now);

    void receive_rtp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) override;
    void receive_rtcp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) override;
    base::Instant tick_media(base::Instant now, wire::PacketBatch& out) override;
    void say_bye(wire::PacketBatch& out) override;
    ResourceStats stats() const override;
    bool may_send_media() const override { return false; }
    void on_connected(base::Instant now) override;
    void leave(Room& room) const override;

    std::vector<Slot>& slots() { return slots_; }
    // Transport-wide sequence numbers, counted over all slots.
    congestion::SentPacketHistory& sent_packets() { return sent_packets_; }
    void on_sent(std::size_t size) {
        ++packets_;
        bytes_ += size;
    }

    // The slots of its last SlotMap; nullopt: none was told yet.
    std::optional<std::vector<base::ParticipantId>> told_map;

  private:
    ForwardedTrack* track_of(std::uint32_t ssrc);
    template <class F>
    void each_track(F f);
    template <class F>
    void each_track(F f) const;
    void take_report_blocks(base::ByteView blocks, base::Instant now);
    void take_nack(const wire::Nack& nack, base::Instant now, wire::PacketBatch& out);
    void take_key_frame_request(std::uint32_t ssrc, base::Instant now);

    SfuCounters& counters_;
    std::vector<Slot> slots_;
    congestion::SentPacketHistory sent_packets_;
    std::uint32_t own_ssrc_;  // of RTCP that is about no slot
    std::uint64_t packets_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t nacks_ = 0;
    std::uint64_t key_frame_requests_ = 0;
    std::optional<base::Duration> feedback_round_trip_;
};

}  // namespace sightline::sfu
