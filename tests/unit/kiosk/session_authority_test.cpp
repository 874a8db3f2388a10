#include "appliance/kiosk/session_authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/support/kiosk_bench.h"
#include "tests/support/unwritable_files.h"

namespace sightline::kiosk {
namespace {

using model::ConsentAnswer;
using model::ConsentItem;
using model::PauseReason;
using model::Role;
using model::State;
using model::Step;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using tests::after;

const Now kStart = after(milliseconds(0));

std::string token_of(const Invited& invited) {
    return invited.link.substr(invited.link.find('#') + 1, 43);
}

std::string type_of(const std::string& message) {
    return std::string(boost::json::parse(message).at("type").as_string());
}

class SessionAuthorityTest : public testing::Test {
  protected:
    SessionAuthority& authority() { return bench_.authority(); }
    void live(ConsentAnswer metadata = ConsentAnswer::Given) {
        bench_.lead_to(State::Live, metadata, kStart);
        authority().take_hub_messages();
    }
    bool reaches(base::ParticipantId sender, base::ParticipantId receiver) {
        for (const auto& flow : authority().running()->flows()) {
            if (flow.sender == sender && std::count(flow.audio.begin(), flow.audio.end(), receiver))
                return true;
        }
        return false;
    }
    base::ParticipantId applicant() { return authority().running()->applicant().participant.id; }
    std::vector<storage::Stay> stays_of(base::ParticipantId id) {
        const auto record = bench_.record();
        for (const auto& person : record->participants) {
            if (person.participant.id == id) return person.stays;
        }
        return {};
    }
    std::vector<std::string> types() {
        std::vector<std::string> out;
        for (const auto& message : authority().take_hub_messages()) out.push_back(type_of(message));
        return out;
    }
    std::vector<std::string> log() { return bench_.log(bench_.session); }

    static model::Note note(const std::string& question) {
        model::Note out;
        out.question = question;
        return out;
    }

    tests::KioskBench bench_;
};

TEST_F(SessionAuthorityTest, HoldsOneInterviewAtATime) {
    bench_.schedule(kStart);
    ASSERT_TRUE(bench_.step(Step::CheckIn, kStart));
    EXPECT_EQ(authority().schedule(bench_.plan(), bench_.said(kStart), kStart).error().code,
              base::Errc::Conflict);
    ASSERT_TRUE(bench_.end(model::EndReason::ApplicantAbsent, kStart));
    EXPECT_EQ(bench_.end(model::EndReason::ApplicantAbsent, kStart).error().code,
              base::Errc::Conflict);
    EXPECT_TRUE(authority().schedule(bench_.plan(), bench_.said(kStart), kStart));
}

TEST_F(SessionAuthorityTest, AStepThatIsNotInTheTableChangesNothing) {
    bench_.schedule(kStart);
    authority().take_hub_messages();
    EXPECT_EQ(bench_.step(Step::Start, kStart).error().code, base::Errc::Conflict);
    EXPECT_EQ(authority().state(), State::Scheduled);
    EXPECT_THAT(authority().take_hub_messages(), IsEmpty());
}

TEST_F(SessionAuthorityTest, EveryStepIsTheHubsNewsAndALeaf) {
    bench_.schedule(kStart);
    authority().take_hub_messages();
    ASSERT_TRUE(bench_.step(Step::CheckIn, kStart));
    const auto messages = authority().take_hub_messages();
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_THAT(messages[0], HasSubstr(R"("state":"checked-in")"));
    EXPECT_THAT(log().back(), HasSubstr("interview.stepped"));
    EXPECT_THAT(log().back(), HasSubstr("supervisor 1a2b3c"));
}

TEST_F(SessionAuthorityTest, TheHubIsToldEverythingAgainWhenItIsBack) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().on_hub(
        LoggedIn{bench_.session, anna, {std::string(64, 'd'), kStart.wall + hours(1)}}, kStart);
    authority().on_hub(PasskeySeen{bench_.session, anna, {"id-1", "a2V5", 3}}, kStart);
    authority().hub_lost(kStart);
    EXPECT_THAT(authority().take_hub_messages(), IsEmpty());
    authority().hub_connected();
    const auto messages = authority().take_hub_messages();
    ASSERT_EQ(messages.size(), 2u);
    const auto open = boost::json::parse(messages[0]).as_object();
    EXPECT_EQ(open.at("type").as_string(), "session.open");
    EXPECT_EQ(open.at("state").as_string(), "live");
    EXPECT_TRUE(open.at("pause").is_null());
    EXPECT_EQ(open.at("members"), (boost::json::array{applicant().text(), anna.text()}));
    const auto& person = open.at("participants").at(1).as_object();
    EXPECT_EQ(person.at("place").as_string(), "admitted");
    EXPECT_EQ(person.at("logins").at(0).at("sha256").as_string(), std::string(64, 'd'));
    EXPECT_EQ(person.at("passkeys").at(0).at("counter").to_number<int>(), 3);
    EXPECT_EQ(type_of(messages[1]), "lease");
}

TEST_F(SessionAuthorityTest, ASessionOfManyFitsIntoFrames) {
    bench_.schedule(kStart);
    const std::string key(1000, 'k');
    for (int i = 0; i < 60; ++i) {
        const auto id = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
        for (const char* passkey : {"YQ", "Yg"}) {
            authority().on_hub(PasskeySeen{bench_.session, id, {passkey, key, 1}}, kStart);
        }
    }
    authority().hub_connected();
    std::size_t people = 0;
    for (const auto& message : authority().take_hub_messages()) {
        EXPECT_LT(message.size(), 64u * 1024);
        const auto object = boost::json::parse(message).as_object();
        if (const auto* listed = object.if_contains("participants")) {
            people += listed->as_array().size();
        }
        if (const auto* members = object.if_contains("members")) {
            EXPECT_EQ(members->as_array().size(), 61u) << "whoever comes in a message of their own";
        }
        if (object.contains("participant")) ++people;
    }
    EXPECT_EQ(people, 61u);
}

TEST_F(SessionAuthorityTest, TheEngineJoinsFromTheCheckInOn) {
    bench_.schedule(kStart);
    EXPECT_EQ(authority().engine_join(), std::nullopt);
    ASSERT_TRUE(bench_.step(Step::CheckIn, kStart));
    const auto join = authority().engine_join();
    ASSERT_TRUE(join);
    EXPECT_EQ(join->hub, "https://127.0.0.1:8443");
    EXPECT_EQ(bench_.record()->running->roster.at(0).participant.token_sha256,
              sha256_hex(join->token));
    authority().hub_lost(kStart);
    EXPECT_EQ(authority().engine_join(), join)
        << "media goes on without the kiosk's own connection";
    ASSERT_TRUE(bench_.end(model::EndReason::Technical, kStart));
    EXPECT_EQ(authority().engine_join(), std::nullopt);
}

TEST_F(SessionAuthorityTest, TheHubHearsOfAnEndThatHappenedWhileItWasAway) {
    live();
    authority().hub_lost(kStart);
    ASSERT_TRUE(bench_.end(model::EndReason::Complete, after(seconds(1))));
    authority().hub_connected();
    const auto messages = authority().take_hub_messages();
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_THAT(messages[0], HasSubstr("session.close"));
    EXPECT_THAT(messages[0], HasSubstr(bench_.session.text()));
}

TEST_F(SessionAuthorityTest, EachRoleIsSentToItsPageWithATokenOfItsOwn) {
    bench_.schedule(kStart);
    const auto interviewer = bench_.invite(Role::Interviewer, "Anna", kStart);
    const auto observer = bench_.invite(Role::Observer, "Jan", kStart);
    EXPECT_THAT(interviewer.link, StartsWith("http://localhost:8080/console/#"));
    EXPECT_THAT(observer.link, StartsWith("http://localhost:8080/observer/#"));
    EXPECT_EQ(token_of(interviewer).size(), 43u);
    EXPECT_NE(token_of(interviewer), token_of(observer));
    EXPECT_EQ(interviewer.until, kStart.wall + kSlot);
}

TEST_F(SessionAuthorityTest, TheClearTokenReachesNeitherHubNorStore) {
    bench_.schedule(kStart);
    authority().take_hub_messages();
    const auto invited = bench_.invite(Role::Observer, "Jan", kStart);
    const auto messages = authority().take_hub_messages();
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_THAT(messages[0], HasSubstr(sha256_hex(token_of(invited))));
    EXPECT_THAT(messages[0], Not(HasSubstr(token_of(invited))));
    EXPECT_EQ(bench_.record()->running->roster.at(1).invitation->sha256,
              sha256_hex(token_of(invited)));
}

TEST_F(SessionAuthorityTest, ArrivingEarlyLeadsToTheLobbyAndNothingElse) {
    live();
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    authority().on_hub(Joined{bench_.session, anna, kStart.wall}, kStart);
    EXPECT_FALSE(reaches(applicant(), anna));
    EXPECT_FALSE(reaches(anna, applicant()));
    EXPECT_EQ(authority().lobby().at("lobby").as_array().size(), 1u);
    EXPECT_THAT(stays_of(anna), IsEmpty()) << "a stay is in the interview";
    authority().take_hub_messages();

    ASSERT_TRUE(authority().admit(anna, bench_.said(after(seconds(5)))));
    EXPECT_TRUE(reaches(applicant(), anna));
    EXPECT_THAT(types(), ElementsAre("participant.place", "lease"));
    EXPECT_EQ(stays_of(anna).at(0).presence.joined, after(seconds(5)).wall);
    EXPECT_FALSE(authority().admit(anna, bench_.said(kStart))) << "once";
}

TEST_F(SessionAuthorityTest, WhoIsSentBackHearsNothingFromThatMomentOn) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().take_hub_messages();
    ASSERT_TRUE(authority().send_back(anna, bench_.said(after(seconds(9)))));
    EXPECT_FALSE(reaches(applicant(), anna));
    EXPECT_THAT(types(), ElementsAre("lease", "participant.place")) << "first what takes away";
    EXPECT_EQ(stays_of(anna).at(0).presence.reason, model::LeaveReason::SentBack);
    EXPECT_THAT(log().back(), HasSubstr("participant.sent_back"));
    ASSERT_TRUE(authority().admit(anna, bench_.said(after(seconds(12)))));
    EXPECT_EQ(stays_of(anna).size(), 2u);
}

