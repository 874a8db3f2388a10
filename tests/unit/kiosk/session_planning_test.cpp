// Several interviews that wait at one kiosk, of which one is at hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "appliance/kiosk/session_authority.h"
#include "tests/support/kiosk_bench.h"

namespace sightline::kiosk {
namespace {

using model::EndReason;
using model::Role;
using model::State;
using model::Step;
using std::chrono::hours;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::after;

const Now kStart = after(std::chrono::milliseconds(0));
const Now kLater = after(seconds(60));

class SessionPlanning : public testing::Test {
  protected:
    SessionPlanning() {
        bench_.schedule(kStart);
        first_ = bench_.session;
    }
    SessionAuthority& authority() { return bench_.authority(); }
    base::SessionId schedules(Now now) {
        return authority().schedule(bench_.plan(), bench_.said(now), now).value();
    }
    base::Result<void> choose(base::SessionId id, Now now) {
        return authority().choose(id, bench_.said(now), now);
    }
    base::SessionId at_hand() { return authority().running()->id(); }
    State state_of(base::SessionId id) {
        const auto record = bench_.repository().find(id);
        return record->running ? record->running->standing.state : State::Ended;
    }
    // That `second` has taken the first one's place.
    void hub_hears_of(base::SessionId second) {
        const auto messages = authority().take_hub_messages();
        EXPECT_THAT(messages.front(),
                    AllOf(HasSubstr("session.close"), HasSubstr(R"("later":true)"),
                          HasSubstr(first_.text())));
        EXPECT_THAT(messages, Contains(AllOf(HasSubstr("session.open"), HasSubstr(second.text()))));
    }

    tests::KioskBench bench_;
    base::SessionId first_;
};

TEST_F(SessionPlanning, TheLatestIsAtHandAndTheOthersWait) {
    authority().take_hub_messages();
    const auto second = schedules(kLater);
    EXPECT_EQ(at_hand(), second);
    EXPECT_EQ(state_of(first_), State::Scheduled);
    hub_hears_of(second);
}

TEST_F(SessionPlanning, AChosenOneIsOpenAgainWithItsPeople) {
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    authority().on_hub(InvitationUsed{first_, anna, kStart.wall}, kStart);
    schedules(kLater);
    authority().take_hub_messages();
    ASSERT_TRUE(choose(first_, kLater));
    EXPECT_EQ(at_hand(), first_);
    const auto messages = authority().take_hub_messages();
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_THAT(messages[0], HasSubstr("session.close"));
    const auto open = boost::json::parse(messages[1]).as_object();
    EXPECT_EQ(open.at("session").as_string(), first_.text());
    const auto& person = open.at("participants").at(1).as_object();
    EXPECT_EQ(person.at("id").as_string(), anna.text());
    EXPECT_FALSE(person.contains("invitation")) << "used is used, also after waiting";
    EXPECT_THAT(bench_.log(first_).back(),
                AllOf(HasSubstr("interview.stepped"), HasSubstr("scheduled")));

    ASSERT_TRUE(choose(first_, kLater));
    EXPECT_THAT(authority().take_hub_messages(), IsEmpty()) << "it is at hand already";
}

TEST_F(SessionPlanning, OnlyOneThatWaitsCanBeChosenAndNotDuringAnother) {
    EXPECT_EQ(choose(base::SessionId::random(), kStart).error().code, base::Errc::NotFound);
    const auto second = schedules(kLater);
    ASSERT_TRUE(bench_.step(Step::CheckIn, kLater));
    EXPECT_EQ(choose(first_, kLater).error().code, base::Errc::Conflict);
    EXPECT_EQ(at_hand(), second);
    ASSERT_TRUE(bench_.end(EndReason::ApplicantAbsent, kLater));
    EXPECT_EQ(choose(second, kLater).error().code, base::Errc::NotFound) << "it has ended";
    EXPECT_TRUE(choose(first_, kLater));
}

TEST_F(SessionPlanning, ARestartedKioskHasTheSameOneAtHandAndLosesNone) {
    const auto second = schedules(kLater);
    ASSERT_TRUE(choose(first_, after(seconds(70))));
    bench_.crash_and_start(after(hours(20)));
    EXPECT_EQ(at_hand(), first_);
    EXPECT_EQ(state_of(second), State::Scheduled);
    ASSERT_TRUE(choose(second, after(hours(20))));
    bench_.crash_and_start(after(hours(21)));
    EXPECT_EQ(at_hand(), second);
    EXPECT_EQ(state_of(first_), State::Scheduled);
}

TEST_F(SessionPlanning, OneThatHasBegunGoesBeforeThoseThatWait) {
    const auto second = schedules(kLater);
    ASSERT_TRUE(choose(first_, kLater));
    ASSERT_TRUE(bench_.step(Step::CheckIn, kLater));
    bench_.crash_and_start(after(seconds(90)));
    EXPECT_EQ(at_hand(), first_);
    EXPECT_EQ(authority().state(), State::CheckedIn);
    bench_.crash_and_start(after(hours(2)));
    EXPECT_EQ(state_of(first_), State::Ended) << "left in the middle, and too long ago";
    EXPECT_EQ(at_hand(), second);
}

TEST_F(SessionPlanning, AHubThatWasAwayHearsWhichOneWasSetAside) {
    authority().hub_lost(kStart);
    const auto second = schedules(kLater);
    authority().hub_connected();
    hub_hears_of(second);
}

TEST_F(SessionPlanning, WhatTheHubSaysOfOneThatWaitsChangesNothing) {
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    schedules(kLater);
    authority().take_hub_messages();
    authority().on_hub(Joined{first_, anna, kLater.wall}, kLater);
    authority().on_hub(Opened{first_}, kLater);
    EXPECT_THAT(authority().take_hub_messages(), IsEmpty());
    EXPECT_EQ(authority().engine_join(), std::nullopt);
}

}  // namespace
}  // namespace sightline::kiosk
