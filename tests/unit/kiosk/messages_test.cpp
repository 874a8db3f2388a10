#include "appliance/kiosk/messages.h"

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

TEST(HubMessage, AnUnknownTypeIsNoError) {
    const auto unknown = parse_hub_message(R"({"type":"weather","sky":"blue"})");
    ASSERT_TRUE(unknown);
    EXPECT_EQ(std::get<Unknown>(*unknown).type, "weather");
}

TEST(HubMessage, SessionOpenCarriesHashesAndNoTokens) {
    const auto session = base::SessionId::from_value(0xa1);
    const auto interview = *model::open_interview(session, "A \"title\"", model::RecordTime{});
    const std::vector people = {*model::make_participant(base::ParticipantId::from_value(0xb1),
                                                         session, "Anna", model::Role::Interviewer,
                                                         std::string(64, 'a'))};
    const auto object = boost::json::parse(session_open(interview, people)).as_object();
    EXPECT_EQ(object.at("title").as_string(), "A \"title\"");
    const auto& person = object.at("participants").at(0).as_object();
    EXPECT_EQ(person.at("token_sha256").as_string(), std::string(64, 'a'));
    EXPECT_EQ(person.at("role").as_string(), "interviewer");
    EXPECT_FALSE(person.contains("token"));
}

TEST(EngineMessage, ReadsHelloPongAndStatus) {
    const auto hello = parse_engine_message(
        R"({"type":"hello","pid":12,"source":"camera","mirror":"http://127.0.0.1:1/"})");
    ASSERT_TRUE(hello);
    EXPECT_EQ(std::get<EngineHello>(*hello).pid, 12);
    EXPECT_EQ(std::get<EnginePong>(*parse_engine_message(R"({"type":"pong","n":3})")).n, 3);
    const auto status =
        parse_engine_message(R"({"type":"status","state":"live","up":{"frames":2}})");
    ASSERT_TRUE(status);
    EXPECT_EQ(std::get<EngineStatus>(*status).fields.at("state").as_string(), "live");
    EXPECT_FALSE(std::get<EngineStatus>(*status).fields.contains("type"));
}

TEST(EngineMessage, RefusesWhatIsMalformed) {
    for (const char* text :
         {"", "nonsense", "[1]", "{}", R"({"type":"hello"})", R"({"type":"hello","pid":-4})",
          R"({"type":"hello","pid":"x"})", R"({"type":"pong"})"}) {
        EXPECT_FALSE(parse_engine_message(text)) << text;
    }
}

TEST(EngineMessage, EachOrderIsOneLine) {
    const EngineJoin join{"https://127.0.0.1:8443", "", "token\nwith a break",
                          base::SessionId::from_value(1)};
    for (const std::string& line :
         {engine_join(join), engine_leave(), engine_mute({true, false}), engine_ping(1)}) {
        EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    }
}

}  // namespace
}  // namespace sightline::kiosk
