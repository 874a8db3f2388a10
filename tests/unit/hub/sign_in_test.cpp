#include "appliance/hub/sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/hub/failed_attempts.h"
#include "appliance/hub/messages.h"
#include "appliance/hub/page_cookie.h"
#include "tests/support/software_authenticator.h"

namespace sightline::hub {
namespace {

using base::Errc;
using base::ParticipantId;
using base::SessionId;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::SoftwareAuthenticator;

const SessionId kSession = SessionId::from_value(1);
const ParticipantId kIda = ParticipantId::from_value(7);
const ParticipantId kOtto = ParticipantId::from_value(8);
const RelyingParty kSite{"http://localhost:8080", "localhost"};

ParticipantSpec invited(ParticipantId id, const std::string& invitation) {
    ParticipantSpec spec{id, "P", model::Role::Interviewer, std::nullopt};
    spec.credentials.invitation =
        InvitationSpec{hash_token(invitation), model::RecordTime(hours(10))};
    return spec;
}

class SignInRules : public testing::Test {
  protected:
    SignInRules() { state(invited(kIda, "ida")); }

    // What the kiosk says, as Signalling takes it. Returns what the kiosk must hear.
    std::vector<CredentialNews> state(const ParticipantSpec& spec) {
        EXPECT_TRUE(registry_.open({kSession, "T", {spec}, {}}, "k"));
        return credentials_.learn({kSession, spec.id, spec.role}, spec.credentials);
    }
    void remove(ParticipantId participant) {
        EXPECT_TRUE(registry_.remove(kSession, participant, "k"));
        credentials_.forget(participant);
    }
    SignIn::Entered come_in() { return sign_in_.by_invitation("ida", now_).value(); }
    std::optional<Holder> who(const std::string& cookie) {
        return sign_in_.signed_in(cookie, now_.wall);
    }
    void pass(std::chrono::milliseconds time) {
        now_.steady += time;
        now_.wall += time;
    }

    RegistrationAnswer registration(const SoftwareAuthenticator& device, const Holder& holder) {
        const auto challenge = sign_in_.challenge(kSite, holder, "::1", now_.steady);
        return {device.client_data("webauthn.create", challenge), device.attestation_object()};
    }
    AssertionAnswer assertion(const SoftwareAuthenticator& device, ParticipantId who = kIda) {
        const auto challenge = sign_in_.challenge(kSite, std::nullopt, "::1", now_.steady);
        AssertionAnswer answer{device.id,
                               device.client_data("webauthn.get", challenge),
                               device.assertion_data(),
                               {},
                               base::Bytes(8)};
        answer.signature = device.sign(answer.authenticator_data, answer.client_data);
        base::store64(answer.user_handle.data(), who.value());
        return answer;
    }

