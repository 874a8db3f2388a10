#include "appliance/hub/passkeys.h"

#include <algorithm>

namespace sightline::hub {

std::vector<CredentialNews> Passkeys::learn(const Holder& holder,
                                            const std::vector<Passkey>& passkeys) {
    for (const Passkey& passkey : passkeys) {
        Owned& owned = by_id_.try_emplace(passkey.id, Owned{holder, passkey}).first->second;
        if (owned.holder.participant != holder.participant) continue;
        owned.passkey.counter = std::max(owned.passkey.counter, passkey.counter);
    }
    std::vector<CredentialNews> news;
    for (const Passkey& ours : of(holder.participant)) {
        const bool told = std::any_of(passkeys.begin(), passkeys.end(), [&](const Passkey& theirs) {
            return theirs.id == ours.id && theirs.counter == ours.counter;
        });
        if (!told) news.push_back(PasskeyChanged{ours});
    }
    return news;
}

bool Passkeys::belongs_to_other(const base::Bytes& id, base::ParticipantId who) const {
    const auto at = by_id_.find(id);
    return at != by_id_.end() && at->second.holder.participant != who;
}

base::Result<void> Passkeys::add(const Holder& holder, const Passkey& passkey) {
    if (by_id_.contains(passkey.id)) {
        return base::Error(base::Errc::Conflict,
                           "this passkey is registered already; sign in with it");
    }
    if (of(holder.participant).size() >= kMaxPasskeys) {
        return base::Error(base::Errc::Conflict,
                           "you already have as many passkeys as one person may have; use one of "
                           "them");
    }
    by_id_.emplace(passkey.id, Owned{holder, passkey});
    return {};
}

std::optional<Passkeys::Owned> Passkeys::find(const base::Bytes& id) const {
    const auto at = by_id_.find(id);
    if (at == by_id_.end()) return std::nullopt;
    return at->second;
}

std::vector<Passkey> Passkeys::of(base::ParticipantId participant) const {
    std::vector<Passkey> found;
    for (const auto& [id, owned] : by_id_) {
        if (owned.holder.participant == participant) found.push_back(owned.passkey);
    }
    return found;
}

void Passkeys::set_counter(const base::Bytes& id, std::uint32_t counter) {
    const auto at = by_id_.find(id);
    if (at != by_id_.end()) at->second.passkey.counter = counter;
}

void Passkeys::forget(base::ParticipantId participant) {
    std::erase_if(
        by_id_, [&](const auto& entry) { return entry.second.holder.participant == participant; });
}

}  // namespace sightline::hub
