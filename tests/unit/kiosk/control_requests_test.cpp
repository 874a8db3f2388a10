#include "appliance/kiosk/control_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/support/kiosk_bench.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using tests::after;

const Now kStart = after(milliseconds(0));

class ControlRequestsTest : public testing::Test {
  protected:
    ControlRequestsTest() {
        add_staff("lena", "supervisor");
        lena_ = sign_in("lena");
    }
    json::object ask(json::object request, Now now = kStart) {
        return json::parse(answer_request(json::serialize(request), desk(), now)).as_object();
    }
    json::object ask_as(const std::string& token, json::object request, Now now = kStart) {
        request["as"] = token;
        return ask(std::move(request), now);
    }
    std::string refusal(const json::object& reply) {
        return reply.at("ok").as_bool() ? "none" : std::string(reply.at("error").as_string());
    }
    Desk desk() { return {bench_.authority(), bench_.staff(), bench_.texts()}; }
    void add_staff(const std::string& name, const std::string& role) {
        json::object request{
            {"do", "staff.add"}, {"name", name}, {"role", role}, {"pin", "135790"}};
        if (!lena_.empty()) request["as"] = lena_;
        ASSERT_TRUE(ask(request).at("ok").as_bool());
    }
    std::string sign_in(const std::string& name) {
        const auto reply = ask({{"do", "sign-in"}, {"name", name}, {"pin", "135790"}});
        return std::string(reply.at("as").as_string());
    }
    json::object schedule() {
        const auto reply =
            ask_as(lena_, {{"do", "session.schedule"},
                           {"title", "Mission"},
                           {"subjects", json::array{json::object{{"name", "Amina"}}}},
                           {"delegation", {{"state", "NLD"}, {"basis", "consent"}}}});
        EXPECT_TRUE(reply.at("ok").as_bool()) << json::serialize(reply);
        return reply;
    }
    json::object step(const char* name, const char* reason = "") {
        return ask_as(lena_, {{"do", "session.step"}, {"step", name}, {"reason", reason}});
    }

    tests::KioskBench bench_;
    std::string lena_;
};

TEST_F(ControlRequestsTest, NobodyDoesAnythingWithoutSigningIn) {
    for (const char* verb : {"session.schedule", "session.step", "invite", "lobby", "mute",
                             "participant.admit", "consent.record", "consent.withdraw", "note",
                             "staff.list", "staff.add", "consent.texts"}) {
        EXPECT_THAT(refusal(ask({{"do", verb}})), HasSubstr("sightline sign-in")) << verb;
        EXPECT_THAT(refusal(ask_as("stranger", {{"do", verb}})), HasSubstr("token")) << verb;
    }
}

TEST_F(ControlRequestsTest, WhatIsRefusedStandsInTheLogAndWhatFailsDoesNot) {
    schedule();
    const auto session = bench_.authority().running()->id();
    const auto log = [&] { return bench_.log(session); };
    const auto refusal_of = [&](const char* actor, const char* what) {
        return testing::AllOf(HasSubstr("request.refused"), HasSubstr(actor), HasSubstr(what));
    };
    ask({{"do", "lobby"}});
    EXPECT_THAT(log().back(), refusal_of("nobody signed in", "lobby: who asks?"));
    step("start");
    EXPECT_THAT(log().back(), refusal_of("supervisor ", "session.step: "));
    ask_as(lena_, {{"do", "fly"}});
    EXPECT_THAT(log().back(), refusal_of("supervisor ", "fly: this kiosk cannot do"));
    answer_request("{", desk(), kStart);
    EXPECT_THAT(log().back(), refusal_of("nobody signed in", "a request: "));
    answer_request(std::string(kMaxRequestBytes + 1, 'x'), desk(), kStart);
    EXPECT_THAT(log().back(), refusal_of("nobody signed in", "1.5 MiB"));
    ask_as(lena_, {{"do", "consent.record"},
                   {"person", bench_.authority().running()->row.subjects.at(0).person.text()},
                   {"item", "video"},
                   {"answer", "given"},
                   {"language", "en"},
                   {"text_sha256", std::string(64, 'e')},
                   {"witness", "staff 1"}});
    EXPECT_THAT(log().back(), refusal_of("supervisor ", "consent.record: "));
    const auto leaves = log().size();
    ask_as(lena_, {{"do", "status"}});
    EXPECT_EQ(log().size(), leaves) << "what is answered is no refusal";
}

