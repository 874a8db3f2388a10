#include "appliance/hub/session_registry.h"

#include <gtest/gtest.h>

namespace sightline::hub {
namespace {

using base::Errc;
using base::Instant;
using base::ParticipantId;
using base::SessionId;
using std::chrono::seconds;

const Instant kStart{seconds(1000)};

ParticipantSpec person(std::uint64_t id, model::Role role, const std::string& token) {
    return {ParticipantId::from_value(id), "P" + std::to_string(id), role, hash_token(token)};
}
SessionSpec interview(std::uint64_t id, std::vector<ParticipantSpec> participants) {
    return {SessionId::from_value(id), "Interview", std::move(participants)};
}

TEST(SessionRegistry, FindsWhoseTokenItIs) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Observer, "t7")}), "k"));
    const auto holder = registry.holder_of(hash_token("t7"));
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->session, SessionId::from_value(1));
    EXPECT_EQ(holder->participant, ParticipantId::from_value(7));
    EXPECT_EQ(holder->role, model::Role::Observer);
    EXPECT_FALSE(registry.holder_of(hash_token("t8")));
}

TEST(SessionRegistry, OpeningAgainAddsAndUpdatesWithoutRemoving) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Observer, "old")}), "k"));
    ASSERT_TRUE(registry.open(interview(1, {person(8, model::Role::Interviewer, "t8")}), "k"));
    EXPECT_EQ(registry.participants(), 2u);
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Observer, "new")}), "k"));
    EXPECT_EQ(registry.participants(), 2u);
    EXPECT_TRUE(registry.holder_of(hash_token("new")));
    EXPECT_FALSE(registry.holder_of(hash_token("old"))) << "a replaced invitation must be void";
}

TEST(SessionRegistry, RefusesAnotherKiosksSession) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {}), "a"));
    EXPECT_EQ(registry.open(interview(1, {}), "b").error().code, Errc::Forbidden);
    EXPECT_EQ(registry.close(SessionId::from_value(1), "b").error().code, Errc::Forbidden);
    EXPECT_EQ(registry.add(SessionId::from_value(1), person(9, model::Role::Observer, "x"), "b")
                  .error()
                  .code,
              Errc::Forbidden);
    EXPECT_EQ(registry.sessions(), 1u);
}

TEST(SessionRegistry, OneBadEntryLeavesEverythingAsItWas) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Observer, "t7")}), "k"));
    const auto refused = registry.open(interview(2, {person(8, model::Role::Observer, "t8"),
                                                     person(9, model::Role::Observer, "t7")}),
                                       "k");
    EXPECT_EQ(refused.error().code, Errc::Conflict);
    EXPECT_EQ(registry.sessions(), 1u);
    EXPECT_FALSE(registry.holder_of(hash_token("t8")));
    EXPECT_EQ(registry.holder_of(hash_token("t7"))->participant, ParticipantId::from_value(7));
}

TEST(SessionRegistry, ParticipantIdsAreUniqueAcrossSessions) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Observer, "a")}), "k"));
    EXPECT_EQ(
        registry.open(interview(2, {person(7, model::Role::Observer, "b")}), "k").error().code,
        Errc::Conflict);
}

TEST(SessionRegistry, ARemovedPersonDoesNotComeBackByTheOldInvitation) {
    SessionRegistry registry;
    const auto spec = interview(1, {person(7, model::Role::Observer, "t7")});
    ASSERT_TRUE(registry.open(spec, "k"));
    ASSERT_TRUE(registry.remove(spec.id, ParticipantId::from_value(7), "k"));
    EXPECT_FALSE(registry.holder_of(hash_token("t7")));
    ASSERT_TRUE(registry.open(spec, "k"));  // the kiosk repeats its list after a reconnect
    EXPECT_FALSE(registry.holder_of(hash_token("t7")));
    EXPECT_EQ(registry.add(spec.id, spec.participants[0], "k").error().code, Errc::Conflict);
}

TEST(SessionRegistry, ARoleDoesNotChange) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Observer, "t")}), "k"));
    EXPECT_EQ(
        registry.open(interview(1, {person(7, model::Role::Interviewer, "t")}), "k").error().code,
        Errc::Conflict);
    EXPECT_EQ(registry.holder_of(hash_token("t"))->role, model::Role::Observer);
}

TEST(SessionRegistry, BoundsParticipantsAndSessions) {
    SessionRegistry registry;
    SessionSpec full = interview(1, {});
    for (std::uint64_t i = 1; i <= kMaxParticipants; ++i) {
        full.participants.push_back(person(i, model::Role::Observer, "t" + std::to_string(i)));
    }
    ASSERT_TRUE(registry.open(full, "k"));
    EXPECT_EQ(registry.add(full.id, person(1000, model::Role::Observer, "more"), "k").error().code,
              Errc::Exhausted);
    for (std::uint64_t i = 2; i <= kMaxSessions; ++i) {
        ASSERT_TRUE(registry.open(interview(i, {}), "k"));
    }
    EXPECT_EQ(registry.open(interview(9999, {}), "k").error().code, Errc::Exhausted);
    EXPECT_TRUE(registry.open(interview(5, {}), "k")) << "a known session is not a new one";
}

TEST(SessionRegistry, AnOrphanedSessionWaitsThirtySecondsForItsKiosk) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {}), "a"));
    ASSERT_TRUE(registry.open(interview(2, {}), "b"));
    registry.kiosk_lost("a", kStart);
    EXPECT_TRUE(registry.overdue(kStart + seconds(29)).empty());
    EXPECT_EQ(registry.overdue(kStart + seconds(30)), std::vector{SessionId::from_value(1)});
    ASSERT_TRUE(registry.open(interview(1, {}), "a"));
    EXPECT_TRUE(registry.overdue(kStart + seconds(3600)).empty());
}

TEST(SessionRegistry, DroppingASessionVoidsItsTokens) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Observer, "t")}), "k"));
    ASSERT_TRUE(registry.close(SessionId::from_value(1), "k"));
    EXPECT_FALSE(registry.holder_of(hash_token("t")));
    EXPECT_EQ(registry.participants(), 0u);
    EXPECT_EQ(registry.close(SessionId::from_value(1), "k").error().code, Errc::NotFound);
}

TEST(SessionRegistry, TellsWhetherATrackChanged) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {person(7, model::Role::Interviewer, "t")}), "k"));
    const Holder holder = *registry.holder_of(hash_token("t"));
    EXPECT_TRUE(registry.set_tracks(holder, Track::On, Track::Muted));
    EXPECT_FALSE(registry.set_tracks(holder, Track::On, Track::Muted));
    EXPECT_EQ(registry.find(holder.session, holder.participant)->video, Track::Muted);
}

}  // namespace
}  // namespace sightline::hub
