#include "appliance/hub/invitations.h"

namespace sightline::hub {

std::optional<model::RecordTime> Invitations::learn(const Holder& holder,
                                                    const std::optional<InvitationSpec>& spec) {
    std::erase_if(entries_, [&](const auto& entry) {
        return entry.second.holder.participant == holder.participant && !entry.second.used &&
               !(spec && entry.first == spec->sha256);
    });
    if (!spec) return std::nullopt;
    Entry& entry = entries_.try_emplace(spec->sha256, Entry{holder, spec->until, {}}).first->second;
    if (entry.holder.participant != holder.participant) return std::nullopt;
    entry.until = spec->until;
    return entry.used;
}

bool Invitations::belongs_to_other(const TokenHash& sha256, base::ParticipantId who) const {
    const auto at = entries_.find(sha256);
    return at != entries_.end() && at->second.holder.participant != who;
}

Invitations::Found Invitations::find(const TokenHash& sha256, model::RecordTime now) const {
    const auto at = entries_.find(sha256);
    if (at == entries_.end()) return {};
    const Entry& entry = at->second;
    return {entry.used           ? Standing::Used
            : entry.until <= now ? Standing::Late
                                 : Standing::Good,
            entry.holder};
}

void Invitations::use(const TokenHash& sha256, model::RecordTime now) {
    const auto at = entries_.find(sha256);
    if (at != entries_.end() && !at->second.used) at->second.used = now;
}

std::vector<TokenHash> Invitations::of(base::ParticipantId participant) const {
    std::vector<TokenHash> all;
    for (const auto& [sha256, entry] : entries_) {
        if (entry.holder.participant == participant) all.push_back(sha256);
    }
    return all;
}

void Invitations::forget(base::ParticipantId participant) {
    std::erase_if(entries_, [&](const auto& entry) {
        return entry.second.holder.participant == participant;
    });
}

}  // namespace sightline::hub
