#include "media/sframe/keyring.h"

#include <algorithm>

namespace sightline::sframe {

bool ReplayWindow::is_new(std::uint64_t counter) const {
    if (!any_ || counter > highest_) return true;
    return highest_ - counter < kFrames && !seen_[counter % kFrames];
}

void ReplayWindow::note(std::uint64_t counter) {
    if (!any_ || counter > highest_) {
        const auto ahead = any_ ? counter - highest_ : std::uint64_t{kFrames};
        if (ahead >= kFrames) {
            seen_.reset();
        } else {
            for (auto passed = highest_ + 1; passed != counter; ++passed) {
                seen_.reset(passed % kFrames);
            }
        }
        highest_ = counter;
        any_ = true;
    }
    if (highest_ - counter < kFrames) seen_.set(counter % kFrames);
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
    if (keys_.contains(kid) || keys_.size() >= kMaxKeys) return false;
    keys_.emplace(kid, Key{FrameCipher(suite, kid, base_key), {}, base::kNever});
    return true;
}

void Keyring::expire(std::uint64_t kid, base::Instant at) {
    const auto found = keys_.find(kid);
    if (found != keys_.end()) found->second.dies = std::min(found->second.dies, at);
}

bool Keyring::knows(std::uint64_t kid, base::Instant now) const {
    const auto found = keys_.find(kid);
    return found != keys_.end() && found->second.lives(now);
}

void Keyring::tick(base::Instant now) {
    std::erase_if(keys_, [&](const auto& known) { return !known.second.lives(now); });
}

Keyring::Opened Keyring::open(wire::MediaKind kind, base::MutableBytes frame, base::Instant now) {
    const auto trailer = parse_trailer(frame);
    if (!trailer) return {};
    Opened result{Opening::UnknownKey, 0, trailer->header.kid};
    const auto found = keys_.find(trailer->header.kid);
    if (found == keys_.end() || !found->second.lives(now)) return result;
    auto& [cipher, window, dies] = found->second;
    if (!window.is_new(trailer->header.counter)) {
        result.opening = Opening::Replayed;
        return result;
    }
    const auto size = unprotect(cipher, *trailer, kind, frame);
    result.opening = size ? Opening::Opened : Opening::NotAuthentic;
    if (size) {
        window.note(trailer->header.counter);
        result.size = *size;
    }
    return result;
}

}  // namespace sightline::sframe
