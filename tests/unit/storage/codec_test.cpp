// The forms of record bodies: what each adds, and that what an earlier program wrote is still read.
#include "storage/codec.h"

#include <gtest/gtest.h>

#include <string>

#include "storage/record_types.h"

namespace sightline::storage {
namespace {

using std::chrono::milliseconds;

base::Bytes body_of(char form, const std::string& text) {
    const std::string whole = std::string(1, form) + text;
    const auto bytes = base::as_bytes(whole);
    return {bytes.begin(), bytes.end()};
}

// The roster's only entry as a program of form 3 wrote it.
const std::string kOldAttendee =
    R"({"participant":{"id":"00000000000000b1","session":"00000000000000a1","name":"Anna",)"
    R"("role":"interpreter","token_sha256":""},"organisation":"","place":"admitted",)"
    R"("invitation":null,"logins":[],"passkeys":[],"link_secret":"","device_jwk":""})";

TEST(Codec, ARunningInterviewOfFormThreeGoesOn) {
    const auto row = decode<RunningRow>(body_of(
        '\x03',
        R"({"id":"00000000000000c1","session":"00000000000000a1","standing":{"state":"paused",)"
        R"("pause":"break","end_reason":null},"since":5,"subjects":[],"delegation":{"state":)"
        R"("NLD","basis":"consent"},"planned":null,"roster":[)" +
            kOldAttendee + R"(],"mute":{"audio":false,"video":false},"salt":"aa"})"));
    ASSERT_TRUE(row) << row.error().text;
    EXPECT_EQ(row->standing.pause, model::PauseReason::Break);
    EXPECT_FALSE(row->pause_until);
    EXPECT_TRUE(row->checks.empty());
    EXPECT_FALSE(row->understood) << "nobody was asked";
    EXPECT_EQ(row->live_before, milliseconds(0));
    ASSERT_EQ(row->roster.size(), 1u);
    EXPECT_EQ(row->roster[0].participant.name, "Anna");
    EXPECT_FALSE(row->roster[0].undertaking);
    EXPECT_FALSE(row->roster[0].warmed_up);
}

TEST(Codec, ARunningInterviewComesBackWithEverythingThatWasKeptInIt) {
    RunningRow row;
    row.pause_until = model::RecordTime(milliseconds(7));
    row.checks = {"identity-face", "room-door"};
    row.understood = false;
    row.live_before = milliseconds(61'000);
    row.roster.emplace_back();
    row.roster[0].undertaking = model::RecordTime(milliseconds(3));
    row.roster[0].language = "Arabic";
    row.roster[0].dialect = "Sudanese";
    row.roster[0].warmed_up = true;
    const auto read = decode<RunningRow>(encode(row));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->pause_until, row.pause_until);
    EXPECT_EQ(read->checks, row.checks);
    EXPECT_EQ(read->understood, false);
    EXPECT_EQ(read->live_before, row.live_before);
    EXPECT_EQ(read->roster.at(0).undertaking, row.roster[0].undertaking);
    EXPECT_EQ(read->roster.at(0).language, "Arabic");
    EXPECT_EQ(read->roster.at(0).dialect, "Sudanese");
    EXPECT_TRUE(read->roster.at(0).warmed_up);
}

TEST(Codec, AConsentOfFormThreeHasNoMark) {
    const std::string old =
        R"({"id":"00000000000000d1","person":"00000000000000d2","on_behalf":null,"item":"audio",)"
        R"("scope":"","answer":"given","text_sha256":"","language":"en","mode":"touch",)"
        R"("interpreter":"","witness":"staff 1","basis":"consent","at":9,"signature":"s"})";
    const auto consent = decode<model::Consent>(body_of('\x03', old));
    ASSERT_TRUE(consent) << consent.error().text;
    EXPECT_EQ(consent->signature, "s");
    EXPECT_TRUE(consent->mark.empty());
    auto marked = *consent;
    marked.mark = "M1 2L3 4";
    EXPECT_EQ(decode<model::Consent>(encode(marked))->mark, "M1 2L3 4");
    EXPECT_FALSE(decode<model::Consent>(body_of('\x04', old))) << "form 4 has it always";
}

TEST(Codec, ANoteOfFormThreeIsNoBookmark) {
    const auto note = decode<model::Note>(body_of(
        '\x03', R"({"id":"00000000000000e1","about":null,"interview":null,"at":9,"author":"a",)"
                R"("question":"q","answer":"","demeanour":"","degraded_link":true})"));
    ASSERT_TRUE(note) << note.error().text;
    EXPECT_TRUE(note->degraded_link);
    EXPECT_FALSE(note->bookmark);
    auto marked = *note;
    marked.bookmark = true;
    EXPECT_TRUE(decode<model::Note>(encode(marked))->bookmark);
}

TEST(Codec, AParticipantOfFormThreeHasUndertakenNothing) {
    const auto person = decode<ParticipantRecord>(body_of(
        '\x03', R"({"participant":{"id":"00000000000000b1","session":"00000000000000a1",)"
                R"("name":"Anna","role":"observer","token_sha256":""},"order":1,"removed":false,)"
                R"("stays":[],"organisation":"Ministry"})"));
    ASSERT_TRUE(person) << person.error().text;
    EXPECT_EQ(person->organisation, "Ministry");
    EXPECT_FALSE(person->undertaking);
    auto spoken = *person;
    spoken.undertaking = model::RecordTime(milliseconds(4));
    spoken.language = "Dari";
    const auto read = decode<ParticipantRecord>(encode(spoken));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->undertaking, spoken.undertaking);
    EXPECT_EQ(read->language, "Dari");
}

TEST(Codec, AFormOfANewerProgramIsRefusedWithWhatToDo) {
    const auto note = decode<model::Note>(body_of('\x05', "{}"));
    EXPECT_EQ(note.error().code, base::Errc::Unsupported);
    EXPECT_NE(note.error().text.find("update this program"), std::string::npos);
}

}  // namespace
}  // namespace sightline::storage
