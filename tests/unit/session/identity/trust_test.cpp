#include "session/identity/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/session/identity/papers.h"

namespace sightline::identity {
namespace {

using base::Errc;
using model::Role;
using papers::day;
using papers::member;
using signature::DeviceKey;
using signature::PublicKey;
using testing::HasSubstr;

class TrustTest : public testing::Test {
  protected:
    TrustTest() { EXPECT_TRUE(delegation_.roster.enrol(member(hers_))); }
    void take() {
        const auto taken = trust_.take(delegation_.papers_for(kiosk_), kiosk_, day(1));
        ASSERT_TRUE(taken) << taken.error().text;
    }
    std::string refusal(const Papers& papers, int on = 1) {
        const Papers before = trust_.papers();
        const auto taken = trust_.take(papers, kiosk_, day(on));
        if (taken) return "none";
        EXPECT_EQ(taken.error().code, Errc::Forbidden) << taken.error().text;
        EXPECT_EQ(trust_.papers().roster_jws, before.roster_jws);
        return taken.error().text;
    }
    std::string doubt(const PublicKey& key, Role role = Role::Interviewer, int on = 1) {
        const auto vouched = trust_.vouch(key, role, day(on));
        return vouched ? "none" : vouched.error().text;
    }

    const PublicKey kiosk_ = DeviceKey::random().public_key();
    const PublicKey hers_ = DeviceKey::random().public_key();
    const PublicKey strange_ = DeviceKey::random().public_key();
    papers::Delegation delegation_;
    Trust trust_;
};

TEST_F(TrustTest, WithoutADelegationTheLinkVouches) {
    EXPECT_FALSE(trust_.is_enrolled());
    EXPECT_EQ(doubt(strange_), "none");
}

TEST_F(TrustTest, WithADelegationOnlyItsMembersInterview) {
    take();
    EXPECT_TRUE(trust_.is_enrolled());
    EXPECT_EQ(doubt(hers_), "none");
    EXPECT_THAT(doubt(strange_), HasSubstr("`sightline delegation enrol`"));
    EXPECT_THAT(doubt(strange_, Role::Supervisor), HasSubstr("not in roster 1"));
    EXPECT_THAT(doubt(hers_, Role::Supervisor), HasSubstr("enrolled it as interviewer"));
    // Their own links vouch for these.
    EXPECT_EQ(doubt(strange_, Role::Interpreter), "none");
    EXPECT_EQ(doubt(strange_, Role::Observer), "none");
}

TEST_F(TrustTest, ARosterThatHasExpiredVouchesForNobodyOfTheDelegation) {
    take();
    EXPECT_EQ(doubt(hers_, Role::Interviewer, 29), "none");
    EXPECT_THAT(doubt(hers_, Role::Interviewer, 30), HasSubstr("`sightline delegation take`"));
    EXPECT_EQ(doubt(strange_, Role::Observer, 30), "none");
    EXPECT_THAT(refusal(trust_.papers(), 30), HasSubstr("`sightline delegation roster`"));
}

TEST_F(TrustTest, AMissionThatIsOverIsNotTakenAndVouchesForNobody) {
    EXPECT_THAT(refusal(delegation_.papers_for(kiosk_, 1)),
                HasSubstr("`sightline delegation mission`"));
    ASSERT_TRUE(trust_.take(delegation_.papers_for(kiosk_, 2), kiosk_, day(1)));
    EXPECT_THAT(doubt(hers_, Role::Interviewer, 2), HasSubstr("the mission was over"));
}

TEST_F(TrustTest, WhoIsInNoNewerRosterIsRevoked) {
    take();
    ASSERT_TRUE(delegation_.roster.revoke(member(hers_).code()));
    delegation_.renumber();
    take();
    EXPECT_THAT(doubt(hers_), HasSubstr("not in roster 2"));
}

TEST_F(TrustTest, AnOlderRosterDoesNotBringARevokedMemberBack) {
    const auto old = delegation_.papers_for(kiosk_);
    ASSERT_TRUE(delegation_.roster.revoke(member(hers_).code()));
    delegation_.renumber();
    take();
    EXPECT_THAT(refusal(old), HasSubstr("knows number 2 already"));
    EXPECT_THAT(doubt(hers_), HasSubstr("not in roster 2"));
}

TEST_F(TrustTest, ANewKeyTakesTheOldOnesPlace) {
    take();
    // A lost profile of a browser is the same: the old key is revoked, and a new one enrolled.
    ASSERT_TRUE(delegation_.roster.revoke(member(hers_).code()));
    ASSERT_TRUE(delegation_.roster.enrol(member(strange_)));
    delegation_.renumber();
    take();
    EXPECT_EQ(doubt(strange_), "none");
    EXPECT_NE(doubt(hers_), "none");
}

TEST_F(TrustTest, TwoRostersOfOneNumberAreNotBothTaken) {
    take();
    const auto first = trust_.papers();
    ASSERT_TRUE(delegation_.roster.enrol(member(strange_)));
    EXPECT_THAT(refusal(delegation_.papers_for(kiosk_)), HasSubstr("--above 1"));
    EXPECT_EQ(refusal(first), "none");
}

TEST_F(TrustTest, AnotherDelegationIsNotTakenWhileThereIsOne) {
    take();
    const papers::Delegation other;
    EXPECT_THAT(refusal(other.papers_for(kiosk_)), HasSubstr("`sightline delegation leave`"));
}

TEST_F(TrustTest, ARosterOfAnotherRootIsNotTaken) {
    const papers::Delegation other;
    auto mixed = delegation_.papers_for(kiosk_);
    mixed.roster_jws = other.roster.issue(other.root);
    EXPECT_THAT(refusal(mixed), HasSubstr("has not signed it"));
    mixed = delegation_.papers_for(kiosk_);
    mixed.mission_jws = other.mission_for(kiosk_);
    EXPECT_THAT(refusal(mixed), HasSubstr("has not signed it"));
    EXPECT_FALSE(trust_.is_enrolled());
}

TEST_F(TrustTest, AMissionThatCertifiesAnotherKioskIsNotTaken) {
    EXPECT_THAT(refusal(delegation_.papers_for(strange_)), HasSubstr("`sightline kiosk-key`"));
    EXPECT_FALSE(trust_.is_enrolled());
}

TEST_F(TrustTest, PapersThatWereTakenAreKeptOverTheirTimeAndStillVouchForNobody) {
    take();
    const auto kept = Trust::kept(trust_.papers(), kiosk_);
    ASSERT_TRUE(kept) << kept.error().text;
    EXPECT_TRUE(kept->vouch(hers_, Role::Interviewer, day(1)));
    EXPECT_FALSE(kept->vouch(hers_, Role::Interviewer, day(100)));
    EXPECT_FALSE(Trust::kept(trust_.papers(), strange_));
    EXPECT_FALSE(Trust::kept({}, kiosk_));
}

}  // namespace
}  // namespace sightline::identity
