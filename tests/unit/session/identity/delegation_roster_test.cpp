#include "session/identity/delegation_roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/identity/mission_paper.h"
#include "tests/unit/session/identity/papers.h"

namespace sightline::identity {
namespace {

using base::Errc;
using papers::day;
using papers::member;
using signature::DeviceKey;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(DelegationRoster, SaysAfterASignatureWhatItSaidBefore) {
    papers::Delegation delegation;
    const auto key = DeviceKey::random();
    ASSERT_TRUE(delegation.roster.enrol(member(key.public_key(), model::Role::Observer)));
    delegation.roster.number = 41;
    const auto read = DelegationRoster::verify(delegation.roster.issue(delegation.root),
                                               delegation.root.public_key());
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->number, 41u);
    EXPECT_EQ(read->issued, day(0));
    EXPECT_EQ(read->until, day(30));
    EXPECT_THAT(read->members, ElementsAre(member(key.public_key(), model::Role::Observer)));
    EXPECT_NE(read->find(key.public_key()), nullptr);
    EXPECT_EQ(read->find(delegation.root.public_key()), nullptr);
}

TEST(DelegationRoster, IsRefusedUnderAnotherRootOrPurpose) {
    const papers::Delegation delegation, other;
    const std::string jws = delegation.roster.issue(delegation.root);
    const auto wrong = DelegationRoster::verify(jws, other.root.public_key());
    EXPECT_EQ(wrong.error().code, Errc::Forbidden);
    EXPECT_THAT(wrong.error().text, HasSubstr("ask its administrator"));
    EXPECT_EQ(MissionPaper::verify(jws, delegation.root.public_key()).error().code,
              Errc::Forbidden);
    EXPECT_EQ(DelegationRoster::verify("no JWS", delegation.root.public_key()).error().code,
              Errc::Malformed);
}

TEST(DelegationRoster, IsRefusedWhenItsMembersAreNone) {
    const papers::Delegation delegation;
    const auto root = delegation.root.public_key();
    const std::string start = R"({"delegation":")" + root.thumbprint() + R"(",)";
    const std::string key = R"("key":)" + DeviceKey::random().public_key().jwk() + "}";
    const std::string one = R"({"name":"a","role":"interviewer","organisation":"b",)" + key;
    for (const std::string& payload :
         {std::string(), std::string("[]"),
          R"({"delegation":"x","number":1,"issued":1,"until":2,"members":[]})" + std::string(),
          start + R"("number":0,"issued":1,"until":2,"members":[]})",
          start + R"("number":1.5,"issued":1,"until":2,"members":[]})",
          start + R"("number":1,"issued":2,"until":2,"members":[]})",
          start + R"("number":1,"issued":1,"until":2})",
          start + R"("number":1,"issued":1,"until":2,"members":[1]})",
          start + R"("number":1,"issued":1,"until":2,"members":[)" + one + "," + one + "]}",
          start + R"("number":1,"issued":1,"until":2,"members":[{"name":"","role":"interviewer",)" +
              R"("organisation":"b",)" + key + "]}",
          start + R"("number":1,"issued":1,"until":2,"members":[{"name":"a","role":"applicant",)" +
              R"("organisation":"b",)" + key + "]}"}) {
        EXPECT_FALSE(DelegationRoster::verify(delegation.root.sign(payload, kRosterPurpose), root))
            << payload;
    }
    EXPECT_TRUE(DelegationRoster::verify(
        delegation.root.sign(start + R"("number":1,"issued":1,"until":2,"members":[)" + one + "]}",
                             kRosterPurpose),
        root));
}

TEST(DelegationRoster, ARevokedKeyIsGoneAndAnUnknownOneIsSaid) {
    papers::Delegation delegation;
    const auto key = DeviceKey::random().public_key();
    ASSERT_TRUE(delegation.roster.enrol(member(key)));
    const auto twice = delegation.roster.enrol(member(key));
    EXPECT_EQ(twice.error().code, Errc::Conflict);
    std::string typed = member(key).code();
    for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
    EXPECT_EQ(delegation.roster.revoke(typed).value(), member(key));
    EXPECT_EQ(delegation.roster.find(key), nullptr);
    EXPECT_EQ(delegation.roster.revoke(typed).error().code, Errc::NotFound);
    EXPECT_EQ(delegation.roster.revoke("nobody").error().code, Errc::Malformed);
}

TEST(DelegationRoster, AFullOneFitsIntoOneRequestToTheKiosk) {
    papers::Delegation delegation;
    for (std::size_t i = 0; i < kMaxMembers; ++i) {
        auto longest = member(DeviceKey::random().public_key(), model::Role::Interviewer);
        longest.name = std::string(kMaxMemberTextBytes, 'x');
        longest.organisation = longest.name;
        ASSERT_TRUE(delegation.roster.enrol(longest));
    }
    EXPECT_EQ(delegation.roster.enrol(member(DeviceKey::random().public_key())).error().code,
              Errc::Exhausted);
    const auto papers = delegation.papers_for(delegation.root.public_key());
    EXPECT_LT(papers.roster_jws.size() + papers.mission_jws.size() + 2 * papers.root_jwk.size(),
              60u * 1024);
    EXPECT_TRUE(DelegationRoster::verify(papers.roster_jws, delegation.root.public_key()));
}

TEST(MissionPaper, SaysAfterASignatureWhatItSaidBefore) {
    const papers::Delegation delegation, other;
    const auto kiosk = DeviceKey::random().public_key();
    const auto jws = delegation.mission_for(kiosk);
    const auto read = MissionPaper::verify(jws, delegation.root.public_key());
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->mission, "Mission of the test");
    EXPECT_EQ(read->kiosk, kiosk);
    EXPECT_EQ(read->from, day(0));
    EXPECT_EQ(read->until, day(60));
    EXPECT_EQ(MissionPaper::verify(jws, other.root.public_key()).error().code, Errc::Forbidden);
    EXPECT_EQ(DelegationRoster::verify(jws, delegation.root.public_key()).error().code,
              Errc::Forbidden);
}

}  // namespace
}  // namespace sightline::identity
