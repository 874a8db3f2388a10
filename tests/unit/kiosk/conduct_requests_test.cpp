// What staff and the applicant ask for at the kiosk while an interview is conducted: on the control
// socket and by the touch screen alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "appliance/kiosk/control_requests.h"
#include "tests/support/kiosk_bench.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using model::ConsentAnswer;
using model::Role;
using model::State;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using tests::after;

class ConductRequests : public testing::Test {
  protected:
    ConductRequests() {
        ask({{"do", "staff.add"}, {"name", "lena"}, {"role", "supervisor"}, {"pin", "135790"}});
        const auto reply = ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "135790"}});
        lena_ = std::string(reply.at("as").as_string());
    }
    Now now() const { return after(elapsed_); }
    json::object ask(const json::object& request) {
        const Desk desk{bench_.authority(), bench_.staff(), bench_.texts()};
        return json::parse(answer_request(json::serialize(request), desk, now())).as_object();
    }
    json::object staff(json::object request) {
        request["as"] = lena_;
        return ask(request);
    }
    static std::string refusal(const json::object& reply) {
        return reply.at("ok").as_bool() ? "none" : std::string(reply.at("error").as_string());
    }
    void lead_to(State state, ConsentAnswer metadata = ConsentAnswer::Given) {
        bench_.lead_to(state, metadata, now());
    }
    void let_pass(milliseconds time) {
        elapsed_ += time;
        bench_.authority().tick(now());
    }
    json::object session() { return staff({{"do", "status"}}).at("session").as_object(); }
    json::object person(base::ParticipantId id) {
        const auto status = session();
        for (const auto& one : status.at("participants").as_array()) {
            if (one.at("id").as_string() == id.text()) return one.as_object();
        }
        return {};
    }
    std::int64_t now_ms() const { return now().wall.time_since_epoch().count(); }
    std::vector<std::string> log() { return bench_.log(bench_.session); }

    tests::KioskBench bench_;
    milliseconds elapsed_{0};
    std::string lena_;
};

