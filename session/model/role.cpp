#include "session/model/role.h"

#include "session/model/names.h"

namespace sightline::model {
namespace {

constexpr Names<Role, 8> kNames{{{Role::Applicant, "applicant"},
                                 {Role::Staff, "staff"},
                                 {Role::Interviewer, "interviewer"},
                                 {Role::Interpreter, "interpreter"},
                                 {Role::Observer, "observer"},
                                 {Role::Supervisor, "supervisor"},
                                 {Role::DataProtectionOfficer, "data-protection-officer"},
                                 {Role::Operator, "operator"}}};

}  // namespace

const char* name_of(Role role) { return name_in(kNames, role); }

std::optional<Role> role_from_name(std::string_view name) { return value_in(kNames, name); }

bool comes_by_invitation(Role role) {
    return role == Role::Interviewer || role == Role::Interpreter || role == Role::Observer;
}

}  // namespace sightline::model
