// Who may have whose sound and picture in a room: the flows that it was granted. Looked up when
// slots are connected, never for a packet. A value. One thread.
#pragma once

#include <optional>
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
    // nullopt: frames of theirs are not looked at, or nobody has any.
    std::optional<Protection> protection_of(base::ParticipantId sender) const;

  private:
    const Flow* flow_of(base::ParticipantId sender) const;

    std::vector<Flow> flows_;  // sorted, and so are their receivers
};

}  // namespace sightline::sfu