    SessionRegistry registry_;
    Credentials credentials_;
    SignIn sign_in_{registry_, credentials_};
    Now now_{base::Instant(seconds(1000)), model::RecordTime(hours(1))};
};

TEST_F(SignInRules, AnInvitationWorksOnce) {
    const auto entered = come_in();
    EXPECT_EQ(entered.holder.participant, kIda);
    ASSERT_EQ(entered.news.size(), 2u);
    EXPECT_EQ(std::get<InvitationUsed>(entered.news[0]).at, now_.wall);
    EXPECT_EQ(std::get<LoginStarted>(entered.news[1]).login.sha256, hash_token(entered.cookie));
    ASSERT_TRUE(who(entered.cookie));
    const auto again = sign_in_.by_invitation("ida", now_);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::Conflict);
    EXPECT_THAT(again.error().text, testing::HasSubstr("used already"));
    EXPECT_TRUE(who(entered.cookie)) << "the failure changed nothing";
}

TEST_F(SignInRules, AnInvitationThatIsLateOrUnknownLetsNobodyIn) {
    EXPECT_EQ(sign_in_.by_invitation("otto", now_).error().code, Errc::Unauthorized);
    EXPECT_EQ(sign_in_.by_invitation("", now_).error().code, Errc::Unauthorized);
    pass(hours(9));
    EXPECT_EQ(sign_in_.by_invitation("ida", now_).error().code, Errc::Conflict);
}

TEST_F(SignInRules, LookingAtAnInvitationDoesNotUseIt) {
    EXPECT_TRUE(sign_in_.invited("ida", now_));
    EXPECT_TRUE(sign_in_.by_invitation("ida", now_));
}

TEST_F(SignInRules, ItIsKnownWhoseASpentInvitationWas) {
    EXPECT_FALSE(sign_in_.once_invited("nobody's", now_));
    come_in();
    ASSERT_TRUE(sign_in_.once_invited("ida", now_));
    EXPECT_EQ(sign_in_.once_invited("ida", now_)->participant, kIda);
    ASSERT_TRUE(registry_.remove(kSession, kIda, "k"));
    EXPECT_FALSE(sign_in_.once_invited("ida", now_)) << "removed: nobody of ours";
}

TEST_F(SignInRules, ANewInvitationMakesTheOldOneVoid) {
    state(invited(kIda, "second"));
    EXPECT_EQ(sign_in_.by_invitation("ida", now_).error().code, Errc::Unauthorized);
    EXPECT_TRUE(sign_in_.by_invitation("second", now_));
}

TEST_F(SignInRules, AKioskThatMissedTheNewsHearsItAgain) {
    const auto entered = come_in();
    const auto news = state(invited(kIda, "ida"));
    EXPECT_EQ(news.size(), 2u) << "the invitation was used, and a login began";
    EXPECT_EQ(sign_in_.by_invitation("ida", now_).error().code, Errc::Conflict)
        << "what the kiosk says does not make it good again";

    ParticipantSpec kept{kIda, "P", model::Role::Interviewer, std::nullopt};
    kept.credentials.logins = {{hash_token(entered.cookie), now_.wall + hours(12)}};
    EXPECT_TRUE(state(kept).empty()) << "now it knows everything";
    ASSERT_TRUE(sign_in_.sign_out(entered.cookie));
    const auto logout = state(kept);
    ASSERT_EQ(logout.size(), 1u);
    EXPECT_EQ(std::get<LoginEnded>(logout[0]).sha256, hash_token(entered.cookie));
    EXPECT_FALSE(who(entered.cookie)) << "an ended login is not stated back to life";
}

TEST_F(SignInRules, ALoginComesBackWithTheKioskAfterARestartOfTheHub) {
    const auto entered = come_in();
    SessionRegistry registry;
    Credentials credentials;
    SignIn restarted(registry, credentials);
    EXPECT_FALSE(restarted.signed_in(entered.cookie, now_.wall));
    ParticipantSpec kept{kIda, "P", model::Role::Interviewer, std::nullopt};
    kept.credentials.logins = {std::get<LoginStarted>(entered.news[1]).login};
    ASSERT_TRUE(registry.open({kSession, "T", {kept}, {}}, "k"));
    EXPECT_TRUE(credentials.learn(entered.holder, kept.credentials).empty());
    EXPECT_TRUE(restarted.signed_in(entered.cookie, now_.wall));
}

TEST_F(SignInRules, ALoginEndsByItsTime) {
    const auto entered = come_in();
    pass(kLoginLife - seconds(1));
    EXPECT_TRUE(who(entered.cookie));
    EXPECT_TRUE(credentials_.logins.expire(now_.wall).empty());
    pass(seconds(1));
    EXPECT_FALSE(who(entered.cookie));
    const auto out = credentials_.logins.expire(now_.wall);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].participant, kIda);
}

TEST_F(SignInRules, ATicketWorksOnceForThirtySeconds) {
    const auto entered = come_in();
    const auto ticket = [&] {
        return sign_in_.ticket(entered.holder, entered.cookie, now_.steady);
    };
    const std::string first = ticket();
    EXPECT_EQ(first.size(), 43u);
    ASSERT_TRUE(sign_in_.redeem_ticket(first, now_.steady));
    EXPECT_FALSE(sign_in_.redeem_ticket(first, now_.steady)) << "replayed";
    const std::string late = ticket();
    EXPECT_FALSE(sign_in_.redeem_ticket(late, now_.steady + kTicketLife));
    const std::string signed_out = ticket();
    sign_in_.sign_out(entered.cookie);
    EXPECT_FALSE(sign_in_.redeem_ticket(signed_out, now_.steady));
    EXPECT_FALSE(sign_in_.redeem_ticket(entered.cookie, now_.steady)) << "a cookie is no ticket";
}

