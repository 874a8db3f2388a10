#include "appliance/cli/delegation_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "appliance/cli/delegation_files.h"
#include "session/identity/short_code.h"
#include "session/identity/trust.h"
#include "tests/support/temporary_directory.h"

namespace sightline::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using model::Role;
using signature::DeviceKey;
using signature::PublicKey;
using testing::HasSubstr;

std::string code_of(const PublicKey& key) { return identity::short_code(key.thumbprint()); }

identity::UnixTime now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// The administrator's whole way, on files; the kiosk is its rules.
class DelegationCommandsTest : public testing::Test {
  protected:
    DelegationCommandsTest() {
        put("pin", "correct horse");
        put("new-pin", "battery staple");
        put("her.jwk", hers_.public_key().jwk());
        put("her-new.jwk", her_new_.public_key().jwk());
        put("kiosk.jwk", kiosk_.public_key().jwk());
    }
    std::string file(const std::string& name) const { return directory_.path() / name; }
    void put(const std::string& name, const std::string& text) const {
        std::ofstream(file(name)) << text << "\n";
    }
    std::string text_of(const std::string& name) const {
        std::ifstream in(file(name));
        return std::string(std::istreambuf_iterator<char>(in), {});
    }
    int run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"sightline", "delegation", "--folder", file("ours")});
        std::vector<const char*> argv;
        for (const auto& argument : arguments) argv.push_back(argument.c_str());
        testing::internal::CaptureStderr();
        testing::internal::CaptureStdout();
        const int code = cli::run(static_cast<int>(argv.size()), argv.data());
        out_ = testing::internal::GetCapturedStdout();
        trouble_ = testing::internal::GetCapturedStderr();
        return code;
    }
    int run_signed(std::vector<std::string> arguments, const char* pin = "pin") {
        arguments.insert(arguments.end(), {"--pin-file", file(pin)});
        return run(std::move(arguments));
    }
    int enrol(const char* key_file, const PublicKey& key, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{
            "enrol", "--name", "Member of the test", "--role", "interviewer", "--organisation",
            "Test",  "--key",  file(key_file),       "--code", code_of(key)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_signed(std::move(arguments));
    }
    void init() { ASSERT_EQ(run_signed({"init", "Delegation of the test"}), 0) << trouble_; }
    // The same, where a try of the PIN costs nothing.
    void init_cheaply() {
        const auto made = identity::DelegationRoot::create(
            "Delegation of the test", base::Secret(std::string_view("correct horse")),
            {storage::seal::kMinLog2N});
        ASSERT_TRUE(DelegationFiles(file("ours")).begin(made->root));
    }
    void certify() {
        ASSERT_EQ(run_signed({"mission", "Mission of the test", "--kiosk", file("kiosk.jwk"),
                              "--code", code_of(kiosk_.public_key())}),
                  0)
            << trouble_;
    }
    identity::Papers papers() const {
        const auto line = [&](const char* name) {
            std::string text = text_of(std::string("ours/") + name);
            text.pop_back();
            return text;
        };
        return {line("delegation.jwk"), line("roster.jws"), line("mission.jws")};
    }
    bool vouched(const DeviceKey& key) const {
        return trust_.vouch(key.public_key(), Role::Interviewer, now()).has_value();
    }
    void take() {
        const auto taken = trust_.take(papers(), kiosk_.public_key(), now());
        ASSERT_TRUE(taken) << taken.error().text;
    }

    tests::TemporaryDirectory directory_;
    const DeviceKey hers_ = DeviceKey::random(), her_new_ = DeviceKey::random();
    const DeviceKey kiosk_ = DeviceKey::random();
    identity::Trust trust_;
    std::string out_, trouble_;
};

TEST_F(DelegationCommandsTest, FromTheRootToAKioskThatBelievesTheMembers) {
    init();
    ASSERT_EQ(enrol("her.jwk", hers_.public_key()), 0) << trouble_;
    EXPECT_THAT(out_, HasSubstr("roster 1, 1 members, good until "));
    certify();
    take();
    EXPECT_TRUE(vouched(hers_));

    // Her browser's profile is lost: a new key takes the old one's place.
    ASSERT_EQ(
        enrol("her-new.jwk", her_new_.public_key(), {"--replaces", code_of(hers_.public_key())}), 0)
        << trouble_;
    const auto with_new = papers();
    take();
    EXPECT_FALSE(vouched(hers_));
    EXPECT_TRUE(vouched(her_new_));

    ASSERT_EQ(run_signed({"revoke", code_of(her_new_.public_key())}), 0) << trouble_;
    take();
    EXPECT_FALSE(vouched(her_new_));
    EXPECT_FALSE(trust_.take(with_new, kiosk_.public_key(), now()));

    ASSERT_EQ(run_signed({"roster", "--above", "40", "--days", "2"}), 0) << trouble_;
    take();
    EXPECT_EQ(trust_.roster().number, 41u);
    EXPECT_LE(trust_.roster().until, now() + std::chrono::hours(48));
}

