// One audio or video stream of a publisher: which SSRCs it has, what has been lost of it, whether
// its frames are protected as they must be, its last packets for those who ask again, and whether a
// key frame must be asked for. Its outlets are the slots it feeds; they are disconnected before
// their subscription dies. One thread; must not outlive `owner`.
#pragma once

#include <optional>
#include <vector>

#include "media/rtp/key_frame_request_throttle.h"
#include "media/rtp/nack_generator.h"
#include "media/rtp/packet_history.h"
#include "media/rtp/receive_statistics.h"
#include "media/rtp/sender_report.h"
#include "media/sfu/frame_gate.h"
#include "media/sfu/media_packet.h"
#include "media/sfu/negotiation.h"
#include "media/sfu/resource.h"

namespace sightline::sfu {

class ForwardedTrack;
class Subscription;

struct Outlet {
    Subscription* subscription = nullptr;
    ForwardedTrack* track = nullptr;
};

class PublishedTrack {
  public:
    PublishedTrack(const PublishedSection& section, Resource& owner);

    enum class Stream : std::uint8_t { None, Media, Rtx };
    // Whose packet this is. Without a=ssrc in the offer the first SSRC that comes with the right
    // payload type is taken and kept.
    Stream match(const wire::RtpHeader& header);

    // Whether a packet may be asked for again: only what somebody was granted when it came.
    enum class History : std::uint8_t { Keep, Pass };
    // Enters a packet that match() has claimed into statistics and history. nullopt: nothing to
    // forward (seen before, only padding to probe the bandwidth, or held by the gate). Errors:
    // Malformed; Forbidden (not protected). The result's views point into `packet`.
    base::Result<std::optional<MediaPacket>> take(const wire::RtpPacket& packet, Stream stream,
                                                  base::Instant now, History history);
    // Nobody gets this track now: what was kept for them is forgotten, and no picture asked for.
    void on_no_outlets();
    // The packet with this sequence of the publisher, as it was taken; nullopt: too old. Valid
    // until the next take().
    std::optional<MediaPacket> recall(std::uint16_t sequence, base::Instant now) const;

    void take_sender_report(const wire::SenderReport& report, base::Instant now);
    // The publisher ends this SSRC: a new one may take its place.
    void take_bye(std::uint32_t ssrc);
    // Not while the gate is closed: nobody would get it, and whoever waits asks again when it
    // opens.
    void request_key_frame(base::Instant now);

    // Appends the NACK and the key-frame request that are due to a compound packet; false: nothing
    // is.
    bool write_due(base::ByteWriter& out, std::uint32_t own_ssrc, base::Instant now);
    base::Instant next_deadline() const;

    const PublishedSection& section() const { return section_; }
    FrameGate& gate() { return gate_; }
    const rtp::SenderClock& clock() const { return clock_; }
    std::optional<rtp::ReceiveStatistics>& statistics() { return statistics_; }
    const std::optional<rtp::ReceiveStatistics>& statistics() const { return statistics_; }
    std::uint64_t nacked() const { return nacked_; }
    std::uint64_t recovered() const { return recovered_; }
    std::uint64_t key_frame_requests() const { return key_frames_.sent(); }

    std::vector<Outlet> outlets;

  private:
    void restart_outlets();
    void keep(const wire::RtpHeader& header, base::ByteView payload, base::Instant now);

    PublishedSection section_;
    Resource& owner_;
    FrameGate gate_;
    rtp::SenderClock clock_;
    rtp::NackGenerator losses_;
    rtp::PacketHistory history_;
    rtp::KeyFrameRequestThrottle key_frames_;
    std::optional<rtp::ReceiveStatistics> statistics_;  // since the SSRC is known
    std::uint64_t nacked_ = 0;
    std::uint64_t recovered_ = 0;
    std::uint8_t fir_sequence_ = 0;
};

}  // namespace sightline::sfu
