// What of the refusals goes to the audit log: who asked for what, and why not. A single one always
// does; of a flood the log takes one every ten seconds, with how many it stands for, so that nobody
// fills the disk by knocking. Pure logic; time comes in. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "appliance/base/time.h"

namespace sightline::kiosk {

// Each has a bound of its own: noise from outside hides nothing of what happens at the centre.
enum class RefusedBy : std::uint8_t { Kiosk, Hub, TouchScreen };

struct Refusal {
    RefusedBy by = RefusedBy::Kiosk;
    std::string who;   // as actors are named in the log
    std::string what;  // they asked for
    std::string why;   // the sentence they were refused with
};

class RefusalLog {
  public:
    static constexpr unsigned kBurst = 20;
    static constexpr std::chrono::seconds kOneMoreEvery{10};

    // The leaf's detail, in printable ASCII and within the log's bounds; none: only counted, and
    // told with the next one.
    std::optional<std::string> take(const Refusal& refusal, base::Instant now);

  private:
    struct Bound {
        unsigned left = kBurst;
        base::Instant next{};  // when one more is allowed
        std::uint64_t untold = 0;
    };
    std::array<Bound, 3> bounds_;
};

}  // namespace sightline::kiosk