TEST_F(SessionAuthorityTest, ARemovedPersonStaysOut) {
    live();
    const auto invited = bench_.invite(Role::Observer, "Jan", kStart);
    authority().on_hub(InvitationUsed{bench_.session, invited.participant, kStart.wall}, kStart);
    authority().on_hub(
        LoggedIn{
            bench_.session, invited.participant, {std::string(64, 'd'), kStart.wall + hours(1)}},
        kStart);
    ASSERT_TRUE(authority().remove(invited.participant, bench_.said(after(seconds(2)))));
    EXPECT_THAT(types(), testing::Contains("participant.remove"));
    const auto shows_nothing = [&] {
        authority().hub_connected();
        const auto open = authority().take_hub_messages().at(0);
        EXPECT_THAT(open, Not(HasSubstr(invited.participant.text())));
        EXPECT_THAT(open, Not(HasSubstr(sha256_hex(token_of(invited)))));
        EXPECT_THAT(open, Not(HasSubstr(std::string(64, 'd'))));
    };
    shows_nothing();
    bench_.crash_and_start(after(seconds(3)));
    shows_nothing();
    // What the hub says of them later brings nothing back.
    authority().on_hub(
        LoggedIn{
            bench_.session, invited.participant, {std::string(64, 'e'), kStart.wall + hours(1)}},
        kStart);
    authority().on_hub(Joined{bench_.session, invited.participant, kStart.wall}, kStart);
    shows_nothing();
    EXPECT_FALSE(authority().admit(invited.participant, bench_.said(kStart)));
}

TEST_F(SessionAuthorityTest, ARemovalThatTheHubCouldNotBeToldIsMadeUpFor) {
    live();
    const auto jan = bench_.admitted(Role::Observer, "Jan", kStart);
    const auto members = [&] {
        authority().hub_connected();
        const auto open = boost::json::parse(authority().take_hub_messages().at(0)).as_object();
        return open.at("members").as_array();
    };
    EXPECT_THAT(members(), testing::Contains(boost::json::value(jan.text())));
    authority().hub_lost(kStart);
    ASSERT_TRUE(authority().remove(jan, bench_.said(after(seconds(2)))));
    EXPECT_THAT(authority().take_hub_messages(), IsEmpty());
    // Also when the kiosk dies before the hub is back.
    bench_.crash_and_start(after(seconds(3)));
    EXPECT_EQ(members(), (boost::json::array{applicant().text()}));
}

TEST_F(SessionAuthorityTest, AUsedInvitationIsUsedAfterACrashToo) {
    bench_.schedule(kStart);
    const auto invited = bench_.invite(Role::Interviewer, "Anna", kStart);
    authority().on_hub(InvitationUsed{bench_.session, invited.participant, kStart.wall}, kStart);
    bench_.crash_and_start(after(seconds(3)));
    authority().hub_connected();
    EXPECT_THAT(authority().take_hub_messages().at(0),
                Not(HasSubstr(sha256_hex(token_of(invited)))));
    EXPECT_TRUE(bench_.record()->running->roster.at(1).invitation->used);
}

