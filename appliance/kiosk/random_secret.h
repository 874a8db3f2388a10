// What nobody may guess, as the store keeps it: 32 random bytes in hexadecimal. Any thread.
#pragma once

#include <array>
#include <string>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"

namespace sightline::kiosk {

inline std::string random_secret() {
    std::array<std::uint8_t, 32> bytes{};
    base::fill_random(bytes);
    return base::to_hex(bytes);
}

}  // namespace sightline::kiosk
