#include "media/sfu/frame_gate.h"

#include "appliance/base/key_number.h"
#include "media/sframe/frame.h"

namespace sightline::sfu {
namespace {

bool is_newer(std::uint16_t sequence, std::uint16_t than) {
    return static_cast<std::int16_t>(sequence - than) > 0;
}

}  // namespace

void FrameGate::require(const std::optional<Protection>& protection) {
    const bool same_sender = protection && protection_ && protection->slot == protection_->slot;
    protection_ = protection;
    if (!same_sender) restart();
}

void FrameGate::restart() {
    open_ = !protection_;
    closed_at_.reset();
    packets_ = 0;
}

FrameGate::Verdict FrameGate::check(const MediaPacket& packet) {
    if (!protection_) return Verdict::Pass;
    // Padding alone is of no frame.
    const bool ends_frame =
        !packet.payload.empty() && (kind_ == wire::MediaKind::Audio || packet.header.marker);
    if (!ends_frame) {
        if (!open_) return Verdict::Held;
        return ++packets_ > kMaxPackets ? close(packet) : Verdict::Pass;
    }
    if (!is_protected(packet)) return close(packet);
    if (!open_ && closed_at_ && !is_newer(packet.header.sequence, *closed_at_)) {
        return Verdict::Held;
    }
    open_ = true;
    closed_at_.reset();
    packets_ = 0;
    return Verdict::Pass;
}

FrameGate::Verdict FrameGate::close(const MediaPacket& packet) {
    open_ = false;
    packets_ = 0;
    const auto sequence = packet.header.sequence;
    if (!closed_at_ || is_newer(sequence, *closed_at_)) closed_at_ = sequence;
    return Verdict::Unprotected;
}

bool FrameGate::is_protected(const MediaPacket& packet) const {
    const auto frame = packet.payload.subspan(packet.vp8 ? packet.vp8->size : 0);
    const auto trailer = sframe::parse_trailer(frame);
    if (!trailer) return false;
    const auto number = base::KeyNumber::of(trailer->header.kid);
    return number.epoch >= protection_->first_epoch && number.slot == protection_->slot &&
           number.video == (kind_ == wire::MediaKind::Video);
}

}  // namespace sightline::sfu
