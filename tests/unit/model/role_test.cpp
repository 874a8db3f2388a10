#include "session/model/role.h"

#include <gtest/gtest.h>

namespace sightline::model {
namespace {

TEST(Role, AnObserverHasNoWayUp) {
    EXPECT_TRUE(may(Role::Observer, Deed::Subscribe));
    EXPECT_FALSE(may(Role::Observer, Deed::Publish));
    EXPECT_FALSE(may(Role::Observer, Deed::Signal));
}

TEST(Role, WhoSpeaksMayPublish) {
    for (const Role role : {Role::Applicant, Role::Interviewer, Role::Interpreter}) {
        EXPECT_TRUE(may(role, Deed::Publish)) << name_of(role);
        EXPECT_TRUE(may(role, Deed::Subscribe)) << name_of(role);
    }
}

TEST(Role, WhatTheTableDoesNotListIsRefused) {
    EXPECT_FALSE(may(Role::Staff, Deed::Publish));
    EXPECT_FALSE(may(Role::Staff, Deed::Subscribe));
    EXPECT_FALSE(may(static_cast<Role>(99), Deed::Subscribe));
}

TEST(Role, NamesReadBack) {
    for (const Role role :
         {Role::Applicant, Role::Staff, Role::Interviewer, Role::Interpreter, Role::Observer}) {
        EXPECT_EQ(role_from_name(name_of(role)), role);
    }
    EXPECT_EQ(role_from_name("Observer"), std::nullopt);
}

}  // namespace
}  // namespace sightline::model
