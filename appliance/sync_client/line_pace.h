// How fast the line to the hub has been of late, to tell people how long what waits will take. Old
// pieces count less and less. Plain values; one thread.
#pragma once

#include <cstddef>
#include <optional>

#include "appliance/base/time.h"

namespace sightline::sync_client {

class LinePace {
  public:
    // A piece of so many bytes was answered after `took`. Small ones say more of the round trip
    // than of the line, and are left out.
    void moved(std::size_t bytes, base::Duration took) {
        if (bytes < kSmallest || took <= base::Duration()) return;
        bytes_ = bytes_ / 2 + static_cast<double>(bytes);
        seconds_ = seconds_ / 2 + std::chrono::duration<double>(took).count();
    }
    // How long so many bytes will take; nullopt: nothing has been seen yet.
    std::optional<std::chrono::seconds> time_for(std::size_t bytes) const {
        if (bytes_ <= 0) return std::nullopt;
        const double seconds = static_cast<double>(bytes) * seconds_ / bytes_;
        return std::chrono::seconds(static_cast<std::int64_t>(seconds) + 1);
    }

  private:
    static constexpr std::size_t kSmallest = 4096;
    double bytes_ = 0;
    double seconds_ = 0;
};

}  // namespace sightline::sync_client
