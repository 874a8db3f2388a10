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
         {Role::Applicant, Role::Staff, Role::Interviewer, Role::Interpreter, Role::Observer,
          Role::Supervisor, Role::DataProtectionOfficer, Role::Operator}) {
        EXPECT_EQ(role_from_name(name_of(role)), role);
    }
    EXPECT_EQ(role_from_name("Observer"), std::nullopt);
}

TEST(Role, OnlyThreeComeByInvitation) {
    int invited = 0;
    for (int i = 0; i < 256; ++i) invited += comes_by_invitation(static_cast<Role>(i)) ? 1 : 0;
    EXPECT_EQ(invited, 3);
    EXPECT_TRUE(comes_by_invitation(Role::Interviewer));
    EXPECT_TRUE(comes_by_invitation(Role::Interpreter));
    EXPECT_TRUE(comes_by_invitation(Role::Observer));
}

}  // namespace
}  // namespace sightline::model
