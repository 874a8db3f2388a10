// How often signing in has failed lately, by address: after ten failures within a minute an address
// waits. Bounded. Pure logic. Main thread.
#pragma once

#include <array>
#include <map>
#include <string>

#include "appliance/base/time.h"

namespace sightline::hub {

class FailedAttempts {
  public:
    static constexpr std::size_t kMax = 10;
    static constexpr std::chrono::minutes kWithin{1};
    static constexpr std::size_t kMaxAddresses = 4096;

    bool may_try(const std::string& address, base::Instant now) const;
    void failed(const std::string& address, base::Instant now);
    std::size_t addresses() const { return by_address_.size(); }

  private:
    struct Recent {
        std::array<base::Instant, kMax> at{};  // a ring
        std::size_t count = 0;
    };
    std::map<std::string, Recent> by_address_;
};

}  // namespace sightline::hub