TEST_F(SessionAuthorityTest, ASignInIsGoodForADayAtMost) {
    bench_.schedule(kStart);
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    authority().on_hub(
        LoggedIn{bench_.session, anna, {std::string(64, 'd'), kStart.wall + hours(9999)}}, kStart);
    EXPECT_EQ(bench_.record()->running->roster.at(1).logins.at(0).until, kStart.wall + hours(24));
    authority().on_hub(LoggedOut{bench_.session, anna, std::string(64, 'd')}, kStart);
    EXPECT_THAT(bench_.record()->running->roster.at(1).logins, IsEmpty());
}

TEST_F(SessionAuthorityTest, OneLeaseForEachChangeAndNoneForWhatChangesNothing) {
    bench_.schedule(kStart);
    EXPECT_EQ(bench_.new_lease()->number, 1u);
    bench_.invite(Role::Interviewer, "Anna", kStart);
    EXPECT_EQ(bench_.new_lease(), std::nullopt);
    ASSERT_TRUE(bench_.step(Step::CheckIn, kStart));
    EXPECT_EQ(bench_.new_lease(), std::nullopt) << "nobody hears anybody yet";
}

TEST_F(SessionAuthorityTest, WhatTheApplicantRefusedLeavesTheKioskToNobody) {
    bench_.lead_to(State::Consenting, ConsentAnswer::Given, kStart);
    ASSERT_TRUE(bench_.consent(ConsentItem::Video, ConsentAnswer::Refused, kStart));
    ASSERT_TRUE(bench_.consent(ConsentItem::Audio, ConsentAnswer::Given, kStart));
    ASSERT_TRUE(bench_.step(Step::CloseConsent, kStart));
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    EXPECT_EQ(authority().send_order(), (SendOrder{false, false})) << "it has not started";
    ASSERT_TRUE(bench_.step(Step::Start, kStart));
    EXPECT_EQ(authority().send_order(), (SendOrder{true, false}));
    EXPECT_TRUE(reaches(anna, applicant()));
    ASSERT_TRUE(bench_.pause(PauseReason::Break, kStart));
    EXPECT_EQ(authority().send_order(), (SendOrder{false, false}));
}

TEST_F(SessionAuthorityTest, AnObserverSeesUnderTheConsentForTheirOrganisationOnly) {
    live();
    const auto jan = bench_.admitted(Role::Observer, "Jan", kStart);
    EXPECT_FALSE(reaches(applicant(), jan));
    ASSERT_TRUE(bench_.consent(ConsentItem::Observers, ConsentAnswer::Given, kStart, "Ministry"));
    EXPECT_TRUE(reaches(applicant(), jan));
    ASSERT_TRUE(bench_.pause(PauseReason::PrivateTalk, kStart));
    EXPECT_FALSE(reaches(applicant(), jan));
    ASSERT_TRUE(bench_.step(Step::Resume, kStart));
    ASSERT_TRUE(authority().withdraw({bench_.subject(), {}, ConsentItem::Observers, "Ministry", {}},
                                     bench_.said(kStart)));
    EXPECT_FALSE(reaches(applicant(), jan));
}

TEST_F(SessionAuthorityTest, AHeartbeatIsForTheNewestLeaseAndCounts) {
    live();
    const auto number = authority()
                            .status(SessionAuthority::Names::Hidden)
                            .at("session")
                            .at("lease")
                            .at("number")
                            .to_number<std::uint32_t>();
    authority().hub_connected();
    const auto messages = authority().take_hub_messages();
    const auto lease = boost::json::parse(messages.back()).as_object();
    const base::Secret key{
        base::ByteView(*base::from_hex(std::string(lease.at("heartbeat_key").as_string())))};
    for (std::uint32_t counter = 1; counter <= 2; ++counter) {
        const auto bytes = authority().answer(0x1122334455667788).value();
        const auto beat = lease::read_heartbeat(bytes, bench_.session, key);
        ASSERT_TRUE(beat);
        EXPECT_EQ(beat->lease, number);
        EXPECT_EQ(beat->counter, counter);
        EXPECT_EQ(beat->nonce, 0x1122334455667788u);
    }
    ASSERT_TRUE(bench_.end(model::EndReason::Complete, kStart));
    EXPECT_FALSE(authority().answer(1)) << "there is nothing to keep alive";
}

TEST_F(SessionAuthorityTest, EachStartOfTheProgramHasLeasesOfItsOwn) {
    live();
    bench_.admitted(Role::Interviewer, "Anna", kStart);
    const auto before = bench_.new_lease().value();
    bench_.crash_and_start(after(seconds(2)));
    authority().hub_connected();
    const auto now = bench_.new_lease().value();
    EXPECT_EQ(now.number, 1u);
    EXPECT_GT(now.incarnation, before.incarnation);
    EXPECT_EQ(now.flows, before.flows);
}

TEST_F(SessionAuthorityTest, APauseIsInForceBeforeTheDiskIsWritten) {
    live();
    bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().take_hub_messages();
    const auto version = bench_.store->version();
    int announced = 0;
    bench_.on_announce = [&] {
        ++announced;
        EXPECT_EQ(bench_.store->version(), version) << "not written yet";
        EXPECT_EQ(authority().send_order(), SendOrder{});
        EXPECT_THAT(types(), ElementsAre("lease", "session.state"));
    };
    ASSERT_TRUE(bench_.pause(PauseReason::Break, kStart));
    EXPECT_EQ(announced, 1);
    EXPECT_GT(bench_.store->version(), version);
}

TEST_F(SessionAuthorityTest, AWithdrawalIsInForceBeforeTheDiskIsWritten) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().take_hub_messages();
    const auto version = bench_.store->version();
    bench_.on_announce = [&] {
        EXPECT_EQ(bench_.store->version(), version);
        EXPECT_EQ(authority().send_order(), (SendOrder{true, false}));
    };
    ASSERT_TRUE(authority().withdraw({bench_.subject(), {}, ConsentItem::Video, "", {}},
                                     bench_.said(kStart)));
    EXPECT_TRUE(reaches(applicant(), anna)) << "sound was not taken back";
    EXPECT_EQ(bench_.record()->consents.back().answer, ConsentAnswer::Withdrawn);
}