TEST_F(DelegationCommandsTest, ARootIsNeverOverwritten) {
    init_cheaply();
    const std::string before = text_of("ours/root.json");
    EXPECT_EQ(run_signed({"init", "Another"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("never overwritten"));
    EXPECT_EQ(text_of("ours/root.json"), before);
}

TEST_F(DelegationCommandsTest, TheFilesAreForTheirUserAlone) {
    init();
    ASSERT_EQ(run_signed({"roster"}), 0) << trouble_;
    certify();
    for (const char* name : {"root.json", "delegation.jwk", "roster.jws", "mission.jws"}) {
        EXPECT_EQ(fs::status(file(std::string("ours/") + name)).permissions(),
                  fs::perms::owner_read | fs::perms::owner_write)
            << name;
    }
    EXPECT_EQ(fs::status(file("ours")).permissions(), fs::perms::owner_all);
    EXPECT_EQ(std::distance(fs::directory_iterator(file("ours")), fs::directory_iterator()), 4);
}

TEST_F(DelegationCommandsTest, AWrongOrShortPinSignsNothing) {
    put("short", "1234567");
    EXPECT_EQ(run_signed({"init", "Delegation of the test"}, "short"), 1);
    EXPECT_THAT(trouble_, HasSubstr("8 to 128 characters"));
    init_cheaply();
    EXPECT_EQ(run_signed({"roster"}, "new-pin"), 1);
    EXPECT_THAT(trouble_, HasSubstr("the PIN is wrong"));
    EXPECT_FALSE(fs::exists(file("ours/roster.jws")));
}

TEST_F(DelegationCommandsTest, TheRecoveryCodeThatIsShownOnceSetsANewPin) {
    init();
    std::smatch code;
    ASSERT_TRUE(std::regex_search(out_, code, std::regex("recovery code ([0-9A-Z-]{39})\n")));
    EXPECT_EQ(text_of("ours/root.json").find(code[1].str()), std::string::npos);
    put("code", code[1].str());
    ASSERT_EQ(run_signed({"recover", "--recovery-file", file("code")}, "new-pin"), 0) << trouble_;
    EXPECT_EQ(run_signed({"roster"}), 1);
    EXPECT_EQ(run_signed({"roster"}, "new-pin"), 0) << trouble_;
    put("code", "0000-0000-0000-0000-0000-0000-0000-0000");
    EXPECT_EQ(run_signed({"recover", "--recovery-file", file("code")}, "pin"), 1);
    EXPECT_THAT(trouble_, HasSubstr("compare it with the paper"));
}

TEST_F(DelegationCommandsTest, AKeyIsBelievedByTheCodeThatWasReadOut) {
    init_cheaply();
    EXPECT_EQ(enrol("her.jwk", her_new_.public_key()), 1);
    EXPECT_THAT(trouble_, HasSubstr("somebody may have changed it on its way"));
    EXPECT_EQ(run_signed({"mission", "x", "--kiosk", file("kiosk.jwk"), "--code",
                          code_of(hers_.public_key())}),
              1);
    put("her.jwk", std::string(hers_.secret_jwk().reveal_text()));
    EXPECT_EQ(enrol("her.jwk", hers_.public_key()), 1);
    EXPECT_THAT(trouble_, HasSubstr("this is a secret key"));
}

TEST_F(DelegationCommandsTest, ARosterOfAnotherRootIsNotGoneOnWith) {
    init_cheaply();
    ASSERT_EQ(run_signed({"roster"}), 0);
    put("ours/delegation.jwk", hers_.public_key().jwk());
    EXPECT_EQ(run_signed({"roster"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("has not signed it"));
}

TEST_F(DelegationCommandsTest, ShowsWhoThereIs) {
    EXPECT_EQ(run({"show"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("--folder"));
    init_cheaply();
    ASSERT_EQ(enrol("her.jwk", hers_.public_key()), 0) << trouble_;
    certify();
    ASSERT_EQ(run({"show"}), 0);
    EXPECT_THAT(out_, HasSubstr(code_of(hers_.public_key()) + "  interviewer  Member of the test"));
    EXPECT_THAT(out_,
                HasSubstr("\"Mission of the test\" at the kiosk " + code_of(kiosk_.public_key())));
    ASSERT_EQ(run({"show", "--json"}), 0);
    const auto shown = json::parse(out_);
    EXPECT_EQ(shown.at("roster").at("number").as_int64(), 1);
    EXPECT_FALSE(shown.at("roster").at("expired").as_bool());
}

TEST_F(DelegationCommandsTest, WhatIsMissingIsNamed) {
    EXPECT_EQ(run_signed({"roster"}), 1);
    EXPECT_EQ(run({"take"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("delegation.jwk"));
    EXPECT_EQ(run({"enrol"}), 2);
    init_cheaply();
    EXPECT_EQ(run_signed({"revoke", "0000-0000-0000"}), 1);
    EXPECT_THAT(trouble_, HasSubstr("`sightline delegation show`"));
    EXPECT_EQ(run_signed({"roster", "--days", "0"}), 2);
}

}  // namespace
}  // namespace sightline::cli
