// How long to wait before dialling the hub again: 250 ms, doubling to 5 s, each with jitter so that
// many kiosks do not come back in step after a hub restarts. Pure; the caller waits. Any one
// thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace sightline::hub_client {

class ReconnectDelay {
  public:
    static constexpr std::chrono::milliseconds kFirst{250};
    static constexpr std::chrono::milliseconds kLongest{5000};

    // The wait before the next attempt: from half the current step to the whole of it, as `random`
    // (any number, evenly distributed) decides. The step doubles for the attempt after it.
    std::chrono::milliseconds next(std::uint32_t random);

    // The hub answered: the next loss starts from the first step again.
    void reset() { step_ = kFirst; }

  private:
    std::chrono::milliseconds step_ = kFirst;
};

}  // namespace sightline::hub_client
