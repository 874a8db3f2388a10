#include "appliance/kiosk/session_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/stored_interview.h"

namespace sightline::kiosk {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr model::RecordTime at(std::int64_t s) {
    return model::RecordTime{std::chrono::seconds(s)};
}
const auto kPerson = base::RecordId::from_value(0xc1);

storage::SessionRecord sample() {
    storage::SessionRecord record;
    record.row.interview = {base::SessionId::from_value(0xa1), "Mission", at(5), at(90),
                            model::EndReason::Complete};
    record.row.kept = storage::Kept::Metadata;
    model::Person amina;
    amina.id = kPerson;
    amina.given_names = "Amina";
    record.subjects.push_back(amina);
    record.consents.push_back(tests::metadata_consent(base::RecordId::from_value(1), kPerson,
                                                      model::ConsentAnswer::Given, at(6)));
    storage::ParticipantRecord anna;
    anna.participant = {base::ParticipantId::from_value(0xb1), record.row.interview.id, "Anna",
                        model::Role::Interviewer, ""};
    for (const int start : {10, 50}) {
        storage::Stay stay;
        stay.presence = {at(start), at(start + 20), model::LeaveReason::Bye};
        stay.quality.up.packets = 100;
        stay.quality.up.round_trip_ms = start;
        anna.stays.push_back(stay);
    }
    record.participants.push_back(anna);
    record.breaks.push_back({base::RecordId::from_value(2), record.row.interview.id,
                             model::PauseReason::PrivateTalk, at(31), at(33)});
    model::Note note;
    note.at = at(40);
    note.author = "interviewer b1";
    note.question = "Where?";
    note.answer = "By the river.";
    record.notes.push_back(note);
    record.incidents.push_back({at(30), "engine.restarted", "", ""});
    return record;
}

storage::SessionRecord bare() {
    auto record = sample();
    record.row.kept = storage::Kept::Fact;
    record.row.interview.title = "";
    record.row.interview.opened = at(0);
    record.row.interview.ended = at(0);
    record.participants.clear();
    record.breaks.clear();
    record.notes.clear();
    record.incidents.clear();
    return record;
}

TEST(SessionView, JsonHoldsWhoWasThereAndWhen) {
    const auto json = session_json(sample());
    EXPECT_EQ(json.at("id").as_string(), "00000000000000a1");
    EXPECT_EQ(json.at("kept").as_string(), "metadata");
    EXPECT_EQ(json.at("state").as_string(), "ended");
    EXPECT_EQ(json.at("end_reason").as_string(), "complete");
    EXPECT_EQ(json.at("ended").as_string(), "1970-01-01T00:01:30.000Z");
    EXPECT_EQ(json.at("subjects").at(0).at("name").as_string(), "Amina");
    EXPECT_EQ(json.at("consents").at(0).at("answer").as_string(), "given");
    const auto& anna = json.at("participants").at(0).as_object();
    EXPECT_EQ(anna.at("role").as_string(), "interviewer");
    EXPECT_EQ(anna.at("stays").at(0).at("joined").as_string(), "1970-01-01T00:00:10.000Z");
    EXPECT_EQ(anna.at("stays").at(1).at("reason").as_string(), "bye");
    EXPECT_EQ(json.at("breaks").at(0).at("reason").as_string(), "private-talk");
    EXPECT_EQ(json.at("notes").at(0).at("answer").as_string(), "By the river.");
    EXPECT_EQ(json.at("incidents").at(0).at("kind").as_string(), "engine.restarted");
}

TEST(SessionView, OfTheBareFactThereIsTheDayAndNothingNearer) {
    const auto json = session_json(bare());
    EXPECT_EQ(json.at("kept").as_string(), "fact");
    EXPECT_EQ(json.at("opened").as_string(), "1970-01-01");
    EXPECT_EQ(json.at("ended").as_string(), "1970-01-01");
    EXPECT_EQ(json.at("consents").as_array().size(), 1u);
    for (const char* member : {"title", "participants", "breaks", "notes", "incidents"}) {
        EXPECT_FALSE(json.contains(member)) << member;
    }
    const auto text = session_text(bare());
    EXPECT_THAT(text, HasSubstr("kept   the bare fact\n"));
    EXPECT_THAT(text, HasSubstr("for    Amina"));
    EXPECT_THAT(text, HasSubstr("metadata given"));
    EXPECT_THAT(text, Not(HasSubstr("Anna")));
}

TEST(SessionView, TheTextListsWhatIsKeptLineByLine) {
    const auto text = session_text(sample());
    EXPECT_THAT(text, HasSubstr("kept   the metadata, by consent\n"));
    EXPECT_THAT(text, HasSubstr("  Anna, interviewer\n"));
    EXPECT_THAT(
        text, HasSubstr("  1970-01-01T00:00:31.000Z to 1970-01-01T00:00:33.000Z  private-talk\n"));
    EXPECT_THAT(text, HasSubstr("asked: Where?  answered: By the river.\n"));
    EXPECT_THAT(text, HasSubstr("engine.restarted\n"));
    EXPECT_THAT(text, HasSubstr("complete, complete\n"));
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
    record.row.interview.ended.reset();
    record.row.interview.end_reason.reset();
    record.running = tests::running_row(base::RecordId::from_value(3), record.row.interview.id, {});
    record.running->standing.state = model::State::Live;
    record.participants[0].stays[1].presence = {at(50), std::nullopt, std::nullopt};
    const auto json = session_json(record);
    EXPECT_EQ(json.at("state").as_string(), "live");
    EXPECT_TRUE(json.at("ended").is_null());
    EXPECT_TRUE(json.at("participants").at(0).at("stays").at(1).at("left").is_null());
    EXPECT_THAT(session_text(record), HasSubstr("(live)"));
}

TEST(SessionView, TheTableHasOneLineEach) {
    const std::vector<storage::SessionLine> lines = {{sample().row, {}, 3}, {bare().row, {}, 0}};
    const std::string table = session_table(lines);
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 3);
    EXPECT_THAT(table, HasSubstr("00000000000000a1"));
    EXPECT_THAT(table, HasSubstr("complete"));
    EXPECT_THAT(table, HasSubstr("metadata"));
    EXPECT_THAT(table, HasSubstr("1970-01-01 "));
}

}  // namespace
}  // namespace sightline::kiosk
