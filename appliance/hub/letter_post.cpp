#include "appliance/hub/letter_post.h"

#include <algorithm>

namespace sightline::hub {

base::Result<void> LetterPost::admit(base::ParticipantId from, base::Instant now) {
    base::Instant& rested_at = rested_at_[from];
    const base::Instant start = std::max(rested_at, now);
    if (start - now > (kBurst - 1) * kInterval) {
        return base::Error(base::Errc::Exhausted, "too many letters; send at most five a second");
    }
    rested_at = start + kInterval;
    return {};
}

}  // namespace sightline::hub