TEST_F(ControlRequestsTest, EachRoleDoesWhatTheTableSaysAndNothingElse) {
    for (const char* role : {"staff", "data-protection-officer", "operator"})
        add_staff(std::string(role).substr(0, 5), role);
    const auto staff = sign_in("staff"), dpo = sign_in("data-"), oper = sign_in("opera");
    EXPECT_THAT(refusal(ask_as(staff, {{"do", "staff.list"}})), HasSubstr("supervisor"));
    EXPECT_THAT(refusal(ask_as(dpo, {{"do", "session.schedule"}})), HasSubstr("schedule"));
    EXPECT_THAT(refusal(ask_as(oper, {{"do", "invite"}})), HasSubstr("invite"));
    EXPECT_THAT(refusal(ask_as(oper, {{"do", "lobby"}})), HasSubstr("read-sessions"));
    schedule();
    EXPECT_FALSE(ask_as(oper, {{"do", "status"}}).at("session").as_object().contains("title"));
    EXPECT_EQ(ask_as(staff, {{"do", "status"}}).at("session").at("title").as_string(), "Mission");
    EXPECT_FALSE(ask({{"do", "status"}}).at("session").as_object().contains("title"));
}

TEST_F(ControlRequestsTest, LeadsAnInterviewFromCheckInToEnd) {
    const auto scheduled = schedule();
    const auto person = std::string(scheduled.at("subjects").at(0).as_string());
    EXPECT_EQ(step("check-in").at("state").as_string(), "checked-in");
    EXPECT_EQ(step("open-consent").at("state").as_string(), "consenting");
    const auto texts = ask_as(lena_, {{"do", "consent.texts"}, {"language", "en"}});
    for (const auto& text : texts.at("texts").as_array()) {
        const auto item = std::string(text.at("item").as_string());
        if (item == "observers" || item == "share-dossier") continue;
        const auto reply = ask_as(lena_, {{"do", "consent.record"},
                                          {"person", person},
                                          {"item", item},
                                          {"answer", "given"},
                                          {"text_sha256", text.at("sha256")},
                                          {"language", "en"},
                                          {"mode", "touch"}});
        EXPECT_TRUE(reply.at("ok").as_bool()) << json::serialize(reply);
    }
    EXPECT_THAT(std::string(bench_.authority().running()->ledger.all()[0].witness),
                HasSubstr("supervisor "));
    EXPECT_EQ(step("close-consent").at("state").as_string(), "waiting");
    const auto invited =
        ask_as(lena_, {{"do", "invite"}, {"role", "interviewer"}, {"name", "Anna"}});
    const auto anna = std::string(invited.at("participant").as_string());
    EXPECT_EQ(ask_as(lena_, {{"do", "lobby"}}).at("lobby").as_array().size(), 1u);
    EXPECT_TRUE(
        ask_as(lena_, {{"do", "participant.admit"}, {"participant", anna}}).at("ok").as_bool());
    EXPECT_EQ(step("start").at("state").as_string(), "live");
    EXPECT_EQ(ask_as(lena_, {{"do", "note"}, {"question", "Where?"}}).at("kept").as_string(),
              "metadata");
    EXPECT_TRUE(ask_as(lena_, {{"do", "mute"}, {"audio", true}}).at("audio").as_bool());
    EXPECT_EQ(step("pause", "private-talk").at("state").as_string(), "paused");
    EXPECT_EQ(step("resume").at("state").as_string(), "live");
    const auto withdrawn =
        ask_as(lena_, {{"do", "consent.withdraw"}, {"person", person}, {"item", "video"}});
    EXPECT_TRUE(withdrawn.at("ok").as_bool()) << json::serialize(withdrawn);
    EXPECT_EQ(step("end", "complete").at("state").as_string(), "ended");
    EXPECT_TRUE(ask_as(lena_, {{"do", "status"}}).at("session").is_null());
}

TEST_F(ControlRequestsTest, OfTwoWhoDecideAtOnceTheSecondIsToldWhatChanged) {
    schedule();
    add_staff("omar", "staff");
    const auto omar = sign_in("omar");
    const json::object check_in{
        {"do", "session.step"}, {"step", "check-in"}, {"if_state", "scheduled"}};
    const json::object no_show{{"do", "session.step"},
                               {"step", "end"},
                               {"reason", "applicant-absent"},
                               {"if_state", "scheduled"}};
    EXPECT_TRUE(ask_as(lena_, check_in).at("ok").as_bool());
    const auto late = ask_as(omar, no_show);
    EXPECT_EQ(late.at("code").as_string(), "conflict");
    EXPECT_THAT(refusal(late), HasSubstr("checked-in"));
    EXPECT_EQ(bench_.authority().state(), model::State::CheckedIn) << "nothing changed";
}

