// How well each participant's media went, summed over the peer connections of one stay: a
// connection that was replaced or lost keeps counting. Feeds the kiosk's quality messages and the
// media metrics. Pure logic. Main thread.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "appliance/base/ids.h"
#include "media/sfu/sfu.h"

namespace sightline::hub {

struct DirectionQuality {
    bool connected = false;
    std::uint64_t packets = 0, bytes = 0, lost = 0, nacks = 0, retransmitted = 0;
    std::uint64_t key_frame_requests = 0;
    std::optional<base::Duration> round_trip;  // of the latest connection
    std::optional<base::Duration> jitter;
};
struct Quality {
    base::SessionId session;
    base::ParticipantId participant;
    DirectionQuality up, down;
};

class QualityBoard {
  public:
    // Takes one worker's statistics, or those of a resource about to be closed.
    void update(const std::vector<sfu::ResourceStats>& stats);
    void closed(base::ResourceId resource);
    void forget(base::ParticipantId participant);

    std::optional<Quality> of(base::ParticipantId participant) const;
    std::vector<Quality> all() const;
    // Of everybody since the start; these never fall.
    const DirectionQuality& total_up() const { return total_up_; }
    const DirectionQuality& total_down() const { return total_down_; }

  private:
    std::map<base::ParticipantId, Quality> board_;
    std::map<base::ResourceId, sfu::ResourceStats> last_;  // of resources that are open
    DirectionQuality total_up_, total_down_;
};

}  // namespace sightline::hub
