#include "media/sfu/forwarding.h"

#include <array>
#include <cstring>

#include "media/rtp/rtx.h"
#include "media/sfu/forwarded_track.h"
#include "media/sfu/subscription.h"

namespace sightline::sfu {
namespace {

// The MID is needed only until the receiver has bound the SSRC (RFC 8843 section 9.2), and a=ssrc
// has told it already; some receivers want to see it all the same.
constexpr std::uint64_t kPacketsWithMid = 100;

// The subscriber's own header extensions; the publisher's are never passed on. Lives while the
// packet is written.
class Extensions {
  public:
    explicit Extensions(const Outlet& outlet) {
        const SlotSection& section = outlet.track->section();
        if (section.transport_sequence_id != 0) {
            base::store16(sequence_.data(), outlet.subscription->sent_packets().next_sequence());
            elements_[count_++] = {section.transport_sequence_id, sequence_};
        }
        if (section.mid_id != 0 && section.mid.size() <= 16 &&
            outlet.track->sent().packets() < kPacketsWithMid) {
            elements_[count_++] = {section.mid_id, base::as_bytes(section.mid)};
        }
    }
    Extensions(const Extensions&) = delete;
    std::span<const wire::RtpExtensionToWrite> all() const {
        return std::span(elements_).first(count_);
    }

  private:
    std::array<std::uint8_t, 2> sequence_{};
    std::array<wire::RtpExtensionToWrite, 2> elements_{};
    std::size_t count_ = 0;
};

// Encrypts and commits what stands in the batch's next buffer.
bool seal(const Outlet& outlet, std::size_t size, base::Instant now, wire::PacketBatch& out) {
    if (!outlet.subscription->transport().seal_rtp(out, size)) return false;
    if (outlet.track->section().transport_sequence_id != 0) {
        outlet.subscription->sent_packets().on_sent(size, now);
    }
    outlet.subscription->on_sent(size);
    return true;
}

bool send(const MediaPacket& packet, const wire::RtpHeader& header, const Outlet& outlet,
          base::Instant now, wire::PacketBatch& out) {
    const auto buffer = outlet.subscription->transport().open_packet(out);
    if (buffer.empty()) return false;
    const Extensions extensions(outlet);
    const std::size_t start = wire::write_rtp_header(header, extensions.all(), buffer);
    const std::size_t size = start + packet.payload.size();
    if (start == 0 || size > buffer.size()) return false;
    if (!packet.payload.empty()) {
        std::memcpy(&buffer[start], packet.payload.data(), packet.payload.size());
        outlet.track->rewrite_payload(buffer.subspan(start, packet.payload.size()), packet);
    }
    return seal(outlet, size, now, out);
}

bool send_rtx(const MediaPacket& packet, const wire::RtpHeader& header, const Outlet& outlet,
              base::Instant now, wire::PacketBatch& out) {
    const auto buffer = outlet.subscription->transport().open_packet(out);
    if (buffer.empty()) return false;
    const SlotSection& section = outlet.track->section();
    const Extensions extensions(outlet);
    const std::size_t size = rtp::write_rtx(
        header, packet.payload,
        {*section.rtx_payload_type, section.rtx_ssrc, outlet.track->next_rtx_sequence()},
        extensions.all(), buffer);
    if (size == 0) return false;
    // The original payload is the tail of the RTX packet, behind the original sequence number.
    outlet.track->rewrite_payload(
        buffer.subspan(size - packet.payload.size(), packet.payload.size()), packet);
    return seal(outlet, size, now, out);
}

}  // namespace

std::size_t forward(const MediaPacket& packet, const PublishedTrack& track, base::Instant now,
                    wire::PacketBatch& out) {
    std::size_t copies = 0;
    for (const Outlet& outlet : track.outlets) {
        if (!outlet.subscription->transport().connected()) continue;
        const auto header = outlet.track->admit(packet, now);
        if (!header || !send(packet, *header, outlet, now, out)) continue;
        // The first packet of a source makes a sender report possible, and lip-sync wants it soon.
        if (outlet.track->on_sent(packet.payload.size(), now)) outlet.subscription->wake(now);
        ++copies;
    }
    return copies;
}

bool retransmit(std::uint16_t outgoing, const Outlet& outlet, base::Instant now,
                wire::PacketBatch& out) {
    if (!outlet.track->section().rtx_payload_type) return false;
    const auto sequence = outlet.track->source_sequence(outgoing);
    if (!sequence) return false;
    const auto packet = outlet.track->source()->recall(*sequence, now);
    if (!packet || !outlet.track->may_resend(outgoing, now)) return false;
    const auto header = outlet.track->header_again(*packet, now);
    if (!header) return false;
    if (!send_rtx(*packet, *header, outlet, now, out)) return false;
    outlet.track->on_resent();
    return true;
}

}  // namespace sightline::sfu
