// How a delegation issues its circle, on files; the kiosk's side is in its own tests.
#include "appliance/cli/circle_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "session/identity/short_code.h"
#include "session/signature/sealing_key.h"
#include "tests/support/temporary_directory.h"

namespace sightline::cli {
namespace {

namespace fs = std::filesystem;
using signature::DeviceKey;
using signature::SealingKey;
using storage::sync::SiteKeys;
using testing::HasSubstr;
using testing::SizeIs;

class CircleCommandsTest : public testing::Test {
  protected:
    CircleCommandsTest() {
        put("pin", "correct horse");
        put("keys.json", keys_.text());
        const auto made = identity::DelegationRoot::create(
            "Delegation of the test", base::Secret(std::string_view("correct horse")),
            {storage::seal::kMinLog2N});
        EXPECT_TRUE(DelegationFiles(file("ours")).begin(made->root));
    }
    std::string file(const std::string& name) const { return directory_.path() / name; }
    void put(const std::string& name, const std::string& text) const {
        std::ofstream(file(name)) << text << "\n";
    }
    int run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(),
                         {"sightline", "delegation", "--folder", file("ours"), "circle"});
        std::vector<const char*> argv;
        for (const auto& argument : arguments) argv.push_back(argument.c_str());
        testing::internal::CaptureStderr();
        testing::internal::CaptureStdout();
        const int code = cli::run(static_cast<int>(argv.size()), argv.data());
        out_ = testing::internal::GetCapturedStdout();
        trouble_ = testing::internal::GetCapturedStderr();
        return code;
    }
    int init() {
        return run({"init", "--recovery-out", file("recovery.jwk"), "--pin-file", file("pin")});
    }
    int add(const std::string& code) {
        return run({"add", "--name", "Kiosk 1", "--keys", file("keys.json"), "--code", code,
                    "--pin-file", file("pin")});
    }
    storage::sync::CircleList list() const { return **DelegationFiles(file("ours")).circle(); }

    tests::TemporaryDirectory directory_;
    const SiteKeys keys_{DeviceKey::random().public_key(), SealingKey::random().public_key()};
    const std::string code_ = identity::short_code(keys_.thumbprint());
    std::string out_, trouble_;
};

TEST_F(CircleCommandsTest, BeginsAddsAndTakesOut) {
    EXPECT_EQ(add(code_), 1);
    EXPECT_THAT(trouble_, HasSubstr("circle init"));
    ASSERT_EQ(init(), 0) << trouble_;
    EXPECT_THAT(trouble_, HasSubstr("lock it away"));
    ASSERT_EQ(add(code_), 0) << trouble_;
    ASSERT_THAT(list().sites, SizeIs(1));
    EXPECT_EQ(list().number, 2u);
    EXPECT_EQ(list().sites[0].sealing, keys_.sealing);
    EXPECT_EQ(run({"show"}), 0);
    EXPECT_THAT(out_, HasSubstr(code_ + "  Kiosk 1"));
    EXPECT_EQ(add(code_), 1);
    EXPECT_THAT(trouble_, HasSubstr("in the circle already"));
    const std::string site = list().sites[0].site.text();
    ASSERT_EQ(run({"remove", site, "--pin-file", file("pin")}), 0) << trouble_;
    EXPECT_TRUE(list().sites[0].removed);
    EXPECT_THAT(list().recipients(), SizeIs(1)) << "the recovery key alone";
    EXPECT_EQ(run({"remove", site, "--pin-file", file("pin")}), 1);
    EXPECT_EQ(add(code_), 1);
    EXPECT_THAT(trouble_, HasSubstr("has new keys"));
}

TEST_F(CircleCommandsTest, TheRecoveryKeyIsWrittenOnceForItsOwnUser) {
    ASSERT_EQ(init(), 0) << trouble_;
    std::ifstream in(file("recovery.jwk"));
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto recovery = SealingKey::parse(base::Secret(std::string_view(text)));
    ASSERT_TRUE(recovery);
    EXPECT_EQ(recovery->public_key(), list().recovery);
    EXPECT_EQ(fs::status(file("recovery.jwk")).permissions() & fs::perms::all,
              fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(init(), 1) << "a second circle would cut off the first";
}

// Whoever changes one of the two keys on their way could read everything that is sealed to it.
TEST_F(CircleCommandsTest, BelievesNoKeysWhoseCodeIsAnother) {
    ASSERT_EQ(init(), 0) << trouble_;
    const SiteKeys changed{keys_.signing, SealingKey::random().public_key()};
    put("keys.json", changed.text());
    EXPECT_EQ(add(code_), 1);
    EXPECT_THAT(trouble_, HasSubstr("changed it on its way"));
    put("keys.json", keys_.signing.jwk());
    EXPECT_EQ(add(code_), 1);
    EXPECT_THAT(trouble_, HasSubstr("dossier circle keys"));
    EXPECT_THAT(list().sites, SizeIs(0));
}

TEST_F(CircleCommandsTest, AFileOfDossiersIsJudgedBeforeTheKioskIsAsked) {
    put("bad.csv",
        "case_number,individual_number,birth_date\n"
        "123-45-67890,1-1,yesterday\n"
        "123-45-67890,1-2,1984");
    const std::string bad = file("bad.csv");
    const std::string nowhere = file("nowhere");
    const char* argv[] = {"sightline", "dossier", "import", bad.c_str(),
                          "--format",  "csv",     "--run",  nowhere.c_str()};
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    EXPECT_EQ(cli::run(8, argv), 1);
    EXPECT_THAT(testing::internal::GetCapturedStdout(),
                HasSubstr("refused: line 2: birth_date is no date"));
    EXPECT_NE(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace sightline::cli
