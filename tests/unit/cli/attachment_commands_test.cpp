#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "appliance/cli/commands.h"
#include "tests/support/temporary_directory.h"

namespace sightline::cli {
namespace {

using testing::HasSubstr;

class AttachmentCommandsTest : public testing::Test {
  protected:
    // Without a kiosk.
    int run(std::vector<std::string> words) {
        words.insert(words.begin(), {"sightline", "dossier"});
        for (const auto* place : {"--run", "--state"}) {
            words.insert(words.end(), {place, directory_.path().string()});
        }
        std::vector<const char*> argv;
        for (const auto& word : words) argv.push_back(word.c_str());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int code = cli::run(static_cast<int>(argv.size()), argv.data());
        testing::internal::GetCapturedStdout();
        err_ = testing::internal::GetCapturedStderr();
        return code;
    }
    std::string file(const std::string& name) const { return directory_.path() / name; }

    tests::TemporaryDirectory directory_;
    std::string err_;
    const std::string dossier_ = "00000000000000d1";
    const std::string attachment_ = "00000000000000a1";
};

TEST_F(AttachmentCommandsTest, AFileThatIsThereStaysAsItIs) {
    std::ofstream(file("letter.pdf")) << "mine";
    EXPECT_EQ(run({"fetch", dossier_, attachment_, file("letter.pdf")}), 2);
    EXPECT_THAT(err_, HasSubstr("--overwrite"));
    // Nor does a kiosk that cannot be asked cost it.
    EXPECT_EQ(run({"fetch", dossier_, attachment_, file("letter.pdf"), "--overwrite"}), 1);
    std::ifstream in(file("letter.pdf"));
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "mine");
    EXPECT_FALSE(std::filesystem::exists(file("letter.pdf.part")));
    std::filesystem::create_symlink(file("nowhere"), file("link"));
    EXPECT_EQ(run({"fetch", dossier_, attachment_, file("link")}), 2);
}

TEST_F(AttachmentCommandsTest, WhatIsNoFileOrTooLargeIsRefusedBeforeTheKioskIsAsked) {
    EXPECT_EQ(run({"attach", dossier_, file("missing.pdf")}), 2);
    EXPECT_THAT(err_, HasSubstr("missing.pdf"));
    EXPECT_EQ(run({"attach", dossier_, directory_.path().string()}), 2);
    std::ofstream(file("large.pdf")) << "%PDF-";
    std::filesystem::resize_file(file("large.pdf"), (std::uintmax_t{64} << 20) + 1);
    EXPECT_EQ(run({"attach", dossier_, file("large.pdf")}), 2);
    EXPECT_THAT(err_, HasSubstr("64 MiB"));
    std::filesystem::resize_file(file("large.pdf"), 100);
    EXPECT_EQ(run({"attach", dossier_, file("large.pdf")}), 1);
    EXPECT_THAT(err_, HasSubstr("kiosk"));
}

TEST_F(AttachmentCommandsTest, AConfidentialOneSaysWhomItIsAbout) {
    std::ofstream(file("letter.pdf")) << "%PDF-";
    EXPECT_NE(run({"attach", dossier_, file("letter.pdf"), "--confidential"}), 0);
    EXPECT_THAT(err_, HasSubstr("--about"));
    EXPECT_NE(run({"attach", dossier_, file("letter.pdf"), "--type", "zip"}), 0);
}

}  // namespace
}  // namespace sightline::cli
