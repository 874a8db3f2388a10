// What a kiosk believes: the root of one delegation, the newest roster it has seen of it, and the
// mission that certifies the kiosk to the delegation's pages. It goes forward only: an older roster
// would bring back who has been revoked since. Sentences name what to do. Reads no clock. Any
// thread.
#pragma once

#include <optional>
#include <string>

#include "appliance/base/result.h"
#include "session/identity/delegation_roster.h"
#include "session/identity/mission_paper.h"
#include "session/identity/unix_time.h"
#include "session/model/role.h"
#include "session/signature/device_key.h"

namespace sightline::identity {

// As they travel from the delegation to the kiosk, and lie in its store.
struct Papers {
    std::string root_jwk;
    std::string roster_jws;
    std::string mission_jws;
};

// Interviewer and supervisor: who hears an applicant and decides. The others' own invitation
// vouches for them; an interpreter of the centre is in no delegation's roster.
bool must_be_enrolled(model::Role role);

class Trust {
  public:
    // In no delegation.
    Trust() = default;
    // From papers that `take` took before: they were good once, and time has passed. Errors: as of
    // DelegationRoster::verify and MissionPaper::verify, Forbidden (made out to another kiosk).
    static base::Result<Trust> kept(const Papers& papers, const signature::PublicKey& kiosk);

    bool is_enrolled() const { return roster_.has_value(); }
    const Papers& papers() const { return papers_; }
    // Only while enrolled:
    const signature::PublicKey& root() const { return root_; }
    const DelegationRoster& roster() const { return *roster_; }
    const MissionPaper& mission() const { return *mission_; }

    // Changes nothing on an error. Forbidden: another root than the one it knows, a roster that is
    // not newer, papers that have expired, that the root has not signed, or of another kiosk.
    // Malformed. The very same papers once more are taken.
    base::Result<void> take(const Papers& papers, const signature::PublicKey& kiosk, UnixTime now);
    // Whether this device may have the keys of somebody of this role; in no delegation, the link
    // alone vouches. Forbidden.
    base::Result<void> vouch(const signature::PublicKey& device, model::Role role,
                             UnixTime now) const;

  private:
    Papers papers_;
    signature::PublicKey root_;
    std::optional<DelegationRoster> roster_;
    std::optional<MissionPaper> mission_;
};

}  // namespace sightline::identity
