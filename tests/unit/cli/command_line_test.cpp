#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "appliance/cli/commands.h"
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
    EXPECT_THAT(trouble_, HasSubstr("start sightline-kiosk"));
    EXPECT_EQ(run({"status"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("start sightline-kiosk"));
    EXPECT_EQ(run({"invite", "--role", "king", "--name", "x"}), 2);
    EXPECT_EQ(run({"invite"}), 2);
    EXPECT_EQ(run({}), 2);
}

}  // namespace
}  // namespace sightline::cli
