#include "session/identity/delegation_root.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace sightline::identity {
namespace {

using base::Errc;
using base::Secret;
using testing::HasSubstr;
using testing::Not;

constexpr storage::seal::PinCost kCheap{10};

Secret secret(std::string_view text) { return Secret(text); }

class DelegationRootTest : public testing::Test {
  protected:
    DelegationRoot::Made made_ =
        DelegationRoot::create("Delegation of the test", secret("correct horse"), kCheap).value();
    const DelegationRoot& root_ = made_.root;
};

TEST_F(DelegationRootTest, OpensWithItsPinAfterItWasInAFile) {
    const auto read = DelegationRoot::parse(root_.text());
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->name(), "Delegation of the test");
    EXPECT_EQ(read->key(), root_.key());
    const auto key = read->open(secret("correct horse"));
    ASSERT_TRUE(key) << key.error().text;
    EXPECT_EQ(key->public_key(), root_.key());
}

TEST_F(DelegationRootTest, TheFileHasNothingOfTheSecretOrTheCodeInClear) {
    const auto key = root_.open(secret("correct horse")).value();
    EXPECT_THAT(root_.text(), Not(HasSubstr("\"d\"")));
    EXPECT_THAT(root_.text(), Not(HasSubstr(std::string(made_.recovery_code.reveal_text()))));
    EXPECT_THAT(root_.text(), Not(HasSubstr("correct horse")));
}

TEST_F(DelegationRootTest, AWrongPinIsForbiddenAndSaysWhatToDo) {
    const auto key = root_.open(secret("correct house"));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, Errc::Forbidden);
    EXPECT_THAT(key.error().text, HasSubstr("the PIN is wrong"));
    EXPECT_THAT(key.error().text, HasSubstr("`sightline delegation recover`"));
}

TEST_F(DelegationRootTest, ThePinHasEightCharactersBecauseItIsGuessedOffline) {
    for (const char* pin : {"", "1234567", "äöüäöüä"}) {
        const auto none = DelegationRoot::create("x", secret(pin), kCheap);
        ASSERT_FALSE(none);
        EXPECT_EQ(none.error().code, Errc::Malformed);
        EXPECT_THAT(none.error().text, HasSubstr("can try PINs for as long as they like"));
    }
    EXPECT_TRUE(DelegationRoot::create("x", secret("äöüäöüäö"), kCheap));
    EXPECT_FALSE(DelegationRoot::create("", secret("12345678"), kCheap));
}

TEST_F(DelegationRootTest, TheRecoveryCodeOpensItHoweverItIsTyped) {
    const std::string code(made_.recovery_code.reveal_text());
    EXPECT_TRUE(
        std::regex_match(code, std::regex("([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}")))
        << code.size();
    std::string typed;
    for (const char c : code) {
        if (c != '-') typed += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    EXPECT_EQ(root_.recover(secret(code)).value().public_key(), root_.key());
    EXPECT_EQ(root_.recover(secret(typed)).value().public_key(), root_.key());
    EXPECT_EQ(root_.recover(secret("no code")).error().code, Errc::Malformed);
    const auto other = DelegationRoot::create("x", secret("12345678"), kCheap).value();
    const auto wrong = root_.recover(secret(other.recovery_code.reveal_text()));
    EXPECT_EQ(wrong.error().code, Errc::Forbidden);
    EXPECT_THAT(wrong.error().text, HasSubstr("another root"));
    // The PIN is no code, and the code no PIN.
    EXPECT_FALSE(root_.open(secret(code)));
}

TEST_F(DelegationRootTest, TheRecoveryCodeSetsANewPin) {
    EXPECT_EQ(made_.root.change_pin(made_.recovery_code, secret("short"), kCheap).error().code,
              Errc::Malformed);
    const std::string before = root_.text();
    EXPECT_FALSE(made_.root.change_pin(secret("correct horse"), secret("another horse"), kCheap));
    EXPECT_EQ(root_.text(), before);
    ASSERT_TRUE(made_.root.change_pin(made_.recovery_code, secret("another horse"), kCheap));
    const auto read = DelegationRoot::parse(root_.text()).value();
    EXPECT_FALSE(read.open(secret("correct horse")));
    EXPECT_EQ(read.open(secret("another horse")).value().public_key(), root_.key());
    EXPECT_TRUE(read.recover(made_.recovery_code));
}

TEST_F(DelegationRootTest, ADamagedOrForeignFileIsRefused) {
    for (const char* text : {"", "{}", "[]", "null"}) {
        EXPECT_EQ(DelegationRoot::parse(text).error().code, Errc::Malformed) << text;
    }
    const std::string good = root_.text();
    // Another name: the sealed copies belong to the one that stood there.
    std::string renamed = good;
    renamed.replace(renamed.find("of the test"), 11, "of the best");
    EXPECT_FALSE(DelegationRoot::parse(renamed)->open(secret("correct horse")));
    // A cost that would take all memory, or none.
    for (const char* cost : {"\"log2_n\":40", "\"log2_n\":1", "\"log2_n\":-1"}) {
        EXPECT_FALSE(
            DelegationRoot::parse(std::regex_replace(good, std::regex("\"log2_n\":10"), cost)));
    }
    EXPECT_FALSE(DelegationRoot::parse(
        std::regex_replace(good, std::regex("\"sealed\":\"..."), "\"sealed\":\"xyz")));
}

}  // namespace
}  // namespace sightline::identity
