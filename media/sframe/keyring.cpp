#include "media/sframe/keyring.h"

#include <algorithm>

namespace sightline::sframe {

bool ReplayWindow::is_new(std::uint64_t counter) const {
    if (!any_ || counter > highest_) return true;
    const auto age = highest_ - counter;
    return age < kFrames && !seen_[age];
}

void ReplayWindow::note(std::uint64_t counter) {
    if (!any_ || counter > highest_) {
        const auto ahead = any_ ? counter - highest_ : std::uint64_t{kFrames};
        seen_ = ahead < kFrames ? seen_ << ahead : std::bitset<kFrames>();
        highest_ = counter;
        any_ = true;
    }
    const auto age = highest_ - counter;
    if (age < kFrames) seen_.set(age);
}

const char* name_of(Opening opening) {
    switch (opening) {
        case Opening::Opened:
            return "opened";
        case Opening::NoTrailer:
            return "no_trailer";
        case Opening::UnknownKey:
            return "unknown_key";
        case Opening::Replayed:
            return "replayed";
        case Opening::NotAuthentic:
            break;
    }
    return "not_authentic";
}

bool Keyring::add(std::uint64_t kid, const base::Secret& base_key, Suite suite) {
    const bool known = std::any_of(keys_.begin(), keys_.end(),
                                   [&](const Key& key) { return key.cipher.kid() == kid; });
    if (known || keys_.size() >= kMaxKeys) return false;
    keys_.push_back({FrameCipher(suite, kid, base_key), {}, base::kNever});
    return true;
}

void Keyring::expire(std::uint64_t kid, base::Instant at) {
    for (auto& key : keys_) {
        if (key.cipher.kid() == kid) key.dies = std::min(key.dies, at);
    }
}

bool Keyring::knows(std::uint64_t kid, base::Instant now) const {
    return std::any_of(keys_.begin(), keys_.end(),
                       [&](const Key& key) { return key.cipher.kid() == kid && now < key.dies; });
}

void Keyring::tick(base::Instant now) {
    std::erase_if(keys_, [&](const Key& key) { return now >= key.dies; });
}

Keyring::Key* Keyring::find(std::uint64_t kid, base::Instant now) {
    for (auto& key : keys_) {
        if (key.cipher.kid() == kid && now < key.dies) return &key;
    }
    return nullptr;
}

Keyring::Opened Keyring::open(wire::MediaKind kind, base::MutableBytes frame, base::Instant now) {
    const auto trailer = parse_trailer(frame);
    if (!trailer) return {};
    Opened result{Opening::UnknownKey, 0, trailer->header.kid};
    Key* const key = find(trailer->header.kid, now);
    if (key == nullptr) return result;
    if (!key->window.is_new(trailer->header.counter)) {
        result.opening = Opening::Replayed;
        return result;
    }
    const auto behind = trailer->size + key->cipher.tag_size();
    const auto front = frame.first(frame.size() - std::min(frame.size(), behind));
    const auto size = unprotect(key->cipher, *trailer, clear_bytes(kind, front), frame);
    result.opening = size ? Opening::Opened : Opening::NotAuthentic;
    if (size) {
        key->window.note(trailer->header.counter);
        result.size = *size;
    }
    return result;
}

}  // namespace sightline::sframe
