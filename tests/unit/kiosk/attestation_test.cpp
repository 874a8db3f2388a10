#include "appliance/kiosk/attestation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/stored_interview.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using model::Role;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const base::SessionId kInterview = base::SessionId::from_value(0xA1);
const model::RecordTime kThen{std::chrono::milliseconds(1000)};
const model::RecordTime kLater{std::chrono::milliseconds(2000)};

class Attestations : public testing::Test {
  protected:
    base::ParticipantId id(int n) { return base::ParticipantId::from_value(n); }
    // The applicant, an interpreter, an observer, an interviewer.
    storage::RunningRow row_ =
        tests::running_row(base::RecordId::from_value(1), kInterview,
                           {tests::attendee(id(1), kInterview, "Applicant", Role::Applicant),
                            tests::attendee(id(2), kInterview, "Omar", Role::Interpreter),
                            tests::attendee(id(3), kInterview, "Jan", Role::Observer),
                            tests::attendee(id(4), kInterview, "Anna", Role::Interviewer)});
};

TEST_F(Attestations, AnUndertakingIsGivenOnceByInterpreterAndObserver) {
    for (const int who : {2, 3}) {
        const auto leaf = attest(row_, Undertaking{id(who)}, kThen);
        ASSERT_TRUE(leaf && *leaf);
        EXPECT_THAT((*leaf)->detail, HasSubstr(id(who).text()));
        EXPECT_EQ(row_.roster[who - 1].undertaking, kThen);
        const auto again = attest(row_, Undertaking{id(who)}, kLater);
        ASSERT_TRUE(again);
        EXPECT_FALSE(*again);
        EXPECT_EQ(row_.roster[who - 1].undertaking, kThen);
    }
}

TEST_F(Attestations, NobodyElseUndertakesAnything) {
    EXPECT_EQ(attest(row_, Undertaking{id(4)}, kThen).error().code, Errc::Forbidden);
    EXPECT_EQ(attest(row_, Undertaking{id(1)}, kThen).error().code, Errc::NotFound);
    EXPECT_EQ(attest(row_, Undertaking{id(9)}, kThen).error().code, Errc::NotFound);
    EXPECT_FALSE(row_.roster[3].undertaking);
}

TEST_F(Attestations, LanguagesAreAnInterpretersAndStandInNoLeaf) {
    const auto leaf = attest(row_, SpokenLanguages{id(2), "Arabic", "Sudanese", true}, kThen);
    ASSERT_TRUE(leaf && *leaf);
    EXPECT_THAT((*leaf)->detail, Not(HasSubstr("Arabic")));
    EXPECT_EQ(row_.roster[1].dialect, "Sudanese");
    EXPECT_TRUE(row_.roster[1].warmed_up);
    EXPECT_FALSE(*attest(row_, SpokenLanguages{id(2), "Arabic", "Sudanese", true}, kThen));
    EXPECT_TRUE(*attest(row_, SpokenLanguages{id(2), "Arabic", "Sudanese", false}, kThen));
    EXPECT_EQ(attest(row_, SpokenLanguages{id(3), "Dutch", "", true}, kThen).error().code,
              Errc::Forbidden);
    EXPECT_EQ(attest(row_, SpokenLanguages{id(2), "a\nb", "", true}, kThen).error().code,
              Errc::Malformed);
}

TEST_F(Attestations, AnAnswerAboutTheInterpreterMayChangeAndStandsInNoLeaf) {
    const auto leaf = attest(row_, Understanding{false}, kThen);
    ASSERT_TRUE(leaf && *leaf);
    EXPECT_EQ((*leaf)->detail, "");
    EXPECT_EQ(row_.understood, false);
    EXPECT_FALSE(*attest(row_, Understanding{false}, kLater));
    EXPECT_TRUE(*attest(row_, Understanding{true}, kLater));
    EXPECT_EQ(row_.understood, true);
}

TEST_F(Attestations, ChecklistsHaveTheItemsThatThereAre) {
    EXPECT_TRUE(*attest(row_, ChecklistTick{"room-door", true}, kThen));
    EXPECT_TRUE(*attest(row_, ChecklistTick{"identity-face", true}, kThen));
    EXPECT_THAT(row_.checks, ElementsAre("identity-face", "room-door"));
    EXPECT_FALSE(*attest(row_, ChecklistTick{"room-door", true}, kThen));
    EXPECT_TRUE(*attest(row_, ChecklistTick{"room-door", false}, kThen));
    EXPECT_THAT(row_.checks, ElementsAre("identity-face"));
    const auto unknown = attest(row_, ChecklistTick{"room-ceiling", true}, kThen);
    EXPECT_EQ(unknown.error().code, Errc::Malformed);
    EXPECT_THAT(unknown.error().text, HasSubstr("room-visible"));
}

}  // namespace
}  // namespace sightline::kiosk
