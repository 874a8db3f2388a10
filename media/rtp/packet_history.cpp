#include "media/rtp/packet_history.h"

#include <bit>
#include <cstring>

#include "appliance/base/check.h"

namespace sightline::rtp {

ResendThrottle::ResendThrottle(std::size_t capacity) : entries_(capacity) {
    CHECK(std::has_single_bit(capacity));
}

bool ResendThrottle::allow(std::uint16_t sequence, base::Instant now, base::Duration interval) {
    auto& entry = entries_[sequence & (entries_.size() - 1)];
    if (entry.at && entry.sequence == sequence && now - *entry.at < interval) return false;
    entry = {sequence, now};
    return true;
}

PacketHistory::PacketHistory(std::size_t capacity, base::Duration max_age)
    : slots_(capacity), max_age_(max_age), throttle_(capacity) {
    CHECK(std::has_single_bit(capacity));
}

void PacketHistory::store(std::uint16_t sequence, base::ByteView packet, base::Instant now) {
    if (packet.empty() || packet.size() > wire::kMaxDatagram) return;
    auto& slot = slots_[sequence & (slots_.size() - 1)];
    slot.sequence = sequence;
    slot.size = static_cast<std::uint16_t>(packet.size());
    slot.stored = now;
    std::memcpy(slot.bytes.data(), packet.data(), packet.size());
}

std::optional<base::ByteView> PacketHistory::find(std::uint16_t sequence, base::Instant now) const {
    const auto& slot = slots_[sequence & (slots_.size() - 1)];
    if (slot.size == 0 || slot.sequence != sequence || now - slot.stored > max_age_) {
        return std::nullopt;
    }
    return base::ByteView(slot.bytes).first(slot.size);
}

std::optional<base::ByteView> PacketHistory::resend(std::uint16_t sequence, base::Instant now,
                                                    base::Duration interval) {
    const auto packet = find(sequence, now);
    if (!packet || !throttle_.allow(sequence, now, interval)) return std::nullopt;
    return packet;
}

void PacketHistory::clear() {
    for (auto& slot : slots_) slot.size = 0;
}

}  // namespace sightline::rtp
