// Who may receive what from whom: computed from where the interview stands, who is admitted, and
// what the applicant consented to. Deny by default. Pure. Any thread.
#pragma once

#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "session/consent/ledger.h"
#include "session/model/participant.h"
#include "session/model/state.h"

namespace sightline::lease {

// What one person sends, and to whom. Sorted by sender; receivers sorted.
struct Flow {
    base::ParticipantId sender;
    std::vector<base::ParticipantId> audio;
    std::vector<base::ParticipantId> video;
    bool operator==(const Flow&) const = default;
};
struct Seat {
    base::ParticipantId id;
    model::Role role = model::Role::Observer;
    std::string organisation;  // an observer's; its consent's scope
    bool admitted = false;
};

// Live: everybody admitted; an observer only under the consent for their organisation, and never as
// a sender. The applicant's audio and video only under theirs. Private talk: without observers.
// Consenting and waiting: the applicant and an admitted interpreter hear each other, because
// consent itself is interpreted; nothing else; and from the moment the applicant has said no to
// audio, not even that way. All other states: nobody. Who sends and receives at all is the access
// table's matter (SendMedia, ReceiveMedia). A flow that reaches nobody is left out.
std::vector<Flow> audience(const model::Standing& standing, const std::vector<Seat>& seats,
                           const consent::Ledger& consents);

}  // namespace sightline::lease