TEST_F(SessionAuthorityTest, AFullDiskStopsNoPauseAndIsSaid) {
    live();
    bench_.admitted(Role::Interviewer, "Anna", kStart);
    std::optional<tests::UnwritableFiles> full(std::in_place);
    const auto paused = bench_.pause(PauseReason::Distress, kStart);
    EXPECT_EQ(paused.error().code, base::Errc::Unavailable);
    EXPECT_THAT(paused.error().text, HasSubstr("in force"));
    EXPECT_EQ(authority().state(), State::Paused);
    EXPECT_EQ(authority().send_order(), SendOrder{});
    const auto resumed = bench_.step(Step::Resume, kStart);
    EXPECT_EQ(resumed.error().code, base::Errc::Unavailable);
    EXPECT_EQ(authority().state(), State::Paused) << "what lets more flow waits for the disk";
    full.reset();
    authority().tick(after(seconds(1)));
    EXPECT_EQ(bench_.record()->running->standing.state, State::Paused);
    EXPECT_TRUE(bench_.step(Step::Resume, kStart));
    bench_.crash_and_start(after(seconds(2)));
    EXPECT_EQ(authority().state(), State::Live);
}

TEST_F(SessionAuthorityTest, AFullDiskAdmitsNobodyAndHandsOutNoLink) {
    live();
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    tests::UnwritableFiles full;
    EXPECT_FALSE(authority().admit(anna, bench_.said(kStart)));
    EXPECT_FALSE(reaches(applicant(), anna));
    EXPECT_EQ(
        authority().invite({Role::Interviewer, "Eva", "", {}}, bench_.said(kStart)).error().code,
        base::Errc::Unavailable)
        << "a link that would not survive a crash is not handed out";
    EXPECT_FALSE(bench_.consent(ConsentItem::Observers, ConsentAnswer::Given, kStart, "Ministry"));
    EXPECT_TRUE(authority().running()->ledger.all().size() == 3u);
}

class CrashTest : public SessionAuthorityTest, public testing::WithParamInterface<State> {};

TEST_P(CrashTest, GoesOnInTheSameStateWithRosterAndPlaces) {
    bench_.lead_to(GetParam(), ConsentAnswer::Given, kStart);
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    const auto jan = bench_.invite(Role::Observer, "Jan", kStart).participant;
    ASSERT_TRUE(authority().admit(anna, bench_.said(kStart)));
    ASSERT_TRUE(authority().set_mute({true, false}, bench_.said(kStart)));
    const auto before = *authority().running();
    authority().tick(after(seconds(60)));

    bench_.crash_and_start(after(seconds(64)));
    ASSERT_NE(authority().running(), nullptr);
    const auto& now = *authority().running();
    EXPECT_EQ(now.id(), before.id());
    EXPECT_EQ(now.standing(), before.standing());
    EXPECT_EQ(now.flows(), before.flows());
    EXPECT_EQ(now.keeping(), before.keeping());
    EXPECT_EQ(now.find(anna)->place, model::Place::Admitted);
    EXPECT_EQ(now.find(jan)->place, model::Place::Lobby);
    EXPECT_EQ(now.find(jan)->invitation, before.find(jan)->invitation);
    EXPECT_EQ(authority().mute(), (Mute{true, false}));
    EXPECT_NE(now.applicant().participant.token_sha256, before.applicant().participant.token_sha256)
        << "only its hash had been kept";
}

INSTANTIATE_TEST_SUITE_P(EachState, CrashTest,
                         testing::Values(State::Scheduled, State::CheckedIn, State::Consenting,
                                         State::Waiting, State::Live, State::Paused),
                         [](const auto& test) {
                             std::string name = model::name_of(test.param);
                             std::erase(name, '-');
                             return name;
                         });

TEST_F(SessionAuthorityTest, AnEndedInterviewStaysEnded) {
    bench_.lead_to(State::Ended, ConsentAnswer::Given, kStart);
    bench_.crash_and_start(after(seconds(1)));
    EXPECT_EQ(authority().running(), nullptr);
    EXPECT_FALSE(bench_.record()->running);
}

TEST_F(SessionAuthorityTest, EndsWhatACrashLeftOpenTooLongAgo) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().tick(after(seconds(30)));
    bench_.crash_and_start(after(seconds(31) + kResumeWindow));
    EXPECT_EQ(authority().running(), nullptr);
    const auto record = bench_.record();
    EXPECT_EQ(record->row.interview.end_reason, model::EndReason::Interrupted);
    EXPECT_EQ(record->row.interview.ended, after(seconds(30)).wall);
    EXPECT_EQ(stays_of(anna).at(0).presence.reason, model::LeaveReason::Interrupted);
}

TEST_F(SessionAuthorityTest, AScheduledInterviewWaitsForDays) {
    bench_.schedule(kStart);
    bench_.crash_and_start(after(hours(72)));
    EXPECT_EQ(authority().state(), State::Scheduled);
}

TEST_F(SessionAuthorityTest, AClockThatWasSetBackDoesNotEndTheInterview) {
    live();
    authority().tick(after(seconds(60)));
    Now back = after(seconds(62));
    back.wall -= hours(30);
    bench_.crash_and_start(back);
    EXPECT_EQ(authority().state(), State::Live);
    EXPECT_TRUE(bench_.pause(PauseReason::Break, back));
    EXPECT_TRUE(bench_.end(model::EndReason::Complete, back));
    EXPECT_GE(*bench_.record()->row.interview.ended, bench_.record()->row.interview.opened);
}

TEST_F(SessionAuthorityTest, PausesWhenTheHubIsAwayForTooLong) {
    live();
    authority().hub_lost(after(seconds(5)));
    authority().tick(after(seconds(14)));
    EXPECT_EQ(authority().state(), State::Live) << "shorter: nothing changes";
    authority().tick(after(seconds(15)));
    EXPECT_EQ(authority().running()->standing().pause, PauseReason::LinkLost);
    authority().hub_connected();
    EXPECT_EQ(authority().state(), State::Paused) << "staff go on, nobody else";
    EXPECT_TRUE(bench_.step(Step::Resume, after(seconds(20))));
}

TEST_F(SessionAuthorityTest, AHubThatSendsUsAwayIsNoHubThatIsThere) {
    live();
    authority().hub_lost(after(seconds(5)));
    authority().hub_connected({"https://b.example", ""});
    authority().on_hub(HubElsewhere{"https://a.example"}, after(seconds(12)));
    authority().hub_lost(after(seconds(12)));
    authority().tick(after(seconds(15)));
    EXPECT_EQ(authority().running()->standing().pause, PauseReason::LinkLost);
    EXPECT_NE(authority().engine_join()->hub, "https://b.example");
}

