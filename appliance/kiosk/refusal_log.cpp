#include "appliance/kiosk/refusal_log.h"

#include <algorithm>

namespace sightline::kiosk {
namespace {

// Far below what a leaf takes; sentences of ours are shorter.
constexpr std::size_t kMaxTextBytes = 400;

// A refusal quotes what was sent, perhaps cut in the middle of a character.
std::string plain(std::string text) {
    text.resize(std::min(text.size(), kMaxTextBytes));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

}  // namespace

std::optional<std::string> RefusalLog::take(const Refusal& refusal, base::Instant now) {
    auto& bound = bounds_[static_cast<std::size_t>(refusal.by)];
    while (bound.left < kBurst && now >= bound.next) {
        ++bound.left;
        bound.next += kOneMoreEvery;
    }
    if (bound.left == kBurst) bound.next = now + kOneMoreEvery;
    if (bound.left == 0) {
        ++bound.untold;
        return std::nullopt;
    }
    --bound.left;
    std::string detail = plain(refusal.what) + ": " + plain(refusal.why);
    if (bound.untold > 0) {
        detail += " (and " + std::to_string(bound.untold) + " more that were not written)";
    }
    bound.untold = 0;
    return detail;
}

}  // namespace sightline::kiosk
