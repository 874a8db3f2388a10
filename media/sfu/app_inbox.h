// The APP packets that publishers have sent and nobody has fetched yet: a fixed ring, so that
// taking one allocates nothing. One thread.
#pragma once

#include <array>
#include <optional>

#include "media/sfu/sfu.h"

namespace sightline::sfu {

class AppInbox {
  public:
    // False: full, and the packet is lost.
    bool push(const AppPacket& packet) {
        if (count_ == packets_.size()) return false;
        packets_[(first_ + count_++) % packets_.size()] = packet;
        return true;
    }
    std::optional<AppPacket> poll() {
        if (count_ == 0) return std::nullopt;
        const std::size_t at = first_;
        first_ = (first_ + 1) % packets_.size();
        --count_;
        return packets_[at];
    }

  private:
    std::array<AppPacket, 64> packets_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace sightline::sfu