TEST_F(SessionAuthorityTest, EngineAndLinksFollowTheHubThatHasTheInterview) {
    live();
    const auto first = authority().engine_join()->hub;
    authority().hub_lost(after(seconds(5)));
    authority().hub_connected({"https://b.example", "ab"});
    EXPECT_EQ(authority().engine_join()->hub, first) << "it may have none of it";
    authority().on_hub(Opened{bench_.session}, after(seconds(6)));
    EXPECT_EQ(authority().engine_join()->hub, "https://b.example");
    EXPECT_EQ(authority().engine_join()->fingerprint, "ab");
}

TEST_F(SessionAuthorityTest, AShortBreakOfTheLinkChangesNothing) {
    live();
    authority().hub_lost(after(seconds(5)));
    authority().hub_connected();
    authority().tick(after(seconds(60)));
    EXPECT_EQ(authority().state(), State::Live);
}

TEST_F(SessionAuthorityTest, AWallClockThatJumpsNeitherPausesNorDatesAnything) {
    live();
    authority().hub_lost(after(seconds(5)));
    Now jumped = after(seconds(6));
    jumped.wall += hours(5);
    authority().tick(jumped);
    EXPECT_EQ(authority().state(), State::Live);
}

TEST_F(SessionAuthorityTest, AnInterviewerPausesByOneTouch) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().on_hub(Asked{bench_.session, anna, Asked::What::Pause, "distress"}, kStart);
    EXPECT_EQ(authority().running()->standing().pause, PauseReason::Distress);
    EXPECT_THAT(log().back(), HasSubstr("interviewer " + anna.brief()));
    authority().on_hub(Asked{bench_.session, anna, Asked::What::End, ""}, kStart);
    EXPECT_EQ(authority().running(), nullptr);
    EXPECT_EQ(bench_.record()->row.interview.end_reason, model::EndReason::Complete);
}

TEST_F(SessionAuthorityTest, WhatAnObserverOrSomebodyInTheLobbyAsksChangesNothing) {
    live();
    const auto jan = bench_.admitted(Role::Observer, "Jan", kStart);
    const auto eva = bench_.invite(Role::Interviewer, "Eva", kStart).participant;
    const auto stranger = base::ParticipantId::from_value(99);
    for (const auto id : {jan, eva, stranger}) {
        for (const auto what : {Asked::What::Pause, Asked::What::End}) {
            authority().on_hub(Asked{bench_.session, id, what, ""}, kStart);
            EXPECT_EQ(authority().state(), State::Live);
        }
    }
    EXPECT_THAT(log().back(), HasSubstr("request.refused"));
    EXPECT_THAT(log().back(), HasSubstr("stranger " + stranger.brief()));
    EXPECT_THAT(log(), Contains(AllOf(HasSubstr("request.refused"), HasSubstr("pause: "),
                                      HasSubstr("observer " + jan.brief()))));
}

TEST_F(SessionAuthorityTest, WhatTheHubRefusesStandsInTheLog) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().on_hub(
        RefusedAtHub{bench_.session, anna, "invitation", "this invitation has been used already"},
        kStart);
    EXPECT_THAT(log().back(),
                AllOf(HasSubstr("request.refused"), HasSubstr("interviewer " + anna.brief()),
                      HasSubstr("invitation: this invitation has been used")));
    authority().on_hub(HubComplaint{"lease: its number is not above the last one"}, kStart);
    EXPECT_THAT(log().back(), HasSubstr("lease: its number is not above the last one"));
    const auto before = log().size();
    authority().on_hub(RefusedAtHub{base::SessionId::from_value(5), anna, "invitation", "no"},
                       kStart);
    EXPECT_EQ(log().size(), before) << "of an interview that is not here";
}

TEST_F(SessionAuthorityTest, NobodyButTheKioskLosesTheLink) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    authority().on_hub(Asked{bench_.session, anna, Asked::What::Pause, "link-lost"}, kStart);
    EXPECT_EQ(authority().running()->standing().pause, PauseReason::Break);
}

TEST_F(SessionAuthorityTest, AConsentIsSignedByTheDevice) {
    bench_.lead_to(State::Consenting, ConsentAnswer::Given, kStart);
    const auto consent = bench_.consent(ConsentItem::Video, ConsentAnswer::Given, kStart).value();
    const auto stored = bench_.record()->consents.at(0);
    EXPECT_EQ(stored.id, consent.id);
    const auto payload =
        tests::kiosk_key().public_key().verify(stored.signature, "sightline-consent");
    ASSERT_TRUE(payload);
    const auto statement = boost::json::parse(*payload).as_object();
    EXPECT_EQ(statement.at("item").as_string(), "video");
    EXPECT_EQ(statement.at("text_sha256").as_string(), stored.text_sha256);
    EXPECT_EQ(statement.at("session").as_string(), bench_.session.text());
    EXPECT_EQ(statement.at("basis").as_string(), "consent");
    EXPECT_THAT(log().back(), HasSubstr("consent.given"));
}

TEST_F(SessionAuthorityTest, AConsentToATextThatNobodyHasIsRefusedAndNotWritten) {
    bench_.lead_to(State::Consenting, ConsentAnswer::Given, kStart);
    model::Consent consent;
    consent.person = bench_.subject();
    consent.item = ConsentItem::Video;
    consent.answer = ConsentAnswer::Given;
    consent.language = "en";
    consent.witness = "staff 1";
    consent.text_sha256 = std::string(64, '0');
    const auto leaves = log().size();
    EXPECT_EQ(authority().record_consent(consent, bench_.said(kStart)).error().code,
              base::Errc::NotFound);
    EXPECT_THAT(bench_.record()->consents, IsEmpty());
    EXPECT_EQ(log().size(), leaves);
}

TEST_F(SessionAuthorityTest, AChildNeedsItsGuardianItsAssentAndTheGate) {
    auto plan = bench_.plan();
    plan.subjects = {{std::nullopt, "Omar", true, "Amina", std::nullopt}};
    bench_.session = authority().schedule(plan, bench_.said(kStart), kStart).value();
    ASSERT_TRUE(bench_.step(Step::CheckIn, kStart));
    ASSERT_TRUE(bench_.step(Step::OpenConsent, kStart));
    const auto child = authority().running()->row.subjects.at(0);
    ASSERT_TRUE(child.guardian);
    EXPECT_EQ(bench_.record()->subjects.at(0).given_names, "Omar");
    model::Consent consent;
    consent.item = ConsentItem::Audio;
    consent.answer = ConsentAnswer::Given;
    consent.language = "en";
    consent.witness = "staff 1";
    consent.text_sha256 = bench_.texts().find(ConsentItem::Audio, "en")->sha256;
    consent.person = child.person;
    ASSERT_TRUE(authority().record_consent(consent, bench_.said(kStart)));
    consent.person = *child.guardian;
    consent.on_behalf = child.person;
    ASSERT_TRUE(authority().record_consent(consent, bench_.said(kStart)));
    EXPECT_FALSE(authority().running()->ledger.in_force(ConsentItem::Audio));
    ASSERT_TRUE(authority().judge_subject(child.person, true, bench_.said(kStart)));
    EXPECT_TRUE(authority().running()->ledger.in_force(ConsentItem::Audio));
    bench_.crash_and_start(after(seconds(1)));
    EXPECT_TRUE(authority().running()->ledger.in_force(ConsentItem::Audio));
}

