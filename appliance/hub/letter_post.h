// Letters between the pages and the kiosk, which the hub passes on unread: how many of them a
// person may send, and how many there were. A person is whoever the letter is from, however many
// connections they have. What is in a letter is neither kept nor logged. Pure logic. Main thread.
#pragma once

#include <cstdint>
#include <map>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/time.h"

namespace sightline::hub {

struct LetterFigures {
    std::uint64_t up = 0, down = 0;
    std::uint64_t refused = 0;      // too many of one person, or the kiosk was away
    std::uint64_t undelivered = 0;  // to somebody who is not connected
};

class LetterPost {
  public:
    static constexpr int kBurst = 20;
    static constexpr std::chrono::milliseconds kInterval{200};  // of those after the burst

    // Whether `from` may send one more. Errors: Exhausted, in a sentence for the person.
    base::Result<void> admit(base::ParticipantId from, base::Instant now);
    void forget(base::ParticipantId participant) { rested_at_.erase(participant); }

    LetterFigures figures;

  private:
    // When the person may send a whole burst again.
    std::map<base::ParticipantId, base::Instant> rested_at_;
};

}  // namespace sightline::hub
