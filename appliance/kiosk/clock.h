// The one place where the kiosk reads its clocks.
#pragma once

#include <chrono>

#include "appliance/kiosk/now.h"

namespace sightline::kiosk {

inline Now read_clock() {
    return {base::Clock::now(),
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

}  // namespace sightline::kiosk