TEST_F(SessionAuthorityTest, APlanThatMakesNoSenseIsRefused) {
    const auto refused = [&](Plan plan) {
        const auto done = authority().schedule(std::move(plan), bench_.said(kStart), kStart);
        return done ? std::string("none") : done.error().text;
    };
    auto plan = bench_.plan();
    plan.subjects.clear();
    EXPECT_THAT(refused(plan), HasSubstr("subjects"));
    plan.subjects = {{std::nullopt, "Omar", true, "", std::nullopt}};
    EXPECT_THAT(refused(plan), HasSubstr("guardian"));
    plan.subjects = {{std::nullopt, "Omar", true, "Omar", std::nullopt}};
    EXPECT_THAT(refused(plan), HasSubstr("own guardian"));
    plan.subjects = {{std::nullopt, "Omar", false, "", {}}, {std::nullopt, "Omar", false, "", {}}};
    EXPECT_THAT(refused(plan), HasSubstr("twice"));
    plan.subjects = {{base::RecordId::from_value(5), "", false, "", {}}};
    EXPECT_THAT(refused(plan), HasSubstr("no person"));
    plan = bench_.plan();
    plan.delegation.state = "Holland";
    EXPECT_THAT(refused(plan), HasSubstr("NLD"));
    plan = bench_.plan();
    plan.dossier = base::DossierId::from_value(77);
    EXPECT_THAT(refused(plan), HasSubstr("does not exist"));
    EXPECT_EQ(authority().running(), nullptr);
}

TEST_F(SessionAuthorityTest, NothingIsOnDiskBeforeTheApplicantHasAnswered) {
    bench_.lead_to(State::Consenting, ConsentAnswer::Given, kStart);
    const auto lea = bench_.admitted(Role::Interpreter, "Lea", kStart);
    authority().on_engine(EngineEvent::Silent, kStart);
    EXPECT_EQ(authority().write_note(note("Where?"), bench_.said(kStart)).value(),
              Keeping::Undecided);
    EXPECT_THAT(bench_.record()->participants, IsEmpty());
    EXPECT_THAT(bench_.record()->incidents, IsEmpty());
    EXPECT_THAT(bench_.record()->notes, IsEmpty());

    ASSERT_TRUE(bench_.consent(ConsentItem::Metadata, ConsentAnswer::Given, after(seconds(5))));
    EXPECT_EQ(stays_of(lea).at(0).presence.joined, kStart.wall) << "what was held, as it was";
    EXPECT_EQ(bench_.record()->incidents.at(0).kind, "engine.silent");
    EXPECT_EQ(bench_.record()->notes.at(0).author, "supervisor 1a2b3c");
}

TEST_F(SessionAuthorityTest, ARefusalDropsWhatWasHeld) {
    bench_.lead_to(State::Consenting, ConsentAnswer::Given, kStart);
    bench_.admitted(Role::Interpreter, "Lea", kStart);
    ASSERT_TRUE(bench_.consent(ConsentItem::Metadata, ConsentAnswer::Refused, kStart));
    EXPECT_EQ(authority().write_note(note("Where?"), bench_.said(kStart)).error().code,
              base::Errc::Forbidden);
    EXPECT_EQ(*authority().report_incident("medical", "fainted", bench_.said(kStart)),
              Keeping::Fact);
    ASSERT_TRUE(bench_.step(Step::CloseConsent, kStart));
    ASSERT_TRUE(bench_.step(Step::Start, kStart));
    ASSERT_TRUE(bench_.pause(PauseReason::Break, kStart));
    ASSERT_TRUE(bench_.end(model::EndReason::Complete, after(seconds(9))));
    const auto record = bench_.record();
    EXPECT_EQ(record->row.kept, storage::Kept::Fact);
    EXPECT_THAT(record->participants, IsEmpty());
    EXPECT_THAT(record->incidents, IsEmpty());
    EXPECT_THAT(record->breaks, IsEmpty());
    EXPECT_EQ(record->subjects.size(), 1u);
    EXPECT_EQ(record->row.interview.end_reason, model::EndReason::Complete);
}

TEST_F(SessionAuthorityTest, AnInterviewThatEndsUnansweredLeavesTheBareFact) {
    bench_.lead_to(State::Consenting, ConsentAnswer::Given, kStart);
    bench_.admitted(Role::Interpreter, "Lea", kStart);
    ASSERT_TRUE(bench_.end(model::EndReason::Distress, kStart));
    EXPECT_EQ(bench_.record()->row.kept, storage::Kept::Fact);
    EXPECT_THAT(bench_.record()->participants, IsEmpty());
    // Nor does the next interview inherit what was held.
    bench_.lead_to(State::Live, ConsentAnswer::Given, after(seconds(60)));
    EXPECT_THAT(bench_.record()->participants, IsEmpty());
}

TEST_F(SessionAuthorityTest, AWithdrawalOfTheMetadataPrunesAndANewYesBeginsAnew) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    ASSERT_TRUE(bench_.pause(PauseReason::Break, after(seconds(2))));
    ASSERT_TRUE(bench_.step(Step::Resume, after(seconds(4))));
    EXPECT_EQ(bench_.record()->breaks.at(0).until, after(seconds(4)).wall);
    ASSERT_TRUE(authority().withdraw({bench_.subject(), {}, ConsentItem::Metadata, "", {}},
                                     bench_.said(after(seconds(5)))));
    EXPECT_THAT(bench_.record()->participants, IsEmpty());
    EXPECT_THAT(bench_.record()->breaks, IsEmpty());
    authority().on_hub(Left{bench_.session, anna, after(seconds(6)).wall, model::LeaveReason::Bye},
                       after(seconds(6)));
    authority().on_hub(Joined{bench_.session, anna, after(seconds(7)).wall}, after(seconds(7)));
    EXPECT_THAT(bench_.record()->participants, IsEmpty());
    ASSERT_TRUE(bench_.consent(ConsentItem::Metadata, ConsentAnswer::Given, after(seconds(8))));
    EXPECT_EQ(stays_of(anna).at(0).presence.joined, after(seconds(8)).wall);
}

