#include "session/model/interview.h"

#include <gtest/gtest.h>

namespace sightline::model {
namespace {

using std::chrono::milliseconds;

constexpr RecordTime kTen{milliseconds(10'000)};
const auto kId = base::SessionId::from_value(7);

TEST(Interview, TimesAreWrittenAsRfc3339InUtc) {
    EXPECT_EQ(to_rfc3339(RecordTime{milliseconds(0)}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(RecordTime{milliseconds(1'296'727'321'042)}), "2011-02-03T10:02:01.042Z");
    EXPECT_EQ(to_rfc3339(RecordTime{milliseconds(-1)}), "1969-12-31T23:59:59.999Z");
}

TEST(Interview, RunsUntilItIsEnded) {
    const auto opened = open_interview(kId, "Selection mission", kTen);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->running());

    const auto ended = end_interview(*opened, EndReason::Complete, kTen + milliseconds(5));
    ASSERT_TRUE(ended);
    EXPECT_FALSE(ended->running());
    EXPECT_EQ(ended->ended, kTen + milliseconds(5));
    EXPECT_EQ(ended->end_reason, EndReason::Complete);
}

TEST(Interview, EndsOnce) {
    const auto ended = end_interview(*open_interview(kId, "t", kTen), EndReason::Complete, kTen);
    const auto again = end_interview(*ended, EndReason::Interrupted, kTen + milliseconds(1));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, base::Errc::Conflict);
}

TEST(Interview, NeverEndsBeforeItBegan) {
    const auto ended = end_interview(*open_interview(kId, "t", kTen), EndReason::Complete,
                                     kTen - milliseconds(400));
    EXPECT_EQ(ended->ended, kTen);
}

TEST(Interview, RefusesATitleThatIsNoPlainText) {
    EXPECT_FALSE(open_interview(kId, "", kTen));
    EXPECT_FALSE(open_interview(kId, std::string(201, 'x'), kTen));
    EXPECT_TRUE(open_interview(kId, std::string(200, 'x'), kTen));
    EXPECT_FALSE(open_interview(kId, "two\nlines", kTen));
}

TEST(PlainName, TakesAnyScriptAndNoControlCharacters) {
    EXPECT_TRUE(is_plain_name("مريم", 120));
    EXPECT_TRUE(is_plain_name("Ngô Thị Hà", 120));
    EXPECT_TRUE(is_plain_name("\xF0\x9F\x98\x80", 120));
    EXPECT_FALSE(is_plain_name("\x1b[2J", 120));
    EXPECT_FALSE(is_plain_name("\xC2\x9B", 120)) << "CSI as one C1 control";
    EXPECT_FALSE(is_plain_name("a\x7f", 120));
}

TEST(PlainName, RefusesWhatIsNotUtf8) {
    EXPECT_FALSE(is_plain_name("\xff", 120));
    EXPECT_FALSE(is_plain_name("\xC0\xAF", 120)) << "overlong";
    EXPECT_FALSE(is_plain_name("\xED\xA0\x80", 120)) << "surrogate";
    EXPECT_FALSE(is_plain_name("\xE2\x82", 120)) << "cut short";
    EXPECT_FALSE(is_plain_name("\xF4\x90\x80\x80", 120)) << "beyond U+10FFFF";
}

TEST(EndReason, NamesReadBack) {
    EXPECT_EQ(end_reason_from_name("interrupted"), EndReason::Interrupted);
    EXPECT_EQ(end_reason_from_name("complete"), EndReason::Complete);
    EXPECT_EQ(end_reason_from_name("Complete"), std::nullopt);
}

}  // namespace
}  // namespace sightline::model
