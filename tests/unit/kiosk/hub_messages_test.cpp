#include "appliance/kiosk/hub_messages.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

namespace sightline::kiosk {
namespace {

constexpr const char* kWho = R"("session":"00000000000000a1","participant":"00000000000000b1")";

std::string message(const std::string& type, const std::string& rest) {
    return "{\"type\":\"" + type + "\"," + rest + "}";
}

TEST(HubMessage, ReadsJoinsAndLeaves) {
    const auto joined =
        parse_hub_message(message("participant.joined", std::string(kWho) + ",\"at_ms\":1500"));
    ASSERT_TRUE(joined);
    EXPECT_EQ(std::get<Joined>(*joined).participant, base::ParticipantId::from_value(0xb1));
    EXPECT_EQ(std::get<Joined>(*joined).at.time_since_epoch().count(), 1500);

    const auto left = parse_hub_message(
        message("participant.left", std::string(kWho) + R"(,"at_ms":1600,"reason":"bye")"));
    ASSERT_TRUE(left);
    EXPECT_EQ(std::get<Left>(*left).reason, model::LeaveReason::Bye);
}

TEST(HubMessage, ALeaveForAnUnheardOfReasonIsStillALeave) {
    const auto left = parse_hub_message(
        message("participant.left", std::string(kWho) + R"(,"at_ms":1600,"reason":"eclipse")"));
    ASSERT_TRUE(left);
    EXPECT_EQ(std::get<Left>(*left).reason, model::LeaveReason::Lost);
}

TEST(HubMessage, ReadsQualityAndTakesWhatIsMissingAsNothing) {
    const auto report = parse_hub_message(message(
        "quality", std::string(kWho) +
                       R"(,"up":{"packets":10,"lost":-3,"round_trip_ms":12.5,"jitter_ms":null})"));
    ASSERT_TRUE(report);
    const auto& quality = std::get<QualityReport>(*report).quality;
    EXPECT_EQ(quality.up.packets, 10u);
    EXPECT_EQ(quality.up.lost, 0u);
    EXPECT_EQ(quality.up.round_trip_ms, 12.5);
    EXPECT_EQ(quality.up.jitter_ms, std::nullopt);
    EXPECT_EQ(quality.down, model::LinkQuality{});
}

TEST(HubMessage, RefusesWhatIsMalformed) {
    const std::string deep(40, '[');
    for (const std::string& text :
         {std::string(), std::string("x"), std::string("[]"), std::string("{}"),
          std::string(R"({"type":7})"), message("opened", R"("session":"short")"),
          message("opened", R"("session":7)"),
          message("quality", R"("session":"00000000000000a1")"),
          message("participant.joined", kWho),
          message("participant.joined", std::string(kWho) + R"(,"at_ms":"soon")"),
          message("participant.joined", std::string(kWho) + R"(,"at_ms":-1)"),
          message("participant.joined", std::string(kWho) + R"(,"at_ms":1e300)"),
          message("participant.left", std::string(kWho) + R"(,"at_ms":9223372036854775807)"),
          "{\"type\":\"opened\",\"x\":" + deep, std::string("{\"type\":\"op\xff\"}")}) {
        EXPECT_FALSE(parse_hub_message(text)) << text;
    }
}

TEST(HubMessage, ReadsWhereTheInterviewIs) {
    const auto message =
        parse_hub_message(R"({"type":"elsewhere","origin":"https://hub-b.example"})");
    ASSERT_TRUE(message);
    EXPECT_EQ(std::get<HubElsewhere>(*message).origin, "https://hub-b.example");
}

TEST(HubMessage, AnUnknownTypeIsNoError) {
    const auto unknown = parse_hub_message(R"({"type":"weather","sky":"blue"})");
    ASSERT_TRUE(unknown);
    EXPECT_EQ(std::get<Unknown>(*unknown).type, "weather");
}

TEST(HubMessage, ReadsWhatPeopleDidToSignIn) {
    const std::string hash(64, 'a');
    const auto used =
        parse_hub_message(message("invitation.used", std::string(kWho) + R"(,"at":1500)"));
    ASSERT_TRUE(used);
    EXPECT_EQ(std::get<InvitationUsed>(*used).at.time_since_epoch().count(), 1500);
    const auto refused = parse_hub_message(
        message("refused", std::string(kWho) + R"(,"what":"pause","why":"observers only watch")"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(std::get<RefusedAtHub>(*refused).what, "pause");
    EXPECT_EQ(std::get<RefusedAtHub>(*refused).why, "observers only watch");
    const auto login = parse_hub_message(
        message("login", std::string(kWho) + R"(,"until":99,"sha256":")" + hash + "\""));
    ASSERT_TRUE(login);
    EXPECT_EQ(std::get<LoggedIn>(*login).login.sha256, hash);
    const auto logout =
        parse_hub_message(message("logout", std::string(kWho) + R"(,"sha256":")" + hash + "\""));
    ASSERT_TRUE(logout);
    EXPECT_EQ(std::get<LoggedOut>(*logout).sha256, hash);
    const auto passkey = parse_hub_message(message(
        "passkey", std::string(kWho) + R"(,"id":"i","public_key":"k","counter":4294967295)"));
    ASSERT_TRUE(passkey);
    EXPECT_EQ(std::get<PasskeySeen>(*passkey).passkey.counter, 0xFFFFFFFFu);
}

TEST(HubMessage, ReadsWhatSomebodyAsksAndHowTheLeaseIs) {
    const auto asked = parse_hub_message(
        message("ask", std::string(kWho) + R"(,"what":"pause","reason":"distress")"));
    ASSERT_TRUE(asked);
    EXPECT_EQ(std::get<Asked>(*asked).what, Asked::What::Pause);
    EXPECT_EQ(std::get<Asked>(*asked).reason, "distress");
    const auto dead = parse_hub_message(message("lease.dead", R"("session":"00000000000000a1")"));
    ASSERT_TRUE(dead);
    EXPECT_FALSE(std::get<LeaseLife>(*dead).alive);
}

TEST(HubMessage, RefusesSignInsThatAreNone) {
    for (const std::string& text :
         {message("invitation.used", kWho), message("login", std::string(kWho) + R"(,"until":1)"),
          message("login", std::string(kWho) + R"(,"sha256":"ff","until":1)"),
          message("logout", kWho), message("passkey", std::string(kWho) + R"(,"counter":-1)"),
          message("ask", std::string(kWho) + R"(,"what":"dance")"),
          message("lease.dead", R"("session":7)")}) {
        EXPECT_FALSE(parse_hub_message(text)) << text;
    }
}

TEST(HubMessage, HelloCarriesThePublicKeyAsAnObject) {
    const auto hello = boost::json::parse(hub_hello("kiosk", "key", R"({"kty":"EC"})", 7));
    EXPECT_EQ(hello.at("device_key").at("kty").as_string(), "EC");
    EXPECT_EQ(hello.at("incarnation").to_number<int>(), 7);
}

TEST(HubMessage, SessionOpenCarriesHashesAndNoTokens) {
    const auto session = base::SessionId::from_value(0xa1);
    const auto interview = *model::open_interview(session, "A \"title\"", model::RecordTime{});
    const std::vector people = {*model::invited(
        {base::ParticipantId::from_value(0xb1), session, "Anna", model::Role::Interviewer, ""}, "",
        {std::string(64, 'a'), model::RecordTime{}, {}})};
    const auto messages =
        session_open(interview, {model::State::Paused, model::PauseReason::Break, {}}, people);
    ASSERT_EQ(messages.size(), 1u);
    const auto object = boost::json::parse(messages[0]).as_object();
    EXPECT_EQ(object.at("title").as_string(), "A \"title\"");
    EXPECT_EQ(object.at("state").as_string(), "paused");
    EXPECT_EQ(object.at("pause").as_string(), "break");
    const auto& person = object.at("participants").at(0).as_object();
    EXPECT_EQ(person.at("invitation").at("sha256").as_string(), std::string(64, 'a'));
    EXPECT_EQ(person.at("role").as_string(), "interviewer");
    EXPECT_EQ(person.at("place").as_string(), "lobby");
    EXPECT_FALSE(person.contains("token"));
    EXPECT_FALSE(person.contains("token_sha256"));
}

TEST(HubMessage, ALetterComesWholeOrNotAtAll) {
    const auto of = [](std::size_t size) {
        return parse_hub_message(
            message("letter", std::string(kWho) + R"(,"text":")" + std::string(size, 'x') + "\""));
    };
    const auto letter = of(kMaxLetterFromPage);
    ASSERT_TRUE(letter);
    EXPECT_EQ(std::get<HubLetter>(*letter).session, base::SessionId::from_value(0xa1));
    EXPECT_EQ(std::get<HubLetter>(*letter).participant, base::ParticipantId::from_value(0xb1));
    EXPECT_EQ(std::get<HubLetter>(*letter).text, std::string(kMaxLetterFromPage, 'x'));
    EXPECT_FALSE(of(kMaxLetterFromPage + 1));
    EXPECT_FALSE(parse_hub_message(message("letter", kWho)));
    EXPECT_FALSE(parse_hub_message(message("letter", std::string(kWho) + R"(,"text":7)")));
    EXPECT_FALSE(
        parse_hub_message(message("letter", R"("session":"00000000000000a1","text":"nobody's")")));
}

TEST(HubMessage, ALetterGoesToOnePerson) {
    const auto letter = boost::json::parse(letter_message(base::SessionId::from_value(0xa1),
                                                          base::ParticipantId::from_value(0xb1),
                                                          R"({"letter":"challenge"})"));
    EXPECT_EQ(letter, (boost::json::value{{"type", "letter"},
                                          {"session", "00000000000000a1"},
                                          {"participant", "00000000000000b1"},
                                          {"text", R"({"letter":"challenge"})"}}));
}

TEST(HubMessage, TheEndSaysWhy) {
    const auto session = base::SessionId::from_value(0xa1);
    const auto ended = boost::json::parse(
        session_state(session, {model::State::Ended, std::nullopt, model::EndReason::ByApplicant}));
    EXPECT_EQ(ended.at("end_reason").as_string(), "by-applicant");
    EXPECT_TRUE(ended.at("pause").is_null());
    EXPECT_TRUE(boost::json::parse(session_state(session, {model::State::Live, {}, {}}))
                    .at("end_reason")
                    .is_null());
}

}  // namespace
}  // namespace sightline::kiosk
