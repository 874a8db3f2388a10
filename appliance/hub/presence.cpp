#include "appliance/hub/presence.h"

namespace sightline::hub {

bool Presence::arrived(base::ParticipantId participant) {
    const auto [at, is_new] = here_.try_emplace(participant);
    ++at->second.sockets;
    at->second.lost_at = base::kNever;
    return is_new;
}

bool Presence::departed(base::ParticipantId participant, bool said_bye, base::Instant now) {
    const auto at = here_.find(participant);
    if (at == here_.end()) return false;  // removed in the meantime
    if (at->second.sockets > 0) --at->second.sockets;
    if (at->second.sockets > 0) return false;
    if (said_bye) {
        here_.erase(at);
        return true;
    }
    at->second.lost_at = now + kLostGrace;
    return false;
}

std::vector<base::ParticipantId> Presence::lost(base::Instant now) {
    std::vector<base::ParticipantId> gone;
    for (const auto& [participant, entry] : here_) {
        if (entry.lost_at <= now) gone.push_back(participant);
    }
    for (const auto participant : gone) here_.erase(participant);
    return gone;
}

bool Presence::removed(base::ParticipantId participant) { return here_.erase(participant) > 0; }

bool Presence::present(base::ParticipantId participant) const {
    return here_.contains(participant);
}

}  // namespace sightline::hub
