#include "appliance/supervisor/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::supervisor {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view toml) {
    const auto units = parse_config(toml);
    return units ? "accepted" : units.error().text;
}

TEST(SupervisorConfig, ReadsUnitsInOrder) {
    const auto units = parse_config(R"(
        [[unit]]
        name = "hub"
        command = ["/usr/bin/sightline-hub", "--run", "/run/x y"]
        [[unit]]
        name = "engine"
        command = ["engine"]
        after = ["hub"]
        watchdog_ms = 1800
        restart_ms = 250
        ready_ms = 9000
        fd_store = 2
    )");
    ASSERT_TRUE(units);
    ASSERT_EQ(units->size(), 2u);
    EXPECT_THAT((*units)[0].command,
                testing::ElementsAre("/usr/bin/sightline-hub", "--run", "/run/x y"));
    EXPECT_EQ((*units)[0].watchdog.count(), 0);
    EXPECT_EQ((*units)[0].fd_store, 0u);
    EXPECT_EQ((*units)[1].fd_store, 2u);
    EXPECT_THAT((*units)[1].after, testing::ElementsAre("hub"));
    EXPECT_EQ((*units)[1].watchdog.count(), 1800);
    EXPECT_EQ((*units)[1].restart.count(), 250);
    EXPECT_EQ((*units)[1].ready_within.count(), 9000);
}

TEST(SupervisorConfig, RefusesAFileWithoutUnits) {
    EXPECT_THAT(refusal(""), HasSubstr("no [[unit]]"));
    EXPECT_THAT(refusal("unit = 3"), HasSubstr("no [[unit]]"));
}

TEST(SupervisorConfig, NamesTheLineThatIsNotToml) {
    EXPECT_THAT(refusal("[[unit]]\nname = \n"), HasSubstr("line 2"));
}

TEST(SupervisorConfig, RefusesNamesThatAreNoFileNames) {
    EXPECT_THAT(refusal("[[unit]]\nname = \"../x\"\ncommand = [\"a\"]"), HasSubstr("'../x'"));
    EXPECT_THAT(refusal("[[unit]]\ncommand = [\"a\"]"), HasSubstr("unit name ''"));
}

TEST(SupervisorConfig, RefusesTheSameNameTwice) {
    EXPECT_THAT(
        refusal("[[unit]]\nname=\"a\"\ncommand=[\"a\"]\n[[unit]]\nname=\"a\"\ncommand=[\"b\"]"),
        HasSubstr("used twice"));
}

TEST(SupervisorConfig, RefusesACommandThatIsNoList) {
    EXPECT_THAT(refusal("[[unit]]\nname=\"a\"\ncommand=\"a b\""), HasSubstr("'a': command"));
    EXPECT_THAT(refusal("[[unit]]\nname=\"a\"\ncommand=[]"), HasSubstr("'a': command"));
    EXPECT_THAT(refusal("[[unit]]\nname=\"a\"\ncommand=[1]"), HasSubstr("'a': command"));
}

TEST(SupervisorConfig, RefusesToWaitForAUnitThatComesLater) {
    EXPECT_THAT(refusal("[[unit]]\nname=\"a\"\ncommand=[\"a\"]\nafter=[\"b\"]\n"
                        "[[unit]]\nname=\"b\"\ncommand=[\"b\"]"),
                HasSubstr("'b', which does not stand before it"));
}

TEST(SupervisorConfig, RefusesTimesOutOfRangeAndUnknownKeys) {
    EXPECT_THAT(refusal("[[unit]]\nname=\"a\"\ncommand=[\"a\"]\nwatchdog_ms=-1"),
                HasSubstr("whole milliseconds"));
    EXPECT_THAT(refusal("[[unit]]\nname=\"a\"\ncommand=[\"a\"]\nrestart_ms=1.5"),
                HasSubstr("whole milliseconds"));
    EXPECT_THAT(refusal("[[unit]]\nname=\"a\"\ncommand=[\"a\"]\nwatchdog=5"),
                HasSubstr("unknown key 'watchdog'"));
}

TEST(SupervisorConfig, RefusesADescriptorStoreOfNoSensibleSize) {
    for (const char* size : {"-1", "17", "true", "\"2\""}) {
        EXPECT_THAT(refusal(std::string("[[unit]]\nname=\"a\"\ncommand=[\"a\"]\nfd_store=") + size),
                    HasSubstr("fd_store is a number from 0 to 16"));
    }
}

TEST(SupervisorConfig, NamesTheFileThatCannotBeRead) {
    const auto units = load_config("/nonexistent.toml");
    ASSERT_FALSE(units);
    EXPECT_THAT(units.error().text, HasSubstr("/nonexistent.toml"));
    EXPECT_THAT(units.error().text, HasSubstr("--config"));
}

}  // namespace
}  // namespace sightline::supervisor
