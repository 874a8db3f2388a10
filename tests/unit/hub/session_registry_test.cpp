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
    return {
        ParticipantId::from_value(id), "P" + std::to_string(id), role, hash_token(token), {}, {}};
}
SessionSpec interview(std::uint64_t id, std::vector<ParticipantSpec> participants) {
    return {SessionId::from_value(id), "Interview", std::move(participants), {}};
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

TEST(SessionRegistry, WhoWasRemovedWhileTheHubCouldNotBeToldIsGoneWhenItIs) {
    SessionRegistry registry;
    const auto id = SessionId::from_value(1);
    const auto stays = person(7, model::Role::Observer, "t7");
    const auto goes = person(8, model::Role::Interviewer, "t8");
    ASSERT_TRUE(registry.open(interview(1, {stays, goes}), "k"));
    auto again = interview(1, {});  // as when the people come in messages of their own
    again.members = {stays.id};
    EXPECT_EQ(registry.gone_from(again), std::vector{goes.id});
    EXPECT_EQ(registry.open(again, "another kiosk").error().code, Errc::Forbidden);
    EXPECT_TRUE(registry.holder_of(hash_token("t8")));
    ASSERT_TRUE(registry.open(again, "k"));
    EXPECT_TRUE(registry.holder_of(hash_token("t7")));
    EXPECT_FALSE(registry.holder_of(hash_token("t8")));
    EXPECT_EQ(registry.find(id, goes.id), nullptr);
    EXPECT_EQ(registry.session_of(goes.id), std::nullopt);
    EXPECT_EQ(registry.add(id, goes, "k").error().code, Errc::Conflict) << "and stays gone";
    EXPECT_TRUE(registry.gone_from(again).empty());
}

TEST(SessionRegistry, ARemovedPersonsTokenServesNobodyElse) {
    SessionRegistry registry;
    const auto spec = interview(1, {person(7, model::Role::Observer, "t7")});
    ASSERT_TRUE(registry.open(spec, "k"));
    ASSERT_TRUE(registry.remove(spec.id, ParticipantId::from_value(7), "k"));
    const auto heir = person(8, model::Role::Interviewer, "t7");
    EXPECT_EQ(registry.add(spec.id, heir, "k").error().code, Errc::Conflict);
    EXPECT_FALSE(registry.holder_of(hash_token("t7")));
    EXPECT_TRUE(registry.add(spec.id, person(8, model::Role::Interviewer, "t8"), "k"));
}

TEST(SessionRegistry, ARemovalThatOvertakesTheListHolds) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(interview(1, {}), "k"));
    ASSERT_TRUE(registry.remove(SessionId::from_value(1), ParticipantId::from_value(7), "k"));
    const auto late = person(7, model::Role::Observer, "t7");
    EXPECT_EQ(registry.add(SessionId::from_value(1), late, "k").error().code, Errc::Conflict);
    EXPECT_FALSE(registry.holder_of(hash_token("t7")));
}

TEST(SessionRegistry, NobodyNewComesOnceRemovalsCannotBeRemembered) {
    SessionRegistry registry;
    const auto spec = interview(1, {person(7, model::Role::Observer, "t7")});
    ASSERT_TRUE(registry.open(spec, "k"));
    for (std::uint64_t i = 100; i < 100 + 1024; ++i) {
        ASSERT_TRUE(registry.remove(spec.id, ParticipantId::from_value(i), "k"));
    }
    EXPECT_EQ(registry.add(spec.id, person(8, model::Role::Observer, "t8"), "k").error().code,
              Errc::Exhausted);
    EXPECT_TRUE(registry.open(spec, "k")) << "those who are there stay";
}

TEST(SessionRegistry, ASessionClosedForGoodIsNotOpenedByARepeatedOrder) {
    SessionRegistry registry;
    const auto spec = interview(1, {person(7, model::Role::Observer, "t7")});
    ASSERT_TRUE(registry.open(spec, "k"));
    ASSERT_TRUE(registry.close(spec.id, "k"));
    EXPECT_EQ(registry.open(spec, "k").error().code, Errc::Conflict);
    EXPECT_FALSE(registry.holder_of(hash_token("t7")));
    // One whose kiosk only stayed away may come back.
    const auto other = interview(2, {person(8, model::Role::Observer, "t8")});
    ASSERT_TRUE(registry.open(other, "k"));
    registry.drop(other.id, Reopening::Possible);
    EXPECT_TRUE(registry.open(other, "k"));
}

// The lobby.

SessionSpec live(std::uint64_t id, std::vector<ParticipantSpec> participants) {
    SessionSpec spec = interview(id, std::move(participants));
    spec.standing.state = model::State::Live;
    return spec;
}
ParticipantSpec admitted(ParticipantSpec spec) {
    spec.place = model::Place::Admitted;
    return spec;
}
const SessionId kLive = SessionId::from_value(1);
const ParticipantId kWho = ParticipantId::from_value(7);