TEST_F(ControlRequestsTest, ARefusedStepSaysWhatComesFirst) {
    schedule();
    EXPECT_THAT(refusal(step("start")), HasSubstr("check-in"));
    EXPECT_THAT(refusal(step("dance")), HasSubstr("open-consent"));
    EXPECT_THAT(
        refusal(ask_as(lena_, {{"do", "participant.admit"}, {"participant", "00000000000000ff"}})),
        HasSubstr("check-in"));
}

TEST_F(ControlRequestsTest, SignInsAndLocksSurviveACrash) {
    for (int i = 0; i < 5; ++i) {
        ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "000000"}});
    }
    bench_.crash_and_start(after(milliseconds(10)));
    EXPECT_THAT(refusal(ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "135790"}})),
                HasSubstr("locked"));
    EXPECT_TRUE(ask_as(lena_, {{"do", "staff.list"}}).at("ok").as_bool()) << "who was in stays in";
    EXPECT_TRUE(ask_as(lena_, {{"do", "staff.unlock"}, {"name", "lena"}}).at("ok").as_bool());
    EXPECT_TRUE(ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "135790"}}).at("ok").as_bool());
    EXPECT_TRUE(ask_as(lena_, {{"do", "sign-out"}}).at("ok").as_bool());
    EXPECT_FALSE(ask_as(lena_, {{"do", "staff.list"}}).at("ok").as_bool());
}

TEST_F(ControlRequestsTest, AnswersNonsenseWithASentence) {
    schedule();
    const std::string as = R"(,"as":")" + lena_ + "\"";
    for (const std::string& line :
         {std::string(),
          std::string("x"),
          std::string("[]"),
          std::string("{}"),
          R"({"do":7)" + as + "}",
          R"({"do":"dance")" + as + "}",
          R"({"do":"invite")" + as + "}",
          R"({"do":"invite","role":"king","name":"x")" + as + "}",
          R"({"do":"invite","role":"observer","name":"x")" + as + "}",
          R"({"do":"invite","role":"interviewer","name":"x","valid_minutes":0)" + as + "}",
          R"({"do":"invite","role":"interviewer","name":"x","valid_minutes":"y")" + as + "}",
          R"({"do":"session.step")" + as + "}",
          R"({"do":"session.step","step":5)" + as + "}",
          R"({"do":"session.step","step":"pause","reason":"link-lost")" + as + "}",
          R"({"do":"session.schedule","title":"a\u0007","subjects":[])" + as + "}",
          R"({"do":"session.schedule","title":"x","subjects":[7],"delegation":{})" + as + "}",
          R"({"do":"participant.remove","participant":"1")" + as + "}",
          R"({"do":"mute","audio":"yes")" + as + "}",
          R"({"do":"note")" + as + "}",
          R"({"do":"consent.record","person":"x")" + as + "}",
          R"({"do":"consent.withdraw","person":"00000000000000ff","item":"soul")" + as + "}",
          R"({"do":"staff.add","name":"x","role":"king","pin":"123456")" + as + "}",
          std::string("{\"do\":[[[[[[[[[[]]]]]]]]]]}")}) {
        const auto reply = json::parse(answer_request(line, desk(), kStart)).as_object();
        EXPECT_FALSE(reply.at("ok").as_bool()) << line;
        EXPECT_FALSE(reply.at("error").as_string().empty()) << line;
    }
    EXPECT_EQ(bench_.authority().state(), model::State::Scheduled);
}

TEST_F(ControlRequestsTest, ALongNoteFitsAndWhatIsTooLongIsToldSo) {
    schedule();
    step("check-in");
    const auto note = [&](std::size_t bytes) {
        return ask_as(lena_, {{"do", "note"}, {"answer", std::string(bytes, 'x')}});
    };
    EXPECT_TRUE(note(32 * 1024).at("ok").as_bool());
    EXPECT_THAT(refusal(note(32 * 1024 + 1)), HasSubstr("write several"));
    const auto huge = note(kMaxRequestBytes);
    EXPECT_EQ(huge.at("code").as_string(), "too_large");
    EXPECT_THAT(refusal(huge), HasSubstr("1.5 MiB"));
}

}  // namespace
}  // namespace sightline::kiosk
