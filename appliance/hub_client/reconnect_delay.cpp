#include "appliance/hub_client/reconnect_delay.h"

#include <algorithm>

namespace sightline::hub_client {

std::chrono::milliseconds ReconnectDelay::next(std::uint32_t random) {
    const auto half = step_ / 2;
    const auto wait = half + std::chrono::milliseconds(random % (half.count() + 1));
    if (step_ != kQuick || ++quick_ >= kQuickAttempts) step_ = std::min(step_ * 2, kLongest);
    return wait;
}

}  // namespace sightline::hub_client
