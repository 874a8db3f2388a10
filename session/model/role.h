// Who somebody is in an interview, and what that lets them do. One table, used by hub and kiosk
// alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sightline::model {

enum class Role : std::uint8_t {
    Applicant,
    Staff,
    Interviewer,
    Interpreter,
    Observer,
    Supervisor,             // of the staff: accounts and lock-outs too
    DataProtectionOfficer,  // audits, exports, erases
    Operator,               // installs, updates, watches; sees no dossier
};

// What a token can be used for at the hub.
enum class Deed : std::uint8_t {
    Publish,    // send audio and video (WHIP)
    Subscribe,  // receive audio and video (WHEP)
    Signal,     // speak on the control socket beyond saying who one is
};

// Deny by default: a pair that the table does not list is refused. An observer has Subscribe alone.
bool may(Role role, Deed deed);

const char* name_of(Role role);                             // "applicant", "staff", ...
std::optional<Role> role_from_name(std::string_view name);  // nullopt: no such role

// Who takes part from afar, by a link: interviewer, interpreter, observer. The others sit at the
// kiosk or have nothing to do with an interview.
bool comes_by_invitation(Role role);

}  // namespace sightline::model
