// The verbs about the delegation; its rules stand in kept_trust_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "appliance/kiosk/control_requests.h"
#include "appliance/kiosk/kept_trust.h"
#include "tests/support/consent_texts.h"
#include "tests/support/device_keys.h"
#include "tests/support/open_store.h"
#include "tests/unit/session/identity/papers.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using identity::papers::day;
using identity::papers::member;
using model::Role;
using signature::DeviceKey;
using testing::HasSubstr;

class DelegationRequestsTest : public testing::Test {
  protected:
    DelegationRequestsTest() {
        texts_.write_usual();
        library_ = texts_.load().value();
        staff_.load(now());
        authority_.emplace(interviews_, library_, Site{"http://localhost", "http://localhost", ""},
                           trust_);
        authority_->resume({tests::kiosk_key(), 1}, now());
        trust_.load(kiosk_);
        EXPECT_TRUE(delegation_.roster.enrol(member(hers_)));
        EXPECT_TRUE(staff_.add("lena", Role::Supervisor, pin(), said()));
        EXPECT_TRUE(staff_.add("omar", Role::Staff, pin(), said()));
    }
    Now now() const {
        return {base::Instant(std::chrono::seconds(1000)),
                std::chrono::time_point_cast<model::RecordTime::duration>(day(today_))};
    }
    static base::Secret pin() { return base::Secret(std::string_view("135790")); }
    storage::Said said() const { return {"supervisor 1a2b3c", now().wall}; }
    json::object ask(const std::string& name, json::object request) {
        const Desk desk{*authority_, staff_, library_, nullptr, nullptr, nullptr, &trust_};
        request["as"] = staff_.sign_in(name, pin(), now()).value();
        return json::parse(answer_request(json::serialize(request), desk, now())).as_object();
    }
    json::object take(const identity::Papers& papers, const std::string& name = "lena") {
        return ask(name, {{"do", "delegation.take"},
                          {"root", papers.root_jwk},
                          {"roster", papers.roster_jws},
                          {"mission", papers.mission_jws}});
    }
    static std::string refusal(const json::object& reply) {
        return reply.at("ok").as_bool() ? "none" : std::string(reply.at("error").as_string());
    }
    void schedule() {
        EXPECT_EQ(refusal(ask("lena", {{"do", "session.schedule"},
                                       {"title", "Mission"},
                                       {"subjects", json::array{json::object{{"name", "Amina"}}}},
                                       {"delegation", {{"state", "NLD"}, {"basis", "consent"}}}})),
                  "none");
    }

    int today_ = 1;
    tests::OpenStore store_;
    tests::ConsentTexts texts_;
    consent::TextLibrary library_;
    storage::InterviewRepository interviews_{*store_};
    storage::StaffRepository staff_repository_{*store_};
    storage::DelegationRepository repository_{*store_};
    StaffDesk staff_{staff_repository_, tests::kCheapPin};
    std::optional<SessionAuthority> authority_;
    int changed_ = 0;
    KeptTrust trust_{repository_, [this] { return now(); }, [this] { ++changed_; }};

    const signature::PublicKey kiosk_ = tests::kiosk_key().public_key();
    const signature::PublicKey hers_ = DeviceKey::random().public_key();
    const signature::PublicKey strange_ = DeviceKey::random().public_key();
    identity::papers::Delegation delegation_;
};

TEST_F(DelegationRequestsTest, OnlyASupervisorTakesThemAndTheLogSaysSo) {
    EXPECT_THAT(refusal(take(delegation_.papers_for(kiosk_), "omar")),
                HasSubstr("serve-delegation"));
    EXPECT_FALSE(trust_.is_enrolled());
    EXPECT_EQ(refusal(take(delegation_.papers_for(kiosk_))), "none");
    const std::string leaf = store_->openings(storage::kSiteDossier)->back().event;
    EXPECT_THAT(leaf, HasSubstr("\"delegation.taken\""));
    EXPECT_THAT(leaf, HasSubstr(", roster 1\""));
    EXPECT_THAT(leaf, HasSubstr("\"actor\":\"supervisor "));
}

TEST_F(DelegationRequestsTest, WhatIsRefusedChangesNothing) {
    EXPECT_EQ(refusal(take(delegation_.papers_for(kiosk_))), "none");
    const identity::papers::Delegation other;
    EXPECT_THAT(refusal(take(other.papers_for(kiosk_))), HasSubstr("`sightline delegation leave`"));
    EXPECT_THAT(refusal(take({"", "", ""})), testing::Ne("none"));
    const auto old = delegation_.papers_for(kiosk_);
    delegation_.renumber();
    ASSERT_TRUE(delegation_.roster.revoke(member(hers_).code()));
    EXPECT_EQ(refusal(take(delegation_.papers_for(kiosk_))), "none");
    EXPECT_THAT(refusal(take(old)), HasSubstr("knows number 2 already"));
    KeptTrust after(repository_, [this] { return now(); });
    after.load(kiosk_);
    EXPECT_EQ(after.trust().roster().number, 2u);
    EXPECT_EQ(changed_, 2);
}

TEST_F(DelegationRequestsTest, ADelegationBeginsAndEndsBetweenInterviewsAndRevokesInTheirMiddle) {
    schedule();
    EXPECT_THAT(refusal(take(delegation_.papers_for(kiosk_))), HasSubstr("end it first"));
    EXPECT_EQ(
        refusal(
            ask("lena", {{"do", "session.step"}, {"step", "end"}, {"reason", "applicant-absent"}})),
        "none");
    EXPECT_EQ(refusal(take(delegation_.papers_for(kiosk_))), "none");
    schedule();
    EXPECT_THAT(refusal(ask("lena", {{"do", "delegation.leave"}})), HasSubstr("end it first"));
    delegation_.renumber();
    ASSERT_TRUE(delegation_.roster.revoke(member(hers_).code()));
    EXPECT_EQ(refusal(take(delegation_.papers_for(kiosk_))), "none");
    EXPECT_FALSE(trust_.vouch(hers_, Role::Interviewer));
}

TEST_F(DelegationRequestsTest, AfterItHasLeftAnotherDelegationMayCome) {
    EXPECT_THAT(refusal(ask("lena", {{"do", "delegation.leave"}})), HasSubstr("nothing to do"));
    EXPECT_EQ(refusal(take(delegation_.papers_for(kiosk_))), "none");
    EXPECT_EQ(refusal(ask("lena", {{"do", "delegation.leave"}})), "none");
    EXPECT_TRUE(trust_.vouch(strange_, Role::Interviewer));
    EXPECT_FALSE(repository_.papers());
    const identity::papers::Delegation other;
    EXPECT_EQ(refusal(take(other.papers_for(kiosk_))), "none");
    const auto shown = ask("omar", {{"do", "delegation.show"}});
    EXPECT_TRUE(shown.at("enrolled").as_bool());
    EXPECT_EQ(shown.at("mission").as_string(), "Mission of the test");
}

TEST_F(DelegationRequestsTest, TheKioskShowsItsKeyAndItsCode) {
    const auto shown = ask("omar", {{"do", "kiosk.key"}});
    EXPECT_EQ(signature::PublicKey::parse(json::serialize(shown.at("key"))).value(), kiosk_);
    EXPECT_EQ(shown.at("thumbprint").as_string(), kiosk_.thumbprint());
    EXPECT_EQ(shown.at("code").as_string().size(), 14u);
}

}  // namespace
}  // namespace sightline::kiosk
