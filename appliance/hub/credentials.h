// Everything that proves who somebody is at this hub, so that it is learnt, and forgotten, in one
// place. Pure logic. Main thread.
#pragma once

#include <vector>

#include "appliance/hub/invitations.h"
#include "appliance/hub/logins.h"
#include "appliance/hub/passkeys.h"
#include "appliance/hub/tickets.h"

namespace sightline::hub {

struct Credentials {
    Invitations invitations;
    Logins logins;
    Passkeys passkeys;
    Tickets tickets;

    // Conflict when a kiosk states for this participant what is somebody else's.
    base::Result<void> fits(const ParticipantSpec& spec) const;
    // Takes what the kiosk states. Returns what happened here and the kiosk does not know of.
    std::vector<CredentialNews> learn(const Holder& holder, const CredentialSpec& spec);
    // Nothing of theirs works from now on.
    void forget(base::ParticipantId participant);
};

}  // namespace sightline::hub