TEST_F(SignInRules, TicketsAreBounded) {
    const auto entered = come_in();
    const std::string first = sign_in_.ticket(entered.holder, entered.cookie, now_.steady);
    for (std::size_t i = 0; i < kMaxTickets; ++i) {
        sign_in_.ticket(entered.holder, entered.cookie, now_.steady);
    }
    EXPECT_EQ(credentials_.tickets.size(), kMaxTickets);
    EXPECT_FALSE(sign_in_.redeem_ticket(first, now_.steady));
}

TEST_F(SignInRules, NothingOfARemovedPersonWorksOrComesBack) {
    const auto entered = come_in();
    SoftwareAuthenticator device;
    ASSERT_TRUE(sign_in_.register_passkey(kSite, entered.holder,
                                          registration(device, entered.holder), now_));
    ParticipantSpec again = invited(kIda, "third");
    again.credentials.logins = {{hash_token(entered.cookie), now_.wall + hours(1)}};
    again.credentials.passkeys = sign_in_.passkeys(entered.holder);
    const std::string ticket = sign_in_.ticket(entered.holder, entered.cookie, now_.steady);
    remove(kIda);
    EXPECT_FALSE(who(entered.cookie));
    EXPECT_FALSE(sign_in_.redeem_ticket(ticket, now_.steady));
    device.counter = 2;
    EXPECT_EQ(sign_in_.by_passkey(kSite, assertion(device), now_).error().code, Errc::Unauthorized);

    // A kiosk that states all of it again, as after a restart, brings nobody back: even if the
    // credentials were learnt, the registry does not know the person.
    state(again);
    EXPECT_FALSE(who(entered.cookie));
    EXPECT_EQ(sign_in_.by_invitation("third", now_).error().code, Errc::Unauthorized);
    EXPECT_EQ(sign_in_.by_passkey(kSite, assertion(device), now_).error().code, Errc::Unauthorized);
}

TEST_F(SignInRules, WhatIsSomebodyElsesCannotBeStated) {
    const auto entered = come_in();
    ParticipantSpec thief{kOtto, "Q", model::Role::Observer, std::nullopt};
    thief.credentials.logins = {{hash_token(entered.cookie), now_.wall + hours(1)}};
    EXPECT_EQ(credentials_.fits(thief).error().code, Errc::Conflict);
    EXPECT_EQ(credentials_.fits(invited(kOtto, "ida")).error().code, Errc::Conflict);
    EXPECT_TRUE(credentials_.fits(invited(kOtto, "otto")));
}

TEST_F(SignInRules, TheNinthLoginDisplacesTheOldest) {
    const Holder ida = come_in().holder;
    std::optional<TokenHash> displaced;
    for (std::size_t i = 1; i <= kMaxLogins; ++i) {
        EXPECT_FALSE(displaced) << i;
        displaced =
            credentials_.logins.start(ida, {hash_token(std::to_string(i)), now_.wall + hours(1)});
    }
    EXPECT_TRUE(displaced);
}

TEST_F(SignInRules, APasskeyBringsOneBack) {
    const auto entered = come_in();
    SoftwareAuthenticator device;
    const auto added = sign_in_.register_passkey(kSite, entered.holder,
                                                 registration(device, entered.holder), now_);
    ASSERT_TRUE(added) << added.error().text;
    EXPECT_EQ(added->passkey.id, device.id);
    device.counter = 5;
    const auto back = sign_in_.by_passkey(kSite, assertion(device), now_);
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_TRUE(who(back->cookie));
    ASSERT_EQ(back->news.size(), 2u);
    EXPECT_EQ(std::get<PasskeyChanged>(back->news[1]).passkey.counter, 5u);
    EXPECT_EQ(sign_in_.by_passkey(kSite, assertion(device), now_).error().code, Errc::Unauthorized)
        << "the same counter again: a copy";
    device.counter = 6;
    EXPECT_TRUE(sign_in_.by_passkey(kSite, assertion(device), now_));
}

