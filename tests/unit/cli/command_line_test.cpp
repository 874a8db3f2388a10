#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "appliance/cli/commands.h"
#include "appliance/cli/sign_in.h"
#include "tests/support/temporary_directory.h"

namespace sightline::cli {
namespace {

using testing::HasSubstr;

class CommandLineTest : public testing::Test {
  protected:
    int run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "sightline");
        for (const auto* option : {"--state", "--run"}) {
            arguments.push_back(option);
            arguments.push_back(directory_.path().string());
        }
        std::vector<const char*> argv;
        for (const auto& argument : arguments) argv.push_back(argument.c_str());
        testing::internal::CaptureStderr();
        testing::internal::CaptureStdout();
        const int code = cli::run(static_cast<int>(argv.size()), argv.data());
        out_ = testing::internal::GetCapturedStdout();
        trouble_ = testing::internal::GetCapturedStderr();
        return code;
    }
    tests::TemporaryDirectory directory_;
    std::string out_, trouble_;
};

TEST_F(CommandLineTest, AWrongIdIsAnsweredWithHowToListThem) {
    EXPECT_EQ(run({"sessions", "show", "banana"}), 2);
    EXPECT_THAT(trouble_, HasSubstr("`sightline sessions` lists them"));
}

TEST_F(CommandLineTest, AChangeOfTheStoreWantsItsReason) {
    EXPECT_EQ(run({"erase", "00000000000000ff"}), 2);
    EXPECT_THAT(trouble_, HasSubstr("--reason"));
    EXPECT_EQ(run({"retain", "00000000000000ff", "--days", "-1"}), 2);
}

TEST_F(CommandLineTest, WhatIsNoneOfTheChoicesIsRefusedBeforeTheKioskIsAsked) {
    ASSERT_TRUE(keep_token(directory_.path(), "lena", "token"));
    EXPECT_EQ(run({"step", "pause", "--reason", "break", "--minutes", "0"}), 2);
    EXPECT_EQ(run({"step", "pause", "--reason", "break", "--minutes", "241"}), 2);
    EXPECT_EQ(run({"understood", "perhaps"}), 2);
    EXPECT_EQ(run({"view", "ceiling"}), 2);
    EXPECT_EQ(run({"check"}), 2);
    EXPECT_EQ(run({"languages", "00000000000000ff"}), 2);
    EXPECT_EQ(run({"remove"}), 2);
    // What is right gets as far as the kiosk, which does not run here.
    const std::vector<std::vector<std::string>> right_ones{
        {"step", "pause", "--reason", "break", "--minutes", "10"},
        {"understood", "no"},
        {"view", "document"},
        {"check", "room-door", "--open"},
        {"languages", "00000000000000ff", "Arabic", "Sudanese", "--heard"},
        {"remove", "00000000000000ff", "--reason", "other dialect"},
        {"note", "--bookmark"}};
    for (const auto& right : right_ones) {
        EXPECT_EQ(run(right), 1) << right.front();
        EXPECT_THAT(trouble_, HasSubstr("start sightline-kiosk")) << right.front();
    }
}

TEST_F(CommandLineTest, ThePinComesFromAFileIfOneIsNamed) {
    const auto file = directory_.path() / "pin";
    std::ofstream(file) << "246810\nnot this\n";
    EXPECT_EQ(read_pin(file, "")->reveal_text(), "246810");
    std::ofstream(file, std::ios::trunc) << "\n";
    EXPECT_THAT(read_pin(file, "").error().text, HasSubstr("empty"));
    EXPECT_EQ(run({"unlock", "--pin-file", "/nowhere"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("/nowhere"));
}

TEST_F(CommandLineTest, SaysWhatIsMissing) {
    EXPECT_EQ(run({"sessions"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("sightline sign-in"));
    ASSERT_TRUE(keep_token(directory_.path(), "lena", "token"));
    EXPECT_EQ(run({"sessions"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("start sightline-kiosk"));
    EXPECT_EQ(run({"status"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("start sightline-kiosk"));
    EXPECT_EQ(run({"invite", "--role", "king", "--name", "x"}), 2);
    EXPECT_EQ(run({"invite"}), 2);
    EXPECT_EQ(run({}), 2);
}

TEST_F(CommandLineTest, ActsForTheOnlyOneWhoIsSignedInOrForWhoIsNamed) {
    EXPECT_EQ(token_of(directory_.path(), "").error().code, base::Errc::Unauthorized);
    ASSERT_TRUE(keep_token(directory_.path(), "lena", "hers"));
    EXPECT_EQ(*token_of(directory_.path(), ""), "hers");
    const auto mode = std::filesystem::status(token_file(directory_.path(), "lena")).permissions();
    EXPECT_EQ(mode & std::filesystem::perms::all,
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    ASSERT_TRUE(keep_token(directory_.path(), "omar", "his"));
    EXPECT_THAT(token_of(directory_.path(), "").error().text, HasSubstr("--as"));
    EXPECT_EQ(*token_of(directory_.path(), "omar"), "his");
    EXPECT_FALSE(token_of(directory_.path(), "../omar"));
    EXPECT_FALSE(token_of(directory_.path(), "nobody"));
}

TEST_F(CommandLineTest, EveryCommandHasItsHelp) {
    for (const char* command : {"staff", "sign-in", "sessions", "step", "invite", "lobby", "admit",
                                "send-back", "remove", "consent", "note", "incident", "mute"}) {
        EXPECT_EQ(run({command, "--help"}), 0) << command;
        EXPECT_FALSE(out_.empty()) << command;
    }
    EXPECT_EQ(run({"consent"}), 2);
    EXPECT_EQ(run({"sessions", "schedule"}), 2) << "nobody to be interviewed";
}

}  // namespace
}  // namespace sightline::cli
