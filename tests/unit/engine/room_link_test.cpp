#include "appliance/engine/room_link.h"

#include <gtest/gtest.h>

namespace sightline::engine {
namespace {

TEST(RoomMessage, ReadsTheRoster) {
    const auto message = parse_room_message(
        R"({"type":"roster","participants":[{"id":"00000000000000ab","name":"Person One","role":"interviewer",)"
        R"("present":true,"publishing":true,"audio":"on","video":"muted"}]})");
    ASSERT_TRUE(message);
    const auto& people = std::get<Roster>(*message).people;
    ASSERT_EQ(people.size(), 1u);
    EXPECT_EQ(people[0].id.text(), "00000000000000ab");
    EXPECT_EQ(people[0].role, "interviewer");
    EXPECT_TRUE(people[0].present);
    EXPECT_TRUE(people[0].audio_on);
    EXPECT_FALSE(people[0].video_on);
}

TEST(RoomMessage, ReadsSlotsWithEmptyOnes) {
    const auto message = parse_room_message(
        R"({"type":"slots","resource":"00000000000000cd","slots":["00000000000000ab",null]})");
    ASSERT_TRUE(message);
    const auto& slots = std::get<Slots>(*message);
    EXPECT_EQ(slots.resource, "00000000000000cd");
    ASSERT_EQ(slots.slots.size(), 2u);
    EXPECT_EQ(slots.slots[0]->text(), "00000000000000ab");
    EXPECT_FALSE(slots.slots[1]);
}

TEST(RoomMessage, ReadsWhereTheInterviewStands) {
    const auto standing = [](const char* text) {
        return std::get<Stands>(*parse_room_message(text)).standing;
    };
    EXPECT_EQ(standing(R"({"type":"state","state":"live","pause":null})").state,
              model::State::Live);
    EXPECT_EQ(standing(R"({"type":"state","state":"paused","pause":"private-talk"})").pause,
              model::PauseReason::PrivateTalk);
    // What cannot be read is a pause in which nobody is seen.
    for (const char* text : {R"({"type":"state"})", R"({"type":"state","state":"dance"})",
                             R"({"type":"state","state":"paused","pause":"siesta"})",
                             R"({"type":"state","state":"dance","pause":7})"}) {
        EXPECT_EQ(standing(text),
                  (model::Standing{model::State::Paused, model::PauseReason::Break, {}}))
            << text;
    }
    EXPECT_EQ(std::get<Welcome>(
                  *parse_room_message(R"({"type":"welcome","self":"00000000000000ab",)"
                                      R"("role":"applicant","state":"waiting","pause":null})"))
                  .standing.state,
              model::State::Waiting);
}

TEST(RoomMessage, ReadsWelcomeEndAndRefusal) {
    EXPECT_TRUE(std::holds_alternative<Welcome>(
        *parse_room_message(R"({"type":"welcome","self":"00000000000000ab","role":"applicant"})")));
    EXPECT_EQ(std::get<Ended>(*parse_room_message(R"({"type":"ended","reason":"closed"})")).reason,
              "closed");
    EXPECT_TRUE(std::holds_alternative<Refused>(
        *parse_room_message(R"({"type":"error","code":403,"detail":"no"})")));
}

TEST(RoomMessage, RefusesWhatAHubWouldNotSay) {
    std::string too_many = R"({"type":"slots","resource":"00000000000000cd","slots":[null)";
    for (int i = 0; i < 1000; ++i) too_many += ",null";
    too_many += "]}";
    for (const std::string& text :
         {std::string("hello"), std::string("[1]"), std::string(R"({"type":"welcome","self":"x"})"),
          std::string(R"({"type":"roster","participants":[3]})"),
          std::string(R"({"type":"roster","participants":[{"id":"12"}]})"),
          std::string(R"({"type":"slots","slots":["zz"]})"), too_many}) {
        EXPECT_FALSE(parse_room_message(text)) << text.substr(0, 60);
    }
}

TEST(RoomMessage, IgnoresTypesOfALaterVersion) {
    const auto message = parse_room_message(R"({"type":"weather"})");
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().code, base::Errc::Unsupported);
}

}  // namespace
}  // namespace sightline::engine
