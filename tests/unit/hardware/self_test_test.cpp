#include "hardware/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace sightline::hardware {
namespace {

using std::chrono::sys_days;
using std::chrono::year;
using testing::HasSubstr;

ClockFacts good_clock() {
    return {.now = sys_days(year(2026) / 6 / 1),
            .known = true,
            .synchronised = true,
            .max_error = std::chrono::milliseconds(12)};
}

TEST(SelfTest, PassesADiskWithRoom) {
    const Check check = judge_disk({.directory = "/state", .free_bytes = 20ull << 30});
    EXPECT_TRUE(check.ok);
    EXPECT_EQ(line_of(check), "ok    disk        20 GiB free in /state");
}

TEST(SelfTest, FailsADiskThatIsNearlyFull) {
    const Check check = judge_disk({.directory = "/state", .free_bytes = kMinFreeBytes - 1});
    EXPECT_FALSE(check.ok);
    EXPECT_THAT(check.what, HasSubstr("511 MiB free"));
    EXPECT_THAT(check.what_to_do, HasSubstr("512 MiB"));
}

TEST(SelfTest, SaysHowToMendEachWriteError) {
    EXPECT_THAT(judge_disk({.directory = "/s", .write_error = ENOSPC}).what_to_do,
                HasSubstr("free some space"));
    EXPECT_THAT(judge_disk({.directory = "/s", .write_error = ENOENT}).what_to_do,
                HasSubstr("--state"));
    EXPECT_THAT(judge_disk({.directory = "/s", .write_error = EACCES}).what_to_do,
                HasSubstr("user"));
}

TEST(SelfTest, FailsADirectoryThatDoesNotExist) {
    const Check check = check_disk("/nonexistent/sightline");
    EXPECT_FALSE(check.ok);
    EXPECT_THAT(check.what, HasSubstr("does not exist"));
}

TEST(SelfTest, LeavesNothingBehindInTheStateDirectory) {
    std::string name = testing::TempDir() + "sightline-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    check_disk(name);
    EXPECT_TRUE(std::filesystem::is_empty(name));
    std::filesystem::remove(name);
}

TEST(SelfTest, PassesASynchronisedClock) {
    EXPECT_EQ(line_of(judge_clock(good_clock())), "ok    clock       synchronised within 12 ms");
}

TEST(SelfTest, PassesAClockThatATimeServiceVouchesFor) {
    ClockFacts facts = good_clock();
    facts.max_error.reset();
    EXPECT_EQ(line_of(judge_clock(facts)), "ok    clock       synchronised with a time service");
}

TEST(SelfTest, FailsAClockWithoutABattery) {
    ClockFacts facts = good_clock();
    facts.now = sys_days(year(2000) / 1 / 1);
    EXPECT_FALSE(judge_clock(facts).ok);
}

TEST(SelfTest, FailsAClockThatNobodySteers) {
    ClockFacts facts = good_clock();
    facts.synchronised = false;
    EXPECT_FALSE(judge_clock(facts).ok);
    EXPECT_THAT(judge_clock(facts).what_to_do, HasSubstr("timedatectl"));
}

TEST(SelfTest, FailsAClockThatDriftsForTooLong) {
    ClockFacts facts = good_clock();
    facts.max_error = std::chrono::seconds(6);
    EXPECT_FALSE(judge_clock(facts).ok);
}

TEST(SelfTest, DoesNotCallAClockBadBecauseTheSystemIsSilent) {
    ClockFacts facts = good_clock();
    facts.known = false;
    EXPECT_TRUE(judge_clock(facts).ok);
    EXPECT_FALSE(judge_clock(facts).what_to_do.empty());
}

TEST(SelfTest, NamesTheHubThatCannotBeReached) {
    const Check check = judge_link({.host = "hub.example", .port = 8443, .error = "refused"});
    EXPECT_FALSE(check.ok);
    EXPECT_EQ(check.what, "cannot reach the hub at hub.example port 8443: refused");
    EXPECT_THAT(check.what_to_do, HasSubstr("--hub"));
}

TEST(SelfTest, ListsTheFirstDeviceAndCountsTheRest) {
    const auto checks = judge_devices({.cameras = {"Room", "Documents"}, .screens = {"HDMI-1"}});
    ASSERT_EQ(checks.size(), 4u);
    EXPECT_EQ(line_of(checks[0]), "ok    camera      Room and 1 more");
    EXPECT_FALSE(checks[1].ok);
    EXPECT_EQ(checks[1].what, "no microphone found");
    EXPECT_FALSE(checks[2].ok);
    EXPECT_TRUE(checks[3].ok);
}

}  // namespace
}  // namespace sightline::hardware
