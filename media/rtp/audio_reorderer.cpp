#include "media/rtp/audio_reorderer.h"

#include <bit>
#include <cstring>

#include "appliance/base/check.h"

namespace sightline::rtp {

AudioReorderer::AudioReorderer(const Config& config) : config_(config), slots_(config.capacity) {
    CHECK(std::has_single_bit(config.capacity));
}

void AudioReorderer::insert(const wire::RtpPacket& packet, base::Instant now) {
    if (packet.payload.size() > wire::kMaxDatagram) return;
    const std::int64_t sequence = unwrapper_.peek(packet.sequence);
    if (next_ < 0) next_ = sequence;
    if (sequence < next_ || holds(sequence)) {
        ++late_;
        return;
    }
    if (sequence - next_ >= static_cast<std::int64_t>(slots_.size())) {
        // A cut of more than a second: nobody wants to hear each loss of it.
        lost_ += static_cast<std::uint64_t>(sequence - next_);
        for (auto& slot : slots_) slot.sequence = -1;
        next_ = sequence;
    }
    if (sequence > newest_) newest_ = unwrapper_.unwrap(packet.sequence);

    auto& slot = slots_[place(sequence)];
    slot.sequence = sequence;
    slot.timestamp = packet.timestamp;
    slot.arrived = now;
    slot.size = static_cast<std::uint16_t>(packet.payload.size());
    if (slot.size > 0) std::memcpy(slot.bytes.data(), packet.payload.data(), slot.size);
}

std::optional<AudioReorderer::Item> AudioReorderer::poll(base::Instant now) {
    if (next_ < 0 || next_ > newest_) return std::nullopt;
    if (!holds(next_)) {
        if (now < next_deadline()) return std::nullopt;
        ++next_;
        ++lost_;
        return Item{true, 0, {}, {}};
    }
    auto& slot = slots_[place(next_)];
    slot.sequence = -1;
    ++next_;
    return Item{false, slot.timestamp, slot.arrived, base::ByteView(slot.bytes).first(slot.size)};
}

base::Instant AudioReorderer::next_deadline() const {
    if (next_ < 0 || next_ > newest_ || holds(next_)) return base::kNever;
    for (auto at = next_ + 1; at <= newest_; ++at) {
        if (holds(at)) return slots_[place(at)].arrived + config_.max_wait;
    }
    return base::kNever;
}

void AudioReorderer::reset() {
    for (auto& slot : slots_) slot.sequence = -1;
    unwrapper_.reset();
    next_ = newest_ = -1;
}

}  // namespace sightline::rtp
