#include "appliance/engine/media_keys.h"

#include <algorithm>
#include <utility>

namespace sightline::engine {

static_assert(sframe::kMaxOverhead <= wire::kTailroom);

bool MediaKeys::take(KeysOrder order, base::Instant now) {
    if (order.session != session_) {
        // Keys of another interview open nothing of this one; its epochs count for themselves.
        *this = MediaKeys();
        session_ = order.session;
    }
    if (order.epoch < epoch_) return false;
    receiving_.tick(now);
    const bool newer = order.epoch > epoch_;
    epoch_ = order.epoch;
    people_ = std::move(order.people);
    for (const auto& key : order.receive) {
        // What it has already keeps its replay window. Epochs that follow each other too fast drive
        // out the oldest.
        while (!receiving_.knows(key.kid, now) && !receiving_.add(key.kid, key.base_key)) {
            forget_oldest(now);
        }
        owners_[key.kid] = {key.sender, order.epoch};
    }
    if (newer) switched_ = false;
    if (!order.switched || switched_) return true;
    switched_ = true;
    Switch to{now, order.epoch, order.old, std::move(order.send)};
    const bool sends = can_send(wire::MediaKind::Audio) || can_send(wire::MediaKind::Video);
    if (!newer || !sends) {
        switch_over(std::move(to), now);
        return true;
    }
    // Another cut does not put off the one before.
    to.at = next_ ? next_->at : now + kHeadStart;
    next_ = std::move(to);
    return true;
}

void MediaKeys::forget_oldest(base::Instant now) {
    receiving_.expire(owners_.begin()->first, now);
    receiving_.tick(now);
    owners_.erase(owners_.begin());
}

void MediaKeys::switch_if_due(base::Instant now) {
    if (next_ && now >= next_->at) switch_over(std::move(*next_), now);
}

void MediaKeys::switch_over(Switch to, base::Instant now) {
    next_.reset();
    for (const auto kind : {wire::MediaKind::Audio, wire::MediaKind::Video}) {
        auto& sending = sending_[index(kind)];
        const auto key =
            std::find_if(to.send.begin(), to.send.end(),
                         [&](const MediaKey& candidate) { return candidate.kind == kind; });
        if (key == to.send.end()) {
            sending.reset();
        } else if (!sending || sending->kid() != key->kid) {
            sending.emplace(key->kid, key->base_key);
        }
    }
    for (auto owner = owners_.begin(); owner != owners_.end();) {
        const auto [kid, of] = *owner;
        if (of.epoch < to.epoch) receiving_.expire(kid, now + to.old);
        owner = receiving_.knows(kid, now) ? std::next(owner) : owners_.erase(owner);
    }
}

bool MediaKeys::protect(wire::EncodedFrame& frame, base::Instant now) {
    switch_if_due(now);
    auto& key = sending_[index(frame.kind)];
    if (!key) {
        ++stats_.withheld;
        return false;
    }
    const auto size = frame.data.size();
    frame.data.resize(size + sframe::kMaxOverhead);
    frame.data.resize(key->protect(frame.kind, frame.data, size));
    ++stats_.protected_frames;
    return true;
}

sframe::Opening MediaKeys::open(base::ParticipantId sender, wire::MediaKind kind,
                                base::Bytes& frame, base::Instant now) {
    const auto trailer = sframe::parse_trailer(frame);
    auto opening = trailer ? sframe::Opening::UnknownKey : sframe::Opening::NoTrailer;
    if (trailer) {
        const auto owner = owners_.find(trailer->header.kid);
        if (owner != owners_.end() && owner->second.sender == sender) {
            const auto opened = receiving_.open(kind, frame, now);
            opening = opened.opening;
            if (opening == sframe::Opening::Opened) frame.resize(opened.size);
        }
    }
    ++(opening == sframe::Opening::Opened ? stats_.opened : stats_.refused);
    return opening;
}

const KeyedPerson* MediaKeys::person(base::ParticipantId id) const {
    const auto found =
        std::find_if(people_.begin(), people_.end(), [&](const auto& p) { return p.id == id; });
    return found == people_.end() ? nullptr : &*found;
}

MediaKeys::Stats MediaKeys::stats() const {
    Stats stats = stats_;
    stats.epoch = epoch_;
    return stats;
}

}  // namespace sightline::engine