TEST_F(SignInRules, AnAnswerWorksOnceAndForFiveMinutesAndForItsPurposeOnly) {
    const auto entered = come_in();
    SoftwareAuthenticator device;
    const auto answer = registration(device, entered.holder);
    ASSERT_TRUE(sign_in_.register_passkey(kSite, entered.holder, answer, now_));
    EXPECT_EQ(sign_in_.register_passkey(kSite, entered.holder, answer, now_).error().code,
              Errc::Forbidden);
    EXPECT_EQ(
        sign_in_.register_passkey(kSite, entered.holder, registration(device, entered.holder), now_)
            .error()
            .code,
        Errc::Conflict)
        << "registered already";

    device.counter = 2;
    const auto late = assertion(device);
    pass(kChallengeLife);
    EXPECT_EQ(sign_in_.by_passkey(kSite, late, now_).error().code, Errc::Forbidden);
    const auto elsewhere = assertion(device);
    EXPECT_EQ(
        sign_in_.by_passkey({"http://localhost:9", "localhost"}, elsewhere, now_).error().code,
        Errc::Forbidden);
    EXPECT_EQ(sign_in_.by_passkey(kSite, elsewhere, now_).error().code, Errc::Forbidden)
        << "used up by the attempt";
    const auto good = assertion(device);
    EXPECT_TRUE(sign_in_.by_passkey(kSite, good, now_));
    EXPECT_EQ(sign_in_.by_passkey(kSite, good, now_).error().code, Errc::Forbidden) << "replayed";
}

TEST_F(SignInRules, SomebodyElsesChallengeRegistersNothing) {
    state(invited(kOtto, "otto"));
    const Holder ida = come_in().holder;
    const Holder otto = sign_in_.by_invitation("otto", now_)->holder;
    const SoftwareAuthenticator device;
    EXPECT_EQ(sign_in_.register_passkey(kSite, otto, registration(device, ida), now_).error().code,
              Errc::Forbidden);
    EXPECT_TRUE(sign_in_.passkeys(otto).empty());
}

TEST_F(SignInRules, ThePasskeyMustSayWhoseItIs) {
    state(invited(kOtto, "otto"));
    const Holder ida = come_in().holder;
    SoftwareAuthenticator device;
    ASSERT_TRUE(sign_in_.register_passkey(kSite, ida, registration(device, ida), now_));
    device.counter = 2;
    EXPECT_EQ(sign_in_.by_passkey(kSite, assertion(device, kOtto), now_).error().code,
              Errc::Unauthorized);
    AssertionAnswer nameless = assertion(device);
    nameless.user_handle.clear();
    EXPECT_EQ(sign_in_.by_passkey(kSite, nameless, now_).error().code, Errc::Unauthorized);
}

TEST_F(SignInRules, PasskeysAreOfferedWhereBrowsersHaveThem) {
    const Holder ida = come_in().holder;
    const auto offered = [&](const char* origin) {
        return sign_in_.may_register(ida, relying_party(origin));
    };
    EXPECT_TRUE(offered("https://hub.example"));
    EXPECT_TRUE(offered("https://hub.example:8443"));
    EXPECT_TRUE(offered("http://localhost:8080"));
    EXPECT_FALSE(offered("http://hub.example"));
    EXPECT_FALSE(offered("https://192.0.2.1:8443"));
    EXPECT_FALSE(offered("https://[2001:db8::1]:8443"));
    EXPECT_FALSE(offered("http://127.0.0.1:8080"));
    EXPECT_FALSE(offered("null"));
    EXPECT_EQ(relying_party("https://hub.example:8443")->id, "hub.example");
    for (std::size_t i = 0; i < kMaxPasskeys; ++i) {
        SoftwareAuthenticator device;
        device.id.back() = static_cast<std::uint8_t>(i);
        ASSERT_TRUE(sign_in_.register_passkey(kSite, ida, registration(device, ida), now_));
    }
    EXPECT_FALSE(offered("https://hub.example")) << "enough";
}