TEST_F(ConductRequests, APauseWithMinutesSetsTheTimerAndCanSetItAnew) {
    lead_to(State::Live);
    EXPECT_TRUE(session().at("pause_until").is_null());
    const json::object pause{
        {"do", "session.step"}, {"step", "pause"}, {"reason", "break"}, {"minutes", 10}};
    EXPECT_EQ(refusal(staff(pause)), "none");
    EXPECT_EQ(session().at("pause_until").as_int64(), now_ms() + 600'000);
    const auto since = session().at("since");
    let_pass(minutes(5));
    EXPECT_EQ(refusal(staff(pause)), "none");
    EXPECT_EQ(session().at("pause_until").as_int64(), now_ms() + 600'000);
    EXPECT_EQ(session().at("since"), since) << "it is the same pause";
    bench_.crash_and_start(now());
    EXPECT_EQ(session().at("pause_until").as_int64(), now_ms() + 600'000);
    auto without = pause;
    without.erase("minutes");
    EXPECT_THAT(refusal(staff(without)), HasSubstr("set the timer anew"));
    staff({{"do", "session.step"}, {"step", "resume"}});
    EXPECT_TRUE(session().at("pause_until").is_null());
}

TEST_F(ConductRequests, MinutesThatAreNoneOfAPauseAreRefusedInASentence) {
    lead_to(State::Live);
    for (const json::value& wrong : {json::value(0), json::value(241), json::value("ten"),
                                     json::value(-5), json::value(1.5)}) {
        const auto reply = staff(
            {{"do", "session.step"}, {"step", "pause"}, {"reason", "break"}, {"minutes", wrong}});
        EXPECT_THAT(refusal(reply), HasSubstr("1 to 240 minutes")) << json::serialize(wrong);
    }
    EXPECT_THAT(
        refusal(staff(
            {{"do", "session.step"}, {"step", "end"}, {"reason", "complete"}, {"minutes", 5}})),
        HasSubstr("only a pause"));
    EXPECT_EQ(session().at("state").as_string(), "live");
}

TEST_F(ConductRequests, TheTimeThatItWasLiveLeavesBreaksOutAndSurvivesACrash) {
    lead_to(State::Live);
    let_pass(seconds(60));
    EXPECT_EQ(session().at("live_ms").as_int64(), 60'000);
    ASSERT_TRUE(bench_.pause(model::PauseReason::Break, now()));
    let_pass(seconds(30));
    EXPECT_EQ(session().at("live_ms").as_int64(), 60'000);
    ASSERT_TRUE(bench_.step(model::Step::Resume, now()));
    let_pass(seconds(5));
    EXPECT_EQ(session().at("live_ms").as_int64(), 65'000);
    bench_.crash_and_start(now());
    EXPECT_EQ(session().at("live_ms").as_int64(), 65'000);
}

TEST_F(ConductRequests, AReasonToRemoveIsAnIncidentAndInTheLeaf) {
    lead_to(State::Live);
    const auto omar = bench_.admitted(Role::Interpreter, "Omar", now());
    const json::object remove{{"do", "participant.remove"}, {"participant", omar.text()}};
    auto wrong = remove;
    wrong["reason"] = std::string(201, 'x');
    EXPECT_THAT(refusal(staff(wrong)), HasSubstr("200 bytes"));
    wrong["reason"] = "two\nlines";
    EXPECT_THAT(refusal(staff(wrong)), HasSubstr("one line"));
    ASSERT_FALSE(person(omar).empty()) << "what is refused removes nobody";
    auto right = remove;
    right["reason"] = "other dialect";
    EXPECT_EQ(refusal(staff(right)), "none");
    EXPECT_TRUE(person(omar).empty());
    const auto incidents = bench_.record()->incidents;
    ASSERT_EQ(incidents.size(), 1u);
    EXPECT_EQ(incidents[0].kind, "participant.removed");
    EXPECT_EQ(incidents[0].detail, "interpreter: other dialect");
    EXPECT_THAT(log().back(), HasSubstr("interpreter: other dialect"));
}

TEST_F(ConductRequests, WithoutConsentToTheMetadataTheReasonIsNoIncident) {
    lead_to(State::Live, ConsentAnswer::Refused);
    const auto omar = bench_.admitted(Role::Interpreter, "Omar", now());
    staff({{"do", "participant.remove"}, {"participant", omar.text()}, {"reason", "ill"}});
    EXPECT_TRUE(bench_.record()->incidents.empty());
}

TEST_F(ConductRequests, ChecklistsAreKeptUntilTheEndAndSayWhichItemsThereAre) {
    bench_.schedule(now());
    EXPECT_EQ(refusal(staff({{"do", "check"}, {"item", "setup-water"}, {"done", true}})), "none");
    EXPECT_EQ(refusal(staff({{"do", "check"}, {"item", "room-door"}, {"done", true}})), "none");
    bench_.crash_and_start(now());
    EXPECT_EQ(session().at("checks"), (json::array{"room-door", "setup-water"}));
    staff({{"do", "check"}, {"item", "room-door"}, {"done", false}});
    EXPECT_EQ(session().at("checks"), (json::array{"setup-water"}));
    EXPECT_THAT(refusal(staff({{"do", "check"}, {"item", "moon"}, {"done", true}})),
                HasSubstr("identity-document"));
    EXPECT_THAT(refusal(staff({{"do", "check"}, {"item", "room-door"}})), HasSubstr("\"done\""));
    EXPECT_THAT(log(), Contains(HasSubstr("checklist.kept")));
}

TEST_F(ConductRequests, TheAnswerAboutTheInterpreterIsTheApplicantsOrWrittenDownByStaff) {
    bench_.schedule(now());
    EXPECT_THAT(refusal(staff({{"do", "understood"}, {"understood", true}})),
                HasSubstr("first comes check-in"));
    ASSERT_TRUE(bench_.step(model::Step::CheckIn, now()));
    EXPECT_TRUE(session().at("understood").is_null());
    EXPECT_EQ(refusal(staff({{"do", "understood"}, {"understood", false}})), "none");
    EXPECT_EQ(session().at("understood"), json::value(false));
    EXPECT_EQ(refusal(ask({{"do", "understood"}, {"understood", true}})), "none");
    EXPECT_EQ(session().at("understood"), json::value(true));
    EXPECT_THAT(log().back(), HasSubstr("understanding.asked"));
    EXPECT_THAT(log().back(), HasSubstr("applicant "));
    EXPECT_THAT(refusal(ask({{"do", "understood"}})), HasSubstr("true or false"));
}

TEST_F(ConductRequests, StaffDeclareLanguagesForAnInterpreterInTheRoom) {
    lead_to(State::Live);
    const auto omar = bench_.admitted(Role::Interpreter, "Omar", now());
    const auto jan = bench_.admitted(Role::Observer, "Jan", now());
    json::object languages{{"do", "languages"},
                           {"participant", omar.text()},
                           {"language", "Arabic"},
                           {"dialect", "Sudanese"},
                           {"heard", true}};
    EXPECT_EQ(refusal(staff(languages)), "none");
    EXPECT_EQ(person(omar).at("dialect").as_string(), "Sudanese");
    EXPECT_TRUE(person(omar).at("heard").as_bool());
    EXPECT_FALSE(person(omar).at("undertaken").as_bool());
    EXPECT_EQ(bench_.record()->participants.at(0).language, "Arabic");
    for (const auto& leaf : log()) EXPECT_THAT(leaf, Not(HasSubstr("Sudanese")));
    languages["participant"] = jan.text();
    EXPECT_THAT(refusal(staff(languages)), HasSubstr("not an interpreter"));
}

TEST_F(ConductRequests, WithoutConsentToTheMetadataNoLanguageOutlastsTheInterview) {
    lead_to(State::Live, ConsentAnswer::Refused);
    const auto omar = bench_.admitted(Role::Interpreter, "Omar", now());
    staff({{"do", "languages"}, {"participant", omar.text()}, {"language", "Tigrinya"}});
    EXPECT_TRUE(bench_.record()->participants.empty());
    ASSERT_TRUE(bench_.end(model::EndReason::Complete, now()));
    EXPECT_FALSE(bench_.record()->running);
}

TEST_F(ConductRequests, StaffShowAViewWhileItIsLiveOrPaused) {
    lead_to(State::Waiting);
    EXPECT_THAT(refusal(staff({{"do", "view"}, {"view", "room"}})), HasSubstr("start"));
    ASSERT_TRUE(bench_.step(model::Step::Start, now()));
    EXPECT_EQ(session().at("view").as_string(), "face");
    EXPECT_EQ(refusal(staff({{"do", "view"}, {"view", "document"}})), "none");
    EXPECT_EQ(session().at("view").as_string(), "document");
    EXPECT_EQ(session().at("asked_view").as_string(), "");
    EXPECT_THAT(refusal(staff({{"do", "view"}, {"view", "ceiling"}})), HasSubstr("document"));
}

TEST_F(ConductRequests, AConsentHasTheMarkThatWasDrawnAndOnlyStrokes) {
    lead_to(State::Consenting);
    json::object record{
        {"do", "consent.record"},
        {"person", bench_.subject().text()},
        {"item", "audio"},
        {"answer", "given"},
        {"language", "en"},
        {"mode", "touch"},
        {"text_sha256", bench_.texts().find(model::ConsentItem::Audio, "en")->sha256},
        {"mark", "M1 1\"/><script>"}};
    EXPECT_THAT(refusal(staff(record)), HasSubstr("strokes"));
    record["mark"] = "M1 1L20 30.5";
    EXPECT_EQ(refusal(staff(record)), "none");
    EXPECT_EQ(bench_.record()->consents.at(0).mark, "M1 1L20 30.5");
    const auto payload = tests::kiosk_key().public_key().verify(
        bench_.record()->consents.at(0).signature, "sightline-consent");
    ASSERT_TRUE(payload);
    EXPECT_EQ(json::parse(*payload).at("mark").as_string(), "M1 1L20 30.5");
    ASSERT_EQ(
        refusal(staff(
            {{"do", "consent.withdraw"}, {"person", bench_.subject().text()}, {"item", "audio"}})),
        "none");
    EXPECT_EQ(bench_.record()->consents.at(1).mark, "") << "nobody drew anything for that";
}

TEST_F(ConductRequests, ABookmarkNeedsNoText) {
    lead_to(State::Live);
    EXPECT_THAT(refusal(staff({{"do", "note"}})), HasSubstr("bookmark"));
    EXPECT_EQ(refusal(staff({{"do", "note"}, {"bookmark", true}})), "none");
    ASSERT_EQ(bench_.record()->notes.size(), 1u);
    EXPECT_TRUE(bench_.record()->notes[0].bookmark);
}

TEST_F(ConductRequests, TheApplicantsSideShowsNothingBeforeTheCheckInNorAfterTheEnd) {
    EXPECT_TRUE(ask({{"do", "applicant.view"}}).at("session").is_null());
    bench_.schedule(now());
    EXPECT_TRUE(ask({{"do", "applicant.view"}}).at("session").is_null());
    ASSERT_TRUE(bench_.step(model::Step::CheckIn, now()));
    const auto view = ask({{"do", "applicant.view"}});
    EXPECT_TRUE(view.at("hub").as_bool());
    EXPECT_EQ(view.at("session").at("state").as_string(), "checked-in");
    ASSERT_TRUE(bench_.end(model::EndReason::Technical, now()));
    EXPECT_TRUE(ask({{"do", "applicant.view"}}).at("session").is_null());
}

TEST_F(ConductRequests, TheApplicantSeesWhoIsThereAndWhatWasAnsweredAndNoMore) {
    lead_to(State::Live);
    const auto jan = bench_.admitted(Role::Observer, "Jan", now());
    const auto session = ask({{"do", "applicant.view"}}).at("session").as_object();
    EXPECT_EQ(session.at("delegation").as_string(), "NLD");
    EXPECT_EQ(session.at("basis").as_string(), "consent");
    ASSERT_EQ(session.at("people").as_array().size(), 1u) << "the others";
    const auto& person = session.at("people").at(0).as_object();
    EXPECT_EQ(person.at("id").as_string(), jan.text());
    EXPECT_EQ(person.at("organisation").as_string(), "Ministry");
    EXPECT_EQ(person.at("place").as_string(), "admitted");
    EXPECT_TRUE(person.at("present").as_bool());
    EXPECT_FALSE(person.at("undertaken").as_bool());
    EXPECT_EQ(session.at("subjects").at(0).at("name").as_string(), "Amina");
    EXPECT_EQ(session.at("consents").as_array().size(), 3u);
    EXPECT_EQ(session.at("view").as_string(), "face");
    EXPECT_TRUE(session.at("pause_until").is_null());
    for (const char* secret : {"title", "participants", "keys", "words_judged", "checks"}) {
        EXPECT_FALSE(session.contains(secret)) << secret;
    }
}

TEST_F(ConductRequests, NamesOfSubjectsAreThereAfterARestartToo) {
    bench_.schedule(now());
    EXPECT_EQ(session().at("subjects").at(0).at("name").as_string(), "Amina");
    bench_.crash_and_start(now());
    EXPECT_EQ(session().at("subjects").at(0).at("name").as_string(), "Amina");
}

TEST_F(ConductRequests, OneTouchOfTheApplicantsPausesAndOneEnds) {
    EXPECT_THAT(refusal(ask({{"do", "applicant.ask"}, {"what", "pause"}})),
                HasSubstr("there is no interview"));
    lead_to(State::Live);
    EXPECT_THAT(refusal(ask({{"do", "applicant.ask"}, {"what", "fly"}})),
                HasSubstr("pause and end"));
    EXPECT_EQ(ask({{"do", "applicant.ask"}, {"what", "pause"}}).at("state").as_string(), "paused");
    EXPECT_EQ(session().at("pause").as_string(), "break") << "no distress is assumed";
    EXPECT_THAT(log().back(), HasSubstr("applicant "));
    EXPECT_EQ(ask({{"do", "applicant.ask"}, {"what", "end"}}).at("state").as_string(), "ended");
    EXPECT_EQ(bench_.record()->row.interview.end_reason, model::EndReason::ByApplicant);
}

TEST_F(ConductRequests, APauseThatTheApplicantAsksForEndsAPrivateTalkAndKeepsADistress) {
    lead_to(State::Live);
    ASSERT_TRUE(bench_.pause(model::PauseReason::PrivateTalk, now()));
    EXPECT_EQ(refusal(ask({{"do", "applicant.ask"}, {"what", "pause"}})), "none");
    EXPECT_EQ(session().at("pause").as_string(), "break");
    ASSERT_TRUE(bench_.pause(model::PauseReason::Distress, now()));
    EXPECT_EQ(refusal(ask({{"do", "applicant.ask"}, {"what", "pause"}})), "none");
    EXPECT_EQ(session().at("pause").as_string(), "distress");
}

TEST_F(ConductRequests, WhatTheApplicantIsRefusedStandsInTheLogAsTheirs) {
    lead_to(State::Waiting);
    EXPECT_THAT(refusal(ask({{"do", "applicant.ask"}, {"what", "pause"}})),
                HasSubstr("role applicant"));
    EXPECT_THAT(log().back(), HasSubstr(R"("actor":"applicant")"));
    EXPECT_THAT(log().back(), HasSubstr("request.refused"));
}

}  // namespace
}  // namespace sightline::kiosk
