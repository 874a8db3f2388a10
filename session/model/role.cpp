#include "session/model/role.h"

#include <array>
#include <utility>

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

constexpr std::array kMay = {
    std::pair{Role::Applicant, Deed::Publish},     std::pair{Role::Applicant, Deed::Subscribe},
    std::pair{Role::Applicant, Deed::Signal},      std::pair{Role::Interviewer, Deed::Publish},
    std::pair{Role::Interviewer, Deed::Subscribe}, std::pair{Role::Interviewer, Deed::Signal},
    std::pair{Role::Interpreter, Deed::Publish},   std::pair{Role::Interpreter, Deed::Subscribe},
    std::pair{Role::Interpreter, Deed::Signal},    std::pair{Role::Observer, Deed::Subscribe},
};

}  // namespace

bool may(Role role, Deed deed) {
    for (const auto& [r, d] : kMay) {
        if (r == role && d == deed) return true;
    }
    return false;
}

const char* name_of(Role role) { return name_in(kNames, role); }

std::optional<Role> role_from_name(std::string_view name) { return value_in(kNames, name); }

bool comes_by_invitation(Role role) {
    return role == Role::Interviewer || role == Role::Interpreter || role == Role::Observer;
}

}  // namespace sightline::model
