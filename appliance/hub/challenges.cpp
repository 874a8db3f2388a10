#include "appliance/hub/challenges.h"

#include <algorithm>

#include "appliance/base/random.h"

namespace sightline::hub {

base::Bytes Challenges::issue(const Purpose& purpose, const std::string& address,
                              base::Instant now) {
    expire(now);
    const auto is_theirs = [&](const Issued& issued) { return issued.address == address; };
    const auto theirs = std::count_if(issued_.begin(), issued_.end(), is_theirs);
    if (static_cast<std::size_t>(theirs) >= kMaxChallengesPerAddress) {
        issued_.erase(std::find_if(issued_.begin(), issued_.end(), is_theirs));
    } else if (issued_.size() >= kMaxChallenges) {
        issued_.pop_front();
    }
    base::Bytes challenge(32);
    base::fill_random(challenge);
    issued_.push_back({challenge, purpose, address, now + kChallengeLife});
    return challenge;
}

bool Challenges::redeem(base::ByteView challenge, const Purpose& purpose, base::Instant now) {
    expire(now);
    const auto at = std::find_if(issued_.begin(), issued_.end(), [&](const Issued& issued) {
        return std::equal(issued.challenge.begin(), issued.challenge.end(), challenge.begin(),
                          challenge.end());
    });
    if (at == issued_.end()) return false;
    const bool good = at->purpose == purpose;
    issued_.erase(at);
    return good;
}

void Challenges::expire(base::Instant now) {
    while (!issued_.empty() && issued_.front().until <= now) issued_.pop_front();
}

}  // namespace sightline::hub
