// How long to wait before dialling the hub again: 250 ms, 500 ms, 1 s for as long as a hub takes to
// start again, then doubling to 5 s, each with jitter so that many kiosks do not come back in step
// after a hub restarts. Pure; the caller waits. Any one thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace sightline::hub_client {

class ReconnectDelay {
  public:
    static constexpr std::chrono::milliseconds kFirst{250};
    static constexpr std::chrono::milliseconds kQuick{1000};
    static constexpr std::chrono::milliseconds kLongest{5000};
    static constexpr int kQuickAttempts = 5;  // of kQuick, before it doubles again

    // The wait before the next attempt: from half the current step to the whole of it, as `random`
    // (any number, evenly distributed) decides. The step grows for the attempt after it.
    std::chrono::milliseconds next(std::uint32_t random);

    // The hub answered: the next loss starts from the first step again.
    void reset() { *this = {}; }

  private:
    std::chrono::milliseconds step_ = kFirst;
    int quick_ = 0;
};

}  // namespace sightline::hub_client
