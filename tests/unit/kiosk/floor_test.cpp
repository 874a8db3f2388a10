#include "appliance/kiosk/floor.h"

#include <gtest/gtest.h>

namespace sightline::kiosk {
namespace {

using base::Errc;
using model::Role;
using model::State;
using model::View;

model::Attendee person(int id, Role role) {
    model::Attendee out;
    out.participant.id = base::ParticipantId::from_value(id);
    out.participant.role = role;
    return out;
}

const auto kOmar = person(1, Role::Interpreter);
const auto kSara = person(2, Role::Interpreter);
const auto kAnna = person(3, Role::Interviewer);
const FloorSignal kTake{FloorSignal::Kind::TakeTurn};
const FloorSignal kGive{FloorSignal::Kind::GiveTurn};
const model::Standing kLive{State::Live, {}, {}};
const model::Standing kTalk{State::Paused, model::PauseReason::PrivateTalk, {}};

TEST(Floor, AnInterpreterTakesTheTurnAndGivesItBack) {
    Floor floor;
    EXPECT_FALSE(floor.turn());
    ASSERT_TRUE(floor.signal(kOmar, kTake));
    ASSERT_TRUE(floor.signal(kOmar, kTake)) << "said twice is said once";
    EXPECT_EQ(floor.turn(), kOmar.participant.id);
    ASSERT_TRUE(floor.signal(kOmar, kGive));
    EXPECT_FALSE(floor.turn());
    EXPECT_TRUE(floor.signal(kOmar, kGive)) << "nobody's turn is given back too";
}

TEST(Floor, AnInterviewerGivesTheTurnBackAndNeverTakesIt) {
    Floor floor;
    EXPECT_EQ(floor.signal(kAnna, kTake).error().code, Errc::Forbidden);
    EXPECT_FALSE(floor.turn());
    ASSERT_TRUE(floor.signal(kOmar, kTake));
    ASSERT_TRUE(floor.signal(kAnna, kGive));
    EXPECT_FALSE(floor.turn());
}

TEST(Floor, OneInterpreterDoesNotTakeAnothersTurnNorGiveItBack) {
    Floor floor;
    ASSERT_TRUE(floor.signal(kOmar, kTake));
    EXPECT_EQ(floor.signal(kSara, kTake).error().code, Errc::Conflict);
    EXPECT_EQ(floor.signal(kSara, kGive).error().code, Errc::Conflict);
    EXPECT_EQ(floor.turn(), kOmar.participant.id);
}

TEST(Floor, WhoeverLeavesHasTheTurnNoMore) {
    Floor floor;
    ASSERT_TRUE(floor.signal(kOmar, kTake));
    floor.left(kAnna.participant.id);
    EXPECT_EQ(floor.turn(), kOmar.participant.id);
    floor.left(kOmar.participant.id);
    EXPECT_FALSE(floor.turn());
}

TEST(Floor, APauseClearsTheTurnAndAnotherTimerDoesNot) {
    Floor floor;
    ASSERT_TRUE(floor.signal(kOmar, kTake));
    floor.follow(kLive, kLive);
    EXPECT_TRUE(floor.turn());
    floor.follow(kLive, kTalk);
    EXPECT_FALSE(floor.turn());
    ASSERT_TRUE(floor.signal(kOmar, kTake));
    floor.follow(kTalk, kTalk);
    EXPECT_TRUE(floor.turn()) << "in a private talk people hear each other";
}

TEST(Floor, AnAskedForViewWaitsUntilStaffShowOne) {
    Floor floor;
    EXPECT_EQ(floor.view(), View::Face);
    ASSERT_TRUE(floor.signal(kAnna, {FloorSignal::Kind::AskView, View::Document}));
    EXPECT_EQ(floor.view(), View::Face);
    EXPECT_EQ(floor.asked_view(), View::Document);
    floor.show(View::Room);
    EXPECT_EQ(floor.view(), View::Room);
    EXPECT_EQ(floor.asked_view(), std::nullopt);
    ASSERT_TRUE(floor.signal(kAnna, {FloorSignal::Kind::AskView, View::Room}));
    EXPECT_EQ(floor.asked_view(), std::nullopt) << "it is shown already";
}

}  // namespace
}  // namespace sightline::kiosk
