// Who may have whose sound and picture in a room: the flows that it was granted. Looked up when
// slots are connected, never for a packet. A value. One thread.
#pragma once

#include <vector>

#include "appliance/base/ids.h"
#include "media/sfu/sfu.h"
#include "media/wire/media.h"

namespace sightline::sfu {

class Grant {
  public:
    Grant() = default;  // nobody has anything
    explicit Grant(std::vector<Flow> flows);

    bool names(base::ParticipantId sender, base::ParticipantId receiver,
               wire::MediaKind kind) const;
    // For sound or picture.
    bool names(base::ParticipantId sender, base::ParticipantId receiver) const;

  private:
    std::vector<Flow> flows_;  // sorted, and so are their receivers
};

}  // namespace sightline::sfu
