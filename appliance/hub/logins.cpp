#include "appliance/hub/logins.h"

#include <algorithm>

namespace sightline::hub {
namespace {

// Somebody who signs in and out all day leaves no more than this behind.
constexpr std::size_t kMaxEnded = 64;

}  // namespace

std::vector<CredentialNews> Logins::learn(const Holder& holder,
                                          const std::vector<LoginSpec>& specs) {
    std::vector<CredentialNews> news;
    for (const LoginSpec& spec : specs) {
        const auto at = entries_.find(spec.sha256);
        if (at == entries_.end()) {
            start(holder, spec);
        } else if (at->second.ended && at->second.holder.participant == holder.participant) {
            news.push_back(LoginEnded{spec.sha256});
        }
    }
    for (const auto& [sha256, entry] : entries_) {
        if (entry.holder.participant != holder.participant || entry.ended) continue;
        const bool told =
            std::any_of(specs.begin(), specs.end(),
                        [&hash = sha256](const LoginSpec& spec) { return spec.sha256 == hash; });
        if (!told) news.push_back(LoginStarted{{sha256, entry.until}});
    }
    return news;
}

bool Logins::belongs_to_other(const TokenHash& sha256, base::ParticipantId who) const {
    const auto at = entries_.find(sha256);
    return at != entries_.end() && at->second.holder.participant != who;
}

std::optional<TokenHash> Logins::start(const Holder& holder, const LoginSpec& login) {
    std::optional<TokenHash> displaced;
    if (count(holder.participant, false) >= kMaxLogins) {
        const auto at = oldest(holder.participant, false);
        displaced = at->first;
        mark_ended(at);
    }
    entries_[login.sha256] = {holder, login.until, next_age_++, false};
    return displaced;
}

std::optional<Holder> Logins::find(const TokenHash& sha256, model::RecordTime now) const {
    const auto at = entries_.find(sha256);
    if (at == entries_.end() || at->second.ended || at->second.until <= now) return std::nullopt;
    return at->second.holder;
}

std::optional<Holder> Logins::end(const TokenHash& sha256) {
    const auto at = entries_.find(sha256);
    if (at == entries_.end() || at->second.ended) return std::nullopt;
    const Holder holder = at->second.holder;
    mark_ended(at);
    return holder;
}

std::vector<TokenHash> Logins::of(base::ParticipantId participant) const {
    std::vector<TokenHash> all;
    for (const auto& [sha256, entry] : entries_) {
        if (entry.holder.participant == participant && !entry.ended) all.push_back(sha256);
    }
    return all;
}

void Logins::forget(base::ParticipantId participant) {
    std::erase_if(entries_, [&](const auto& entry) {
        return entry.second.holder.participant == participant;
    });
}

std::vector<Holder> Logins::expire(model::RecordTime now) {
    std::vector<Holder> out;
    for (auto at = entries_.begin(); at != entries_.end();) {
        if (at->second.until > now) {
            ++at;
            continue;
        }
        if (!at->second.ended) out.push_back(at->second.holder);
        at = entries_.erase(at);
    }
    std::erase_if(out, [&](const Holder& holder) { return count(holder.participant, false) > 0; });
    return out;
}

std::size_t Logins::count(base::ParticipantId participant, bool ended) const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
            return entry.second.holder.participant == participant && entry.second.ended == ended;
        }));
}

Logins::Entries::iterator Logins::oldest(base::ParticipantId participant, bool ended) {
    auto found = entries_.end();
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
        const Entry& entry = at->second;
        if (entry.holder.participant != participant || entry.ended != ended) continue;
        if (found == entries_.end() || entry.age < found->second.age) found = at;
    }
    return found;
}

void Logins::mark_ended(Entries::iterator at) {
    at->second.ended = true;
    const base::ParticipantId participant = at->second.holder.participant;
    if (count(participant, true) > kMaxEnded) entries_.erase(oldest(participant, true));
}

}  // namespace sightline::hub
