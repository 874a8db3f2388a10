// A WHIP resource: a participant's uplink with at most one audio and one video track. On its
// worker's thread.
#pragma once

#include <array>
#include <optional>

#include "media/congestion/transport_feedback_writer.h"
#include "media/sfu/app_inbox.h"
#include "media/sfu/negotiation.h"
#include "media/sfu/published_track.h"
#include "media/sfu/resource.h"
#include "media/wire/rtcp.h"

namespace sightline::sfu {

class Publication final : public Resource {
  public:
    Publication(const Ids& ids, transport::PeerTransport::Config transport,
                const PublishAgreement& agreement, SfuCounters& counters, AppInbox& inbox,
                base::Instant now);

    void receive_rtp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) override;
    void receive_rtcp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) override;
    base::Instant tick_media(base::Instant now, wire::PacketBatch& out) override;
    void say_bye(wire::PacketBatch& out) override;
    ResourceStats stats() const override;
    bool may_send_media() const override { return true; }
    void on_connected(base::Instant) override {}
    void leave(Room& room) const override;

    PublishedTrack* audio() { return audio_ ? &*audio_ : nullptr; }
    PublishedTrack* video() { return video_ ? &*video_ : nullptr; }
    void disconnect_outlets();
    // What its frames must show from now on.
    void require(const std::optional<Protection>& protection);
    // After its outlets were connected anew: what nobody gets is forgotten.
    void settle_outlets();
    // False: not connected, or no room.
    bool send_app(std::uint32_t name, base::ByteView data, wire::PacketBatch& out);

  private:
    std::array<PublishedTrack*, 2> tracks() { return {audio(), video()}; }
    void send_reports(base::Instant now, wire::PacketBatch& out);
    void send_feedback(base::Instant now, wire::PacketBatch& out);
    void take_app(const wire::App& app, base::Instant now);

    SfuCounters& counters_;
    AppInbox& inbox_;
    std::optional<PublishedTrack> audio_;
    std::optional<PublishedTrack> video_;
    bool feedback_agreed_;
    congestion::TransportFeedbackWriter feedback_;
    std::uint32_t own_ssrc_;  // of the RTCP we send
    base::Instant next_report_;
    base::Instant apps_since_{};  // the second in which `apps_` were taken
    int apps_ = 0;
};

}  // namespace sightline::sfu
