#include "media/sfu/grant.h"

#include <algorithm>

namespace sightline::sfu {

Grant::Grant(std::vector<Flow> flows) : flows_(std::move(flows)) {
    std::sort(flows_.begin(), flows_.end(),
              [](const Flow& a, const Flow& b) { return a.sender < b.sender; });
    for (Flow& flow : flows_) {
        std::sort(flow.audio.begin(), flow.audio.end());
        std::sort(flow.video.begin(), flow.video.end());
    }
}

const Flow* Grant::flow_of(base::ParticipantId sender) const {
    const auto flow =
        std::lower_bound(flows_.begin(), flows_.end(), sender,
                         [](const Flow& f, base::ParticipantId id) { return f.sender < id; });
    return flow == flows_.end() || flow->sender != sender ? nullptr : &*flow;
}

bool Grant::names(base::ParticipantId sender, base::ParticipantId receiver,
                  wire::MediaKind kind) const {
    const Flow* flow = flow_of(sender);
    if (flow == nullptr) return false;
    const auto& receivers = kind == wire::MediaKind::Audio ? flow->audio : flow->video;
    return std::binary_search(receivers.begin(), receivers.end(), receiver);
}

bool Grant::names(base::ParticipantId sender, base::ParticipantId receiver) const {
    return names(sender, receiver, wire::MediaKind::Audio) ||
           names(sender, receiver, wire::MediaKind::Video);
}

std::optional<Protection> Grant::protection_of(base::ParticipantId sender) const {
    const Flow* flow = flow_of(sender);
    return flow == nullptr ? std::nullopt : flow->protection;
}

}  // namespace sightline::sfu
