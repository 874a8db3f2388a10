#include "media/rtp/frame_assembler.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "appliance/base/check.h"
#include "media/wire/vp8.h"

namespace sightline::rtp {
namespace {

// The first packet to come may have overtaken the start of its frame; so far back it may still
// come.
constexpr std::int64_t kReorderAtStart = 32;

}  // namespace

FrameAssembler::FrameAssembler(const Config& config) : config_(config), slots_(config.capacity) {
    CHECK(std::has_single_bit(config.capacity) &&
          static_cast<std::int64_t>(config.capacity) > kReorderAtStart && config.capacity < 0x8000);
    frame_.reserve(config.max_frame_bytes);
}

void FrameAssembler::insert(const wire::RtpPacket& packet, base::Instant now) {
    if (packet.payload.size() > wire::kMaxDatagram) {
        ++counters_.malformed;
        return;
    }
    wire::Vp8Descriptor descriptor;
    if (!packet.payload.empty()) {
        const auto parsed = wire::parse_vp8(packet.payload);
        if (!parsed) {
            ++counters_.malformed;
            return;
        }
        descriptor = *parsed;
    }

    const std::int64_t sequence = unwrapper_.peek(packet.sequence);
    if (next_ < 0) next_ = sequence - kReorderAtStart;
    if (sequence < next_ || holds(sequence)) {
        ++counters_.late;
        return;
    }
    const auto capacity = static_cast<std::int64_t>(slots_.size());
    if (sequence - next_ >= capacity) {
        give_up();
        drop_before(sequence - capacity + 1);
    }
    if (sequence > newest_) newest_ = unwrapper_.unwrap(packet.sequence);

    auto& place = slot(sequence);
    place.sequence = sequence;
    place.timestamp = packet.timestamp;
    place.marker = packet.marker;
    place.arrived = now;
    place.starts_frame = !packet.payload.empty() && descriptor.starts_frame();
    place.starts_key_frame =
        !packet.payload.empty() && wire::starts_key_frame(descriptor, packet.payload);
    const auto data = packet.payload.subspan(descriptor.size);
    place.size = static_cast<std::uint16_t>(data.size());
    if (!data.empty()) std::memcpy(place.bytes.data(), data.data(), data.size());
}

std::optional<AssembledFrame> FrameAssembler::poll(base::Instant now) {
    deadline_ = base::kNever;
    if (next_ < 0) return std::nullopt;
    if (!needs_key_frame_) {
        while (holds(next_) && slot(next_).size == 0) drop_before(next_ + 1);
        // Something went wrong at the sender if the middle of a frame follows the end of another.
        if (holds(next_) && !slot(next_).starts_frame) give_up();
    }
    if (needs_key_frame_) return take_next_key_frame(next_);
    if (auto frame = take_frame(next_)) return frame;
    if (needs_key_frame_) return std::nullopt;  // the frame was too large

    const auto gap = first_gap();
    if (!gap) return std::nullopt;  // nothing is missing: the rest is still on its way
    // A whole key frame behind the gap makes what is missing needless.
    if (auto frame = take_next_key_frame(*gap)) {
        ++counters_.gaps_given_up;
        return frame;
    }
    deadline_ = earliest_after(*gap) + config_.max_wait;
    if (now < deadline_) return std::nullopt;
    deadline_ = base::kNever;
    give_up();
    return std::nullopt;
}

base::Instant FrameAssembler::next_deadline() const { return deadline_; }

void FrameAssembler::reset() {
    for (auto& place : slots_) place.sequence = -1;
    unwrapper_.reset();
    next_ = newest_ = -1;
    needs_key_frame_ = true;
    deadline_ = base::kNever;
}

// The frame that begins at `first`, if all of it is there; it is taken out of the buffer, and so is
// everything before it.
std::optional<AssembledFrame> FrameAssembler::take_frame(std::int64_t first) {
    if (!holds(first) || !slot(first).starts_frame) return std::nullopt;
    std::size_t size = 0;
    std::int64_t end = first;  // one past its last packet
    base::Instant complete = slot(first).arrived;
    for (bool finished = false; !finished; ++end) {
        if (end > newest_ || !holds(end)) return std::nullopt;
        const auto& place = slot(end);
        // A new timestamp ends a frame whose marker the sender forgot.
        if (place.size > 0 && place.timestamp != slot(first).timestamp) break;
        size += place.size;
        complete = std::max(complete, place.arrived);
        finished = place.marker;
    }
    if (size > config_.max_frame_bytes) {
        give_up();
        drop_before(end);
        return std::nullopt;
    }

    AssembledFrame frame;
    frame.key_frame = slot(first).starts_key_frame;
    frame.timestamp = slot(first).timestamp;
    frame.complete = complete;
    frame_.clear();
    for (auto at = first; at < end; ++at) {
        const auto& place = slot(at);
        frame_.insert(frame_.end(), place.bytes.begin(), place.bytes.begin() + place.size);
    }
    frame.data = frame_;
    drop_before(end);
    if (frame.key_frame) needs_key_frame_ = false;
    ++counters_.frames;
    return frame;
}

std::optional<AssembledFrame> FrameAssembler::take_next_key_frame(std::int64_t from) {
    for (auto at = from; at <= newest_; ++at) {
        if (!holds(at) || !slot(at).starts_key_frame) continue;
        if (auto frame = take_frame(at)) return frame;
    }
    return std::nullopt;
}

// The first missing packet, if any after it has come.
std::optional<std::int64_t> FrameAssembler::first_gap() {
    for (auto at = next_; at <= newest_; ++at) {
        if (!holds(at)) return at;
    }
    return std::nullopt;
}

base::Instant FrameAssembler::earliest_after(std::int64_t sequence) {
    auto earliest = base::kNever;
    for (auto at = sequence + 1; at <= newest_; ++at) {
        if (holds(at)) earliest = std::min(earliest, slot(at).arrived);
    }
    return earliest;
}

void FrameAssembler::drop_before(std::int64_t sequence) {
    if (sequence - next_ >= static_cast<std::int64_t>(slots_.size())) {
        for (auto& place : slots_) {
            if (place.sequence < sequence) place.sequence = -1;
        }
    } else {
        for (auto at = next_; at < sequence; ++at) {
            if (holds(at)) slot(at).sequence = -1;
        }
    }
    next_ = std::max(next_, sequence);
}

// What is buffered stays: a key frame may be among it.
void FrameAssembler::give_up() {
    if (!needs_key_frame_) ++counters_.gaps_given_up;
    needs_key_frame_ = true;
}

}  // namespace sightline::rtp
