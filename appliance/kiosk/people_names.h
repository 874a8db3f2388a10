// How leaves, logs and sentences name people who are not of the staff: never by their names, which
// are in the dossier. Any thread.
#pragma once

#include <string>

#include "appliance/base/result.h"
#include "session/model/roster.h"

namespace sightline::kiosk {

// In the audit log, as who did something: "observer 1a2b3c".
inline std::string actor_name_of(const model::Attendee& attendee) {
    return std::string(model::name_of(attendee.participant.role)) + " " +
           attendee.participant.id.brief();
}
// In a leaf, as whom it is about: the whole id, and the role.
inline std::string leaf_name_of(const model::Attendee& attendee) {
    return attendee.participant.id.text() + " " + model::name_of(attendee.participant.role);
}
// Nobody has that id whom `doing` could concern.
inline base::Error nobody_invited(const char* doing, base::ParticipantId participant) {
    return {base::Errc::NotFound,
            std::string(doing) + ": " + participant.text() +
                " is nobody who was invited; `sightline status` lists who is"};
}

}  // namespace sightline::kiosk
