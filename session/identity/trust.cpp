#include "session/identity/trust.h"

#include <utility>

#include "session/identity/short_code.h"

namespace sightline::identity {

using base::Errc;
using base::Error;

namespace {

Error refused(const std::string& why) {
    return {Errc::Forbidden, "take the delegation's papers: " + why};
}

}  // namespace

bool must_be_enrolled(model::Role role) {
    return role != model::Role::Interpreter && role != model::Role::Observer;
}

base::Result<Trust> Trust::kept(const Papers& papers, const signature::PublicKey& kiosk) {
    const auto root = signature::PublicKey::parse(papers.root_jwk);
    if (!root) return root.error();
    auto roster = DelegationRoster::verify(papers.roster_jws, *root);
    if (!roster) return roster.error();
    auto mission = MissionPaper::verify(papers.mission_jws, *root);
    if (!mission) return mission.error();
    if (mission->kiosk != kiosk) {
        return refused("the mission is made out to the kiosk " +
                       short_code(mission->kiosk.thumbprint()) + ", and this one is " +
                       short_code(kiosk.thumbprint()) +
                       "; have a mission issued for the key that `sightline kiosk-key` prints");
    }
    Trust trust;
    trust.papers_ = papers;
    trust.papers_.root_jwk = root->jwk();
    trust.root_ = *root;
    trust.roster_ = std::move(*roster);
    trust.mission_ = std::move(*mission);
    return trust;
}

base::Result<void> Trust::take(const Papers& papers, const signature::PublicKey& kiosk,
                               UnixTime now) {
    auto next = kept(papers, kiosk);
    if (!next) return next.error();
    if (is_enrolled() && next->root_ != root_) {
        return refused("they are of the delegation " + short_code(next->root_.thumbprint()) +
                       ", and this kiosk serves " + short_code(root_.thumbprint()) +
                       "; leave that one first with `sightline delegation leave`");
    }
    const auto number = next->roster_->number;
    if (is_enrolled() && number < roster_->number) {
        return refused("the roster has number " + std::to_string(number) +
                       ", and this kiosk knows number " + std::to_string(roster_->number) +
                       " already; ask the delegation's administrator for the newest one");
    }
    if (is_enrolled() && number == roster_->number && papers.roster_jws != papers_.roster_jws) {
        return refused("this kiosk knows another roster with number " + std::to_string(number) +
                       "; have a newer one issued with `sightline delegation roster --above " +
                       std::to_string(number) + "`");
    }
    if (now >= next->roster_->until) {
        return refused("the roster was good until " + day_of(next->roster_->until) +
                       "; have a newer one issued with `sightline delegation roster`");
    }
    if (now >= next->mission_->until) {
        return refused("the mission was over on " + day_of(next->mission_->until) +
                       "; have a newer one issued with `sightline delegation mission`");
    }
    *this = std::move(*next);
    return {};
}

base::Result<void> Trust::vouch(const signature::PublicKey& device, model::Role role,
                                UnixTime now) const {
    if (!is_enrolled() || !must_be_enrolled(role)) return {};
    const auto refuse = [&](const std::string& why) {
        return Error{Errc::Forbidden,
                     "believe the device " + short_code(device.thumbprint()) + ": " + why};
    };
    if (now >= roster_->until) {
        return refuse("the delegation's roster was good until " + day_of(roster_->until) +
                      "; bring a newer one here with `sightline delegation take`");
    }
    if (now >= mission_->until) {
        return refuse("the mission was over on " + day_of(mission_->until) +
                      "; bring a newer one here with `sightline delegation take`");
    }
    const Member* member = roster_->find(device);
    if (member == nullptr) {
        return refuse("it is not in roster " + std::to_string(roster_->number) +
                      " of the delegation; its administrator can enrol it with `sightline "
                      "delegation enrol`");
    }
    if (member->role != role) {
        return refuse(std::string("the delegation has enrolled it as ") +
                      model::name_of(member->role) + ", not as " + model::name_of(role) +
                      "; invite them as what they are, or have them enrolled anew");
    }
    return {};
}

}  // namespace sightline::identity