TEST(Lobby, WhoComesEarlyMayDoNothing) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(live(1, {person(7, model::Role::Interviewer, "t7")}), "k"));
    const Holder holder = *registry.holder_of(hash_token("t7"));
    for (const access::Action action : access::all_actions()) {
        EXPECT_FALSE(registry.find(kLive)->may(*registry.find(kLive, kWho), action))
            << access::name_of(action);
        const auto refused = registry.check(holder, action);
        EXPECT_EQ(refused.error().code, Errc::Forbidden) << access::name_of(action);
        EXPECT_NE(refused.error().text.find("waiting room"), std::string::npos);
    }
}

TEST(Lobby, OnlyTheKiosksWordChangesAPlace) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(live(1, {person(7, model::Role::Interviewer, "t7")}), "k"));
    const Holder holder = *registry.holder_of(hash_token("t7"));
    ASSERT_TRUE(registry.place(kLive, kWho, model::Place::Admitted, "k"));
    EXPECT_TRUE(registry.check(holder, access::Action::SendMedia));
    registry.kiosk_lost("k", kStart);
    EXPECT_TRUE(registry.check(holder, access::Action::SendMedia)) << "the kiosk may come back";
    ASSERT_TRUE(registry.place(kLive, kWho, model::Place::Lobby, "k"));
    EXPECT_EQ(registry.check(holder, access::Action::SendMedia).error().code, Errc::Forbidden);
    EXPECT_EQ(registry.place(kLive, kWho, model::Place::Admitted, "other").error().code,
              Errc::Forbidden);
    EXPECT_EQ(registry.find(kLive, kWho)->place, model::Place::Lobby);
}

TEST(Lobby, TheApplicantIsNeverInIt) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(live(1, {person(7, model::Role::Applicant, "t7")}), "k"));
    EXPECT_EQ(registry.find(kLive, kWho)->place, model::Place::Admitted);
    EXPECT_EQ(registry.place(kLive, kWho, model::Place::Lobby, "k").error().code, Errc::Conflict);
    EXPECT_EQ(registry.find(kLive, kWho)->place, model::Place::Admitted);
}

TEST(Lobby, InterpreterAndApplicantAreTogetherBeforeTheOthersAreLetIn) {
    SessionRegistry registry;
    SessionSpec spec = live(1, {person(1, model::Role::Applicant, "a"),
                                admitted(person(2, model::Role::Interpreter, "i")),
                                person(3, model::Role::Interviewer, "d")});
    spec.standing.state = model::State::Consenting;
    ASSERT_TRUE(registry.open(spec, "k"));
    const auto may_receive = [&](const char* token) {
        return registry.check(*registry.holder_of(hash_token(token)), access::Action::ReceiveMedia)
            .has_value();
    };
    EXPECT_TRUE(may_receive("a"));
    EXPECT_TRUE(may_receive("i"));
    EXPECT_FALSE(may_receive("d"));
    // Letting in one of them moves nobody else.
    ASSERT_TRUE(registry.place(spec.id, ParticipantId::from_value(3), model::Place::Admitted, "k"));
    EXPECT_TRUE(may_receive("a"));
    EXPECT_TRUE(may_receive("i"));
}

TEST(Lobby, WhoIsSentBackSendsNothingThatOthersAreToldOf) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(live(1, {admitted(person(7, model::Role::Interviewer, "t7"))}), "k"));
    ASSERT_TRUE(registry.set_tracks(*registry.holder_of(hash_token("t7")), Track::On, Track::On));
    ASSERT_TRUE(registry.place(kLive, kWho, model::Place::Lobby, "k"));
    EXPECT_EQ(registry.find(kLive, kWho)->audio, Track::None);
    EXPECT_EQ(registry.find(kLive, kWho)->video, Track::None);
}

TEST(Lobby, OrdersForStrangersChangeNothing) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(live(1, {person(7, model::Role::Interviewer, "t7")}), "k"));
    EXPECT_EQ(registry.place(kLive, ParticipantId::from_value(9), model::Place::Admitted, "k")
                  .error()
                  .code,
              Errc::NotFound);
    EXPECT_EQ(registry.stand(SessionId::from_value(5), {}, "k").error().code, Errc::NotFound);
    EXPECT_EQ(registry.stand(kLive, {}, "other").error().code, Errc::Forbidden);
    EXPECT_EQ(registry.find(kLive)->standing.state, model::State::Live);
    EXPECT_EQ(registry.participants(), 1u);
}

TEST(Lobby, NothingGoesOnAfterTheEnd) {
    SessionRegistry registry;
    ASSERT_TRUE(registry.open(live(1, {admitted(person(7, model::Role::Interviewer, "t7"))}), "k"));
    ASSERT_TRUE(registry.stand(kLive, {model::State::Ended, {}, model::EndReason::Complete}, "k"));
    const Holder holder = *registry.holder_of(hash_token("t7"));
    EXPECT_EQ(registry.check(holder, access::Action::SendMedia).error().code, Errc::Forbidden);
    EXPECT_EQ(registry.check(holder, access::Action::AskPause).error().code, Errc::Forbidden);
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
