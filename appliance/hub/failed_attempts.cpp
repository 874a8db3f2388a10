#include "appliance/hub/failed_attempts.h"

#include <algorithm>

namespace sightline::hub {

bool FailedAttempts::may_try(const std::string& address, base::Instant now) const {
    const auto at = by_address_.find(address);
    if (at == by_address_.end() || at->second.count < kMax) return true;
    // The slot that is written next holds the oldest of the last ten.
    return now - at->second.at[at->second.count % kMax] >= kWithin;
}

void FailedAttempts::failed(const std::string& address, base::Instant now) {
    if (!by_address_.contains(address) && by_address_.size() >= kMaxAddresses) {
        const auto last = [](const Recent& recent) {
            return recent.at[(recent.count + kMax - 1) % kMax];
        };
        std::erase_if(by_address_,
                      [&](const auto& entry) { return now - last(entry.second) >= kWithin; });
        if (by_address_.size() >= kMaxAddresses) {
            by_address_.erase(std::min_element(
                by_address_.begin(), by_address_.end(),
                [&](const auto& a, const auto& b) { return last(a.second) < last(b.second); }));
        }
    }
    Recent& recent = by_address_[address];
    recent.at[recent.count++ % kMax] = now;
}

}  // namespace sightline::hub
