// One half (audio or video) of a subscriber's slot: the outgoing stream, which goes on without a
// break whatever publisher feeds it. Video of a new source begins with a key frame. One thread; its
// source outlives the connection to it.
#pragma once

#include <optional>
#include <string>

#include "media/rtp/packet_history.h"
#include "media/rtp/sender_report.h"
#include "media/rtp/stream_rewriter.h"
#include "media/sfu/media_packet.h"
#include "media/sfu/negotiation.h"
#include "media/wire/rtcp.h"

namespace sightline::sfu {

class PublishedTrack;

class ForwardedTrack {
  public:
    ForwardedTrack(const SlotSection& section, std::string cname);

    // From now on fed by `source`; null: by nobody.
    void connect(PublishedTrack* source);
    PublishedTrack* source() const { return source_; }
    bool waits_for_key_frame() const { return waits_for_key_frame_; }

    // The header to send this packet with; nullopt: it is not to be sent.
    std::optional<wire::RtpHeader> admit(const MediaPacket& packet, base::Instant now);
    // Puts the VP8 counters right in a payload that is about to be sent.
    void rewrite_payload(base::MutableBytes payload, const MediaPacket& packet);
    // True for the first packet of a source.
    bool on_sent(std::size_t payload_size, base::Instant now);

    // The publisher's sequence of what went out with this one; nullopt: of an earlier source, or
    // never.
    std::optional<std::uint16_t> source_sequence(std::uint16_t outgoing) const {
        return rewriter_.source_sequence(outgoing);
    }
    // The header that a packet went out with, for sending it again.
    std::optional<wire::RtpHeader> header_again(const MediaPacket& packet, base::Instant now);
    bool may_resend(std::uint16_t outgoing, base::Instant now);
    std::uint16_t next_rtx_sequence() { return rtx_sequence_++; }
    void on_resent() { ++resent_; }

    // RTCP SR and SDES, when one is due; false: not yet, or there is nothing to report about.
    bool write_report(base::ByteWriter& out, base::Instant now);
    // kNever while nothing is sent.
    base::Instant next_report() const;
    // The source's clock has become known: tell it as soon as possible, for lip-sync from the
    // start.
    void on_source_clock();
    void take_report_block(const wire::ReportBlock& block, base::Instant now);

    const SlotSection& section() const { return section_; }
    bool has_sent() const { return sent_.packets() > 0; }
    const rtp::SenderStatistics& sent() const { return sent_; }
    const wire::ReportBlock& reported() const { return reported_; }
    std::uint64_t resent() const { return resent_; }
    std::optional<base::Duration> round_trip() const { return round_trip_.smoothed(); }

  private:
    SlotSection section_;
    std::string cname_;
    PublishedTrack* source_ = nullptr;
    bool waits_for_key_frame_ = false;
    rtp::StreamRewriter rewriter_;
    rtp::Vp8Continuity continuity_;
    rtp::SenderStatistics sent_;
    rtp::ResendThrottle resends_;
    rtp::RoundTrip round_trip_;
    wire::ReportBlock reported_;
    std::optional<base::Instant> reported_at_;  // our last SR about the current source
    std::optional<base::Instant> first_sent_;   // of the current source
    std::uint16_t rtx_sequence_;
    std::uint64_t resent_ = 0;
};

}  // namespace sightline::sfu