TEST_F(SessionAuthorityTest, WhoTurnsOutNotToBeFitLeavesTheBareFactAndALeafThatSaysSo) {
    for (const bool crash : {false, true}) {
        const auto begin = after(crash ? hours(2) : hours(0));
        bench_.lead_to(State::Live, ConsentAnswer::Given, begin);
        bench_.admitted(Role::Interviewer, "Anna", begin);
        EXPECT_FALSE(bench_.record()->participants.empty());
        ASSERT_TRUE(authority().judge_subject(bench_.subject(), false, bench_.said(begin)));
        if (crash) {
            bench_.crash_and_start(after(hours(4)));
        } else {
            ASSERT_TRUE(bench_.end(model::EndReason::Distress, begin));
        }
        EXPECT_EQ(authority().running(), nullptr);
        EXPECT_EQ(bench_.record()->row.kept, storage::Kept::Fact);
        EXPECT_THAT(bench_.record()->participants, IsEmpty());
        EXPECT_THAT(log(), testing::Contains(HasSubstr("metadata.pruned")));
    }
}

TEST_F(SessionAuthorityTest, AWithdrawalAfterTheEndPrunesToo) {
    live();
    const auto person = bench_.subject();
    bench_.admitted(Role::Interviewer, "Anna", kStart);
    ASSERT_TRUE(bench_.end(model::EndReason::Complete, kStart));
    EXPECT_FALSE(bench_.record()->participants.empty());
    EXPECT_FALSE(
        authority().withdraw({person, {}, ConsentItem::Metadata, "", {}}, bench_.said(kStart)))
        << "of which interview?";
    ASSERT_TRUE(authority().withdraw({person, {}, ConsentItem::Metadata, "", bench_.session},
                                     bench_.said(after(hours(24)))));
    EXPECT_THAT(bench_.record()->participants, IsEmpty());
    EXPECT_EQ(bench_.record()->row.kept, storage::Kept::Fact);
}

TEST_F(SessionAuthorityTest, RecordsJoinsLeavesAndQuality) {
    live();
    const auto jan = bench_.admitted(Role::Observer, "Jan", after(seconds(1)));
    model::QualitySummary report;
    report.down.packets = 50;
    authority().on_hub(QualityReport{bench_.session, jan, report}, after(seconds(2)));
    report.down.packets = 80;
    authority().on_hub(QualityReport{bench_.session, jan, report}, after(seconds(2)));
    authority().on_hub(Left{bench_.session, jan, after(seconds(3)).wall, model::LeaveReason::Bye},
                       after(seconds(3)));
    const auto stays = stays_of(jan);
    ASSERT_EQ(stays.size(), 1u);
    EXPECT_EQ(stays[0].presence.joined, after(seconds(1)).wall);
    EXPECT_EQ(stays[0].presence.left, after(seconds(3)).wall);
    EXPECT_EQ(stays[0].quality.down.packets, 80u);
}

TEST_F(SessionAuthorityTest, ANoteSaysThatTheApplicantWasHardToHear) {
    live();
    const auto me = applicant();
    authority().on_hub(Joined{bench_.session, me, kStart.wall}, kStart);
    model::QualitySummary report;
    report.up.packets = 100;
    authority().on_hub(QualityReport{bench_.session, me, report}, after(seconds(5)));
    ASSERT_TRUE(authority().write_note(note("Where?"), bench_.said(after(seconds(6)))));
    report.up.packets = 180;
    report.up.lost = 20;
    authority().on_hub(QualityReport{bench_.session, me, report}, after(seconds(10)));
    ASSERT_TRUE(authority().write_note(note("When?"), bench_.said(after(seconds(11)))));
    const auto record = bench_.record();
    ASSERT_EQ(record->notes.size(), 2u);
    for (const auto& kept : record->notes) {
        EXPECT_EQ(kept.degraded_link, kept.question == "When?") << kept.question;
    }
    const auto timeline = stays_of(me).at(0).timeline;
    ASSERT_EQ(timeline.size(), 2u);
    EXPECT_EQ(timeline[0], (model::GradeChange{after(seconds(5)).wall, model::LinkGrade::Good,
                                               model::LinkGrade::Good}));
    EXPECT_EQ(timeline[1].up, model::LinkGrade::Poor);
}

TEST_F(SessionAuthorityTest, QualityAddsUpAcrossACrash) {
    live();
    const auto anna = bench_.admitted(Role::Interviewer, "Anna", kStart);
    model::QualitySummary report;
    report.down.packets = 100;
    authority().on_hub(QualityReport{bench_.session, anna, report}, kStart);
    bench_.crash_and_start(after(seconds(1)));
    report.down.packets = 150;  // the hub went on counting
    authority().on_hub(QualityReport{bench_.session, anna, report}, after(seconds(6)));
    EXPECT_EQ(stays_of(anna).at(0).quality.down.packets, 150u);
}

TEST_F(SessionAuthorityTest, AHubWithAWrongClockDoesNotDateTheRecord) {
    live();
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    ASSERT_TRUE(authority().admit(anna, bench_.said(kStart)));
    authority().on_hub(Joined{bench_.session, anna, after(hours(5)).wall}, after(seconds(1)));
    EXPECT_EQ(stays_of(anna).at(0).presence.joined, after(seconds(1)).wall);
}

TEST_F(SessionAuthorityTest, AStaySurvivesAReconnectIfTheHubSaysSo) {
    live();
    const auto jan = bench_.admitted(Role::Observer, "Jan", kStart);
    const auto eva = bench_.admitted(Role::Interviewer, "Eva", kStart);
    authority().hub_lost(after(seconds(5)));
    authority().hub_connected();
    authority().on_hub(Opened{bench_.session}, after(seconds(8)));
    authority().on_hub(Joined{bench_.session, jan, after(seconds(8)).wall}, after(seconds(8)));
    authority().tick(after(seconds(17)));
    EXPECT_EQ(stays_of(eva).at(0).presence.left, std::nullopt) << "she may still come back";
    authority().tick(after(seconds(18)));
    EXPECT_EQ(stays_of(jan).at(0).presence.left, std::nullopt);
    EXPECT_EQ(stays_of(eva).at(0).presence.left, after(seconds(5)).wall);
    EXPECT_EQ(stays_of(eva)[0].presence.reason, model::LeaveReason::Lost);
}

