// Who somebody is. What that lets them do stands in session/access.
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

const char* name_of(Role role);                             // "applicant", "staff", ...
std::optional<Role> role_from_name(std::string_view name);  // nullopt: no such role

// Who takes part from afar, by a link: interviewer, interpreter, observer. The others sit at the
// kiosk or have nothing to do with an interview.
bool comes_by_invitation(Role role);

}  // namespace sightline::model
