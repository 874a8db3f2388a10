#include "appliance/kiosk/session_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::kiosk {
namespace {

using testing::HasSubstr;

constexpr model::RecordTime at(std::int64_t s) {
    return model::RecordTime{std::chrono::seconds(s)};
}

storage::SessionRecord sample() {
    storage::SessionRecord record;
    record.interview = {base::SessionId::from_value(0xa1), "Mission", at(0), at(90),
                        model::EndReason::Complete};
    storage::ParticipantRecord anna;
    anna.participant = {base::ParticipantId::from_value(0xb1), record.interview.id, "Anna",
                        model::Role::Interviewer, ""};
    for (const int start : {10, 50}) {
        storage::Stay stay;
        stay.presence = {at(start), at(start + 20), model::LeaveReason::Bye};
        stay.quality.up.packets = 100;
        stay.quality.up.round_trip_ms = start;
        anna.stays.push_back(stay);
    }
    record.participants.push_back(anna);
    record.incidents.push_back({at(30), "engine.restarted"});
    return record;
}

TEST(SessionView, JsonHoldsWhoWasThereAndWhen) {
    const auto json = session_json(sample());
    EXPECT_EQ(json.at("id").as_string(), "00000000000000a1");
    EXPECT_EQ(json.at("state").as_string(), "complete");
    EXPECT_EQ(json.at("ended").as_string(), "1970-01-01T00:01:30.000Z");
    const auto& anna = json.at("participants").at(0).as_object();
    EXPECT_EQ(anna.at("role").as_string(), "interviewer");
    EXPECT_EQ(anna.at("stays").at(0).at("joined").as_string(), "1970-01-01T00:00:10.000Z");
    EXPECT_EQ(anna.at("stays").at(1).at("reason").as_string(), "bye");
    EXPECT_EQ(json.at("incidents").at(0).at("kind").as_string(), "engine.restarted");
}

TEST(SessionView, QualityIsAddedUpOverTheStays) {
    const auto json = session_json(sample());
    const auto& up = json.at("participants").at(0).at("quality").at("up").as_object();
    EXPECT_EQ(up.at("packets").to_number<int>(), 200);
    EXPECT_EQ(up.at("round_trip_ms").to_number<double>(), 50.0);
    EXPECT_TRUE(up.at("jitter_ms").is_null());
}

TEST(SessionView, ARunningInterviewHasNoEnd) {
    auto record = sample();
    record.interview.ended.reset();
    record.interview.end_reason.reset();
    record.participants[0].stays[1].presence = {at(50), std::nullopt, std::nullopt};
    const auto json = session_json(record);
    EXPECT_EQ(json.at("state").as_string(), "running");
    EXPECT_TRUE(json.at("ended").is_null());
    EXPECT_TRUE(json.at("participants").at(0).at("stays").at(1).at("left").is_null());
    EXPECT_THAT(session_text(record), HasSubstr("running"));
}

TEST(SessionView, TheTableHasOneLineEach) {
    const std::vector<storage::SessionLine> lines = {{sample().interview, 3}};
    const std::string table = session_table(lines);
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 2);
    EXPECT_THAT(table, HasSubstr("00000000000000a1"));
    EXPECT_THAT(table, HasSubstr("complete"));
}

}  // namespace
}  // namespace sightline::kiosk
