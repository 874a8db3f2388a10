#include "session/model/role.h"

#include <gtest/gtest.h>

namespace sightline::model {
namespace {

TEST(Role, NamesReadBack) {
    for (const Role role :
         {Role::Applicant, Role::Staff, Role::Interviewer, Role::Interpreter, Role::Observer}) {
        EXPECT_EQ(role_from_name(name_of(role)), role);
    }
    EXPECT_EQ(role_from_name("Observer"), std::nullopt);
}

}  // namespace
}  // namespace sightline::model
