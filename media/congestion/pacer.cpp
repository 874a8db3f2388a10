#include "media/congestion/pacer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "appliance/base/check.h"

namespace sightline::congestion {

Pacer::Pacer(const Config& config) : config_(config) {
    CHECK(config.capacity > 0 && config.factor > 0);
    for (auto& queue : queues_) queue.slots.resize(config.capacity);
}

bool Pacer::push(PacketClass kind, base::ByteView packet, base::Instant now) {
    auto& queue = queues_[static_cast<std::size_t>(kind)];
    if (queue.count == queue.slots.size() || packet.empty() || packet.size() > wire::kMaxDatagram) {
        return false;
    }
    refill(now);
    auto& slot = queue.slots[(queue.first + queue.count) % queue.slots.size()];
    slot.size = static_cast<std::uint16_t>(packet.size());
    std::memcpy(slot.bytes.data(), packet.data(), packet.size());
    ++queue.count;
    queued_bytes_ += packet.size();
    return true;
}

std::optional<Pacer::Packet> Pacer::pop(base::Instant now) {
    refill(now);
    for (std::size_t kind = 0; kind < queues_.size(); ++kind) {
        auto& queue = queues_[kind];
        if (queue.count == 0) continue;
        // Audio waits for nobody, but what it takes is missing for the others.
        if (static_cast<PacketClass>(kind) != PacketClass::Audio && tokens_ <= 0) break;
        const auto& slot = queue.slots[queue.first];
        queue.first = (queue.first + 1) % queue.slots.size();
        --queue.count;
        queued_bytes_ -= slot.size;
        tokens_ -= slot.size;
        return Packet{static_cast<PacketClass>(kind), base::ByteView(slot.bytes).first(slot.size)};
    }
    return std::nullopt;
}

base::Instant Pacer::next_deadline() const {
    if (queued_bytes_ == 0 || !filled_) return base::kNever;
    const bool audio = queues_[static_cast<std::size_t>(PacketClass::Audio)].count > 0;
    const double bytes_per_second = static_cast<double>(rate().bps()) / 8;
    if (audio || tokens_ > 0) return *filled_;
    if (bytes_per_second <= 0) return base::kNever;  // until set_target()
    // A microsecond more than the debt needs: then there surely is a token.
    const double wait = -tokens_ / bytes_per_second * 1e6 + 1;
    return *filled_ + std::chrono::microseconds(static_cast<std::int64_t>(std::ceil(wait)));
}

void Pacer::clear() {
    for (auto& queue : queues_) queue.first = queue.count = 0;
    queued_bytes_ = 0;
}

void Pacer::clear(PacketClass kind) {
    auto& queue = queues_[static_cast<std::size_t>(kind)];
    for (; queue.count > 0; --queue.count) {
        queued_bytes_ -= queue.slots[queue.first].size;
        queue.first = (queue.first + 1) % queue.slots.size();
    }
}

DataRate Pacer::rate() const {
    const DataRate paced = config_.target * config_.factor;
    return std::max(paced,
                    DataRate::of(static_cast<std::int64_t>(queued_bytes_), config_.max_queue_time));
}

void Pacer::refill(base::Instant now) {
    const DataRate paced = rate();
    // After a silence one burst, and at least one packet, may leave at once; and no debt is so
    // large that it would stop video for longer than a queue may last.
    const double most = std::max<double>(1, paced.bytes_in(config_.burst));
    if (!filled_) {
        tokens_ = most;
    } else if (now > *filled_) {
        tokens_ = std::max(tokens_, -paced.bytes_in(config_.max_queue_time));
        tokens_ = std::min(most, tokens_ + paced.bytes_in(now - *filled_));
    }
    if (!filled_ || now > *filled_) filled_ = now;
}

}  // namespace sightline::congestion