TEST(Challenges, NobodyCrowdsTheOthersOut) {
    Challenges challenges;
    const base::Instant now{seconds(1)};
    const Challenges::Purpose purpose{"https://a.example", {}};
    const auto mine = challenges.issue(purpose, "192.0.2.1", now);
    for (std::size_t i = 0; i < 2 * kMaxChallenges; ++i) {
        challenges.issue(purpose, "192.0.2.2", now);
    }
    EXPECT_EQ(challenges.size(), 1 + kMaxChallengesPerAddress);
    EXPECT_TRUE(challenges.redeem(mine, purpose, now));
    for (std::size_t i = 0; i < 2 * kMaxChallenges; ++i) {
        challenges.issue(purpose, std::to_string(i), now);
    }
    EXPECT_EQ(challenges.size(), kMaxChallenges);
}

TEST(FailedAttempts, TenInAMinuteAreEnough) {
    FailedAttempts attempts;
    base::Instant now{seconds(1000)};
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(attempts.may_try("a", now)) << i;
        attempts.failed("a", now);
        now += seconds(3);
    }
    EXPECT_FALSE(attempts.may_try("a", now));
    EXPECT_TRUE(attempts.may_try("b", now));
    EXPECT_FALSE(attempts.may_try("a", base::Instant(seconds(1059))));
    EXPECT_TRUE(attempts.may_try("a", base::Instant(seconds(1060)))) << "the first is a minute old";
    attempts.failed("a", base::Instant(seconds(1060)));
    EXPECT_FALSE(attempts.may_try("a", base::Instant(seconds(1062))));
    EXPECT_TRUE(attempts.may_try("a", base::Instant(seconds(1063))));
}

TEST(FailedAttempts, RememberABoundedNumberOfAddresses) {
    FailedAttempts attempts;
    const base::Instant now{seconds(1000)};
    for (std::size_t i = 0; i < FailedAttempts::kMaxAddresses + 100; ++i) {
        attempts.failed(std::to_string(i), now + std::chrono::milliseconds(i));
    }
    EXPECT_EQ(attempts.addresses(), FailedAttempts::kMaxAddresses);
}

TEST(PageCookie, IsOneForEachPageAndBoundToTheHostOverTls) {
    const std::string token(43, 'A');
    const auto request = [&](std::string origin, std::string page, std::string cookie) {
        return Request{"POST",
                       "/v1/tickets",
                       {{"Origin", std::move(origin)},
                        {"Sightline-Page", std::move(page)},
                        {"Cookie", std::move(cookie)}},
                       "",
                       ""};
    };
    EXPECT_EQ(cookie_name(request("http://localhost", "", "")), "sightline-console");
    EXPECT_EQ(cookie_name(request("https://h.example", "observer", "")),
              "__Host-sightline-observer");
    const std::string both =
        "x=1; sightline-observer=" + std::string(43, 'B') + "; sightline-console=" + token;
    EXPECT_EQ(page_cookie(request("http://localhost", "console", both)), token);
    EXPECT_EQ(page_cookie(request("http://localhost", "observer", both)), std::string(43, 'B'));
    EXPECT_EQ(page_cookie(request("https://h.example", "console", both)), "")
        << "over TLS another host of the domain could have planted it";
    EXPECT_EQ(page_cookie(request("http://localhost", "", "sightline-console=short")), "");
    EXPECT_EQ(page_cookie(request("http://localhost", "", "")), "");
    EXPECT_EQ(set_page_cookie(request("https://h.example", "", ""), token, hours(12)),
              "__Host-sightline-console=" + token +
                  "; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200");
    EXPECT_EQ(set_page_cookie(request("http://localhost", "", ""), token, seconds(1)),
              "sightline-console=" + token + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=1");
}

}  // namespace
}  // namespace sightline::hub
