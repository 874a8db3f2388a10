// Who is there: a participant has joined when the first control socket said hello, and has left
// when the last one is gone, at once after a `bye`, else after a grace in which a broken connection
// may heal. Pure logic. Main thread.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/time.h"

namespace sightline::hub {

inline constexpr std::chrono::seconds kLostGrace{3};

class Presence {
  public:
    // True: the participant has just joined. False: was there, or was only briefly away.
    bool arrived(base::ParticipantId participant);
    // One socket is gone. True: the participant has left, by saying goodbye on the last one.
    bool departed(base::ParticipantId participant, bool said_bye, base::Instant now);
    // Those whose grace is over: they are lost, and no longer here.
    std::vector<base::ParticipantId> lost(base::Instant now);
    // Forgets the participant; true if that was somebody present.
    bool removed(base::ParticipantId participant);

    bool present(base::ParticipantId participant) const;
    std::size_t count() const { return here_.size(); }

  private:
    struct Entry {
        std::size_t sockets = 0;
        base::Instant lost_at = base::kNever;
    };
    std::map<base::ParticipantId, Entry> here_;
};

}  // namespace sightline::hub
