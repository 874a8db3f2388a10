#include "session/model/role.h"

#include <array>
#include <utility>

namespace sightline::model {
namespace {

constexpr std::array kNames = {
    std::pair{Role::Applicant, "applicant"},     std::pair{Role::Staff, "staff"},
    std::pair{Role::Interviewer, "interviewer"}, std::pair{Role::Interpreter, "interpreter"},
    std::pair{Role::Observer, "observer"},
};

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

const char* name_of(Role role) {
    for (const auto& [r, name] : kNames) {
        if (r == role) return name;
    }
    return "unknown";
}

std::optional<Role> role_from_name(std::string_view name) {
    for (const auto& [role, text] : kNames) {
        if (name == text) return role;
    }
    return std::nullopt;
}

}  // namespace sightline::model