TEST_F(SessionAuthorityTest, IgnoresOtherSessionsAndStrangers) {
    live();
    const auto stranger = base::ParticipantId::from_value(99);
    const auto other = base::SessionId::from_value(5);
    authority().on_hub(Joined{bench_.session, stranger, kStart.wall}, kStart);
    authority().on_hub(InvitationUsed{other, applicant(), kStart.wall}, kStart);
    authority().on_hub(PasskeySeen{bench_.session, applicant(), {"aWQx", "a2V5", 1}}, kStart);
    authority().on_hub(Opened{other}, kStart);
    EXPECT_EQ(bench_.record()->running->roster.size(), 1u);
    EXPECT_THAT(bench_.record()->running->roster[0].passkeys, IsEmpty());
}

TEST_F(SessionAuthorityTest, WhatTheHubSaysTwiceOrInTheWrongOrderCountsOnce) {
    live();
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    const Joined joined{bench_.session, anna, after(seconds(1)).wall};
    const Left left{bench_.session, anna, after(seconds(2)).wall, model::LeaveReason::Bye};
    const InvitationUsed used{bench_.session, anna, kStart.wall};
    const LoggedIn login{bench_.session, anna, {std::string(64, 'd'), kStart.wall + hours(1)}};
    const LoggedOut logout{bench_.session, anna, std::string(64, 'd')};
    const PasskeySeen passkey{bench_.session, anna, {"aWQx", "a2V5", 7}};
    authority().on_hub(left, kStart);    // before they came
    authority().on_hub(logout, kStart);  // before they signed in
    for (int i = 0; i < 2; ++i) {
        authority().on_hub(used, kStart);
        authority().on_hub(login, kStart);
        authority().on_hub(passkey, kStart);
        authority().on_hub(joined, after(seconds(1)));
    }
    authority().on_hub(PasskeySeen{bench_.session, anna, {"aWQx", "a2V5", 3}}, kStart);
    ASSERT_TRUE(authority().admit(anna, bench_.said(after(seconds(1)))));
    authority().on_hub(joined, after(seconds(1)));
    authority().on_hub(left, after(seconds(2)));
    authority().on_hub(left, after(seconds(3)));

    const auto& person = *authority().running()->find(anna);
    EXPECT_EQ(person.logins.size(), 1u);
    ASSERT_EQ(person.passkeys.size(), 1u);
    EXPECT_EQ(person.passkeys[0].counter, 7u) << "an older count is no news";
    ASSERT_EQ(stays_of(anna).size(), 1u);
    EXPECT_EQ(stays_of(anna)[0].presence.left, after(seconds(2)).wall);
    const auto leaves = log();
    for (const char* action : {"invitation.used", "passkey.registered"}) {
        EXPECT_EQ(
            std::count_if(leaves.begin(), leaves.end(),
                          [&](const auto& leaf) { return leaf.find(action) != std::string::npos; }),
            1)
            << action;
    }
    // A wish that is repeated, and one for an interview that is over.
    const Asked pause{bench_.session, anna, Asked::What::Pause, "break"};
    authority().on_hub(pause, after(seconds(4)));
    authority().on_hub(pause, after(seconds(5)));
    EXPECT_EQ(bench_.record()->breaks.size(), 1u);
    ASSERT_TRUE(bench_.end(model::EndReason::Complete, after(seconds(6))));
    authority().on_hub(pause, after(seconds(7)));
    authority().on_hub(joined, after(seconds(7)));
    authority().on_hub(Opened{bench_.session}, after(seconds(7)));
    EXPECT_EQ(authority().running(), nullptr);
    EXPECT_EQ(stays_of(anna).size(), 1u);
}

TEST_F(SessionAuthorityTest, WhatTheStoreCannotTakeWaitsAndIsWrittenLater) {
    live();
    const auto anna = bench_.invite(Role::Interviewer, "Anna", kStart).participant;
    ASSERT_TRUE(authority().admit(anna, bench_.said(kStart)));
    std::optional<tests::UnwritableFiles> full(std::in_place);
    authority().on_hub(Joined{bench_.session, anna, kStart.wall}, kStart);
    authority().on_hub(Left{bench_.session, anna, after(seconds(1)).wall, model::LeaveReason::Bye},
                       after(seconds(1)));
    const auto record = [&] {
        return authority().status(SessionAuthority::Names::Hidden).at("record").at("ok").as_bool();
    };
    EXPECT_FALSE(record());
    full.reset();
    authority().tick(after(seconds(2)));
    EXPECT_TRUE(record());
    ASSERT_EQ(stays_of(anna).size(), 1u);
    EXPECT_EQ(stays_of(anna)[0].presence.left, after(seconds(1)).wall);
}

TEST_F(SessionAuthorityTest, TheLeasesDeathStandsInTheRecordOnce) {
    live();
    authority().on_hub(LeaseLife{bench_.session, true}, kStart);
    authority().on_hub(LeaseLife{bench_.session, false}, after(seconds(1)));
    authority().on_hub(LeaseLife{bench_.session, false}, after(seconds(2)));
    const auto incidents = bench_.record()->incidents;
    ASSERT_EQ(incidents.size(), 2u);
    EXPECT_EQ(incidents[1].kind, "lease.dead");
}

TEST_F(SessionAuthorityTest, NoLeaseIsSaidToLiveBeforeAHubThatCameBackHasSaidSo) {
    live();
    const auto alive = [&] {
        const auto status = authority().status(SessionAuthority::Names::Hidden);
        return status.at("session").at("lease").at("alive").as_bool();
    };
    authority().on_hub(LeaseLife{bench_.session, true}, kStart);
    EXPECT_TRUE(alive());
    authority().hub_lost(kStart);
    EXPECT_FALSE(alive());
    authority().hub_connected();
    EXPECT_FALSE(alive());
    authority().on_hub(LeaseLife{bench_.session, true}, kStart);
    EXPECT_TRUE(alive());
}

TEST_F(SessionAuthorityTest, StatusWithoutNamesSaysWhoNobodyIs) {
    live();
    bench_.admitted(Role::Interviewer, "Anna", kStart);
    const auto hidden = boost::json::serialize(authority().status(SessionAuthority::Names::Hidden));
    EXPECT_THAT(hidden, Not(HasSubstr("Anna")));
    EXPECT_THAT(hidden, Not(HasSubstr("Mission")));
    EXPECT_THAT(boost::json::serialize(authority().status(SessionAuthority::Names::Shown)),
                HasSubstr("Anna"));
}

}  // namespace
}  // namespace sightline::kiosk
