#include "session/model/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/base/hex.h"

namespace sightline::model {
namespace {

using testing::HasSubstr;

constexpr RecordTime at(std::int64_t s) { return RecordTime{std::chrono::seconds(s)}; }

Participant person(Role role, std::string name = "Anna") {
    return {base::ParticipantId::from_value(1), base::SessionId::from_value(2), std::move(name),
            role, ""};
}
Invitation invitation() { return {std::string(64, 'a'), at(100), std::nullopt}; }

TEST(Roster, WhoIsInvitedBeginsInTheLobby) {
    const auto anna = invited(person(Role::Interviewer), "", invitation());
    ASSERT_TRUE(anna);
    EXPECT_EQ(anna->place, Place::Lobby);
    EXPECT_TRUE(anna->logins.empty());
}

TEST(Roster, NobodyIsInvitedToAPlaceAtTheKiosk) {
    for (const auto role : {Role::Applicant, Role::Staff, Role::Supervisor,
                            Role::DataProtectionOfficer, Role::Operator}) {
        EXPECT_EQ(invited(person(role), "", invitation()).error().code, base::Errc::Forbidden);
    }
}

TEST(Roster, AnObserverComesFromANamedOrganisation) {
    EXPECT_THAT(invited(person(Role::Observer), "", invitation()).error().text,
                HasSubstr("organisation"));
    EXPECT_FALSE(invited(person(Role::Observer), "a\nb", invitation()));
    EXPECT_FALSE(invited(person(Role::Interviewer, ""), "", invitation()));
    EXPECT_EQ(invited(person(Role::Observer), "Ministry", invitation())->organisation, "Ministry");
}

TEST(Roster, AnInvitationIsGoodForOnce) {
    auto anna = *invited(person(Role::Interviewer), "", invitation());
    EXPECT_TRUE(use_invitation(anna, at(5)));
    EXPECT_FALSE(use_invitation(anna, at(6)));
    EXPECT_EQ(anna.invitation->used, at(5));
}

TEST(Roster, KeepsTheNewestSignInsOnly) {
    auto anna = *invited(person(Role::Interviewer), "", invitation());
    const auto hash = [](std::size_t number) {
        return std::string(64, "0123456789abcdef"[number]);
    };
    for (std::size_t i = 0; i <= kMaxLogins; ++i) add_login(anna, {hash(i), at(9)});
    add_login(anna, {hash(kMaxLogins), at(10)});
    ASSERT_EQ(anna.logins.size(), kMaxLogins);
    EXPECT_EQ(anna.logins.front().sha256, hash(1));
    EXPECT_EQ(anna.logins.back().until, at(10));
    remove_login(anna, hash(kMaxLogins));
    EXPECT_EQ(anna.logins.size(), kMaxLogins - 1);
}

TEST(Roster, APasskeysCounterNeverFallsBack) {
    auto anna = *invited(person(Role::Interviewer), "", invitation());
    ASSERT_TRUE(put_passkey(anna, {"id-1", "a2V5", 5}));
    ASSERT_TRUE(put_passkey(anna, {"id-1", "a2V5", 3}));
    EXPECT_EQ(anna.passkeys.at(0).counter, 5u);
    ASSERT_TRUE(put_passkey(anna, {"id-1", "a2V5", 8}));
    EXPECT_EQ(anna.passkeys.at(0).counter, 8u);
    EXPECT_FALSE(put_passkey(anna, {"", "a2V5", 8}));
    EXPECT_FALSE(put_passkey(anna, {"id 1", "a2V5", 8}));
    EXPECT_FALSE(put_passkey(anna, {std::string(5000, 'A'), "a2V5", 8}));
}

// The hub refuses a whole session for one passkey beyond its bounds, so none such is kept.
TEST(Roster, KeepsOnlyPasskeysThatTheHubTakesBack) {
    auto anna = *invited(person(Role::Interviewer), "", invitation());
    const std::string longest = base::to_base64url(base::Bytes(kMaxPasskeyIdBytes));
    const std::string too_long = base::to_base64url(base::Bytes(kMaxPasskeyIdBytes + 1));
    EXPECT_TRUE(put_passkey(anna, {longest, "a2V5", 1}));
    EXPECT_FALSE(put_passkey(anna, {too_long, "a2V5", 1}));
    EXPECT_FALSE(put_passkey(anna, {"id-2", "key", 1}));  // left-over bits: not base64url
}

TEST(Roster, AnInterpretersLanguagesAreShortPlainText) {
    auto omar = *invited(person(Role::Interpreter), "", invitation());
    ASSERT_TRUE(speak(omar, "Arabic", "Sudanese", true));
    EXPECT_EQ(omar.dialect, "Sudanese");
    EXPECT_TRUE(omar.warmed_up);
    EXPECT_TRUE(speak(omar, "Arabic", "", false)) << "a dialect need not be said";
    EXPECT_FALSE(omar.warmed_up);
    EXPECT_FALSE(speak(omar, std::string(kMaxLanguageBytes + 1, 'a'), "", true));
    EXPECT_FALSE(speak(omar, "Arabic", "line\nbreak", true));
    EXPECT_FALSE(speak(omar, "\xff", "", true));
    EXPECT_EQ(omar.language, "Arabic") << "what is refused changes nothing";
    EXPECT_FALSE(omar.warmed_up);
}

}  // namespace
}  // namespace sightline::model
