// Who gets media keys, and when: the authority with pages and an engine that the test plays, and a
// hub that carries letters as it likes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>
#include <set>

#include "appliance/kiosk/session_authority.h"
#include "session/identity/verification_words.h"
#include "tests/support/kiosk_bench.h"
#include "tests/support/played_page.h"
#include "tests/support/unwritable_files.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using model::ConsentAnswer;
using model::PauseReason;
using model::Role;
using model::State;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using tests::after;
using tests::PlayedPage;

const std::string kEngineRun = "EEEEEEEEEEEEEEEEEEEEEE";

class SessionKeys : public testing::Test {
  protected:
    SessionKeys() { bench_.lead_to(State::Live, ConsentAnswer::Given, now()); }

    SessionAuthority& authority() { return bench_.authority(); }
    Now now() const { return after(elapsed_); }
    base::ParticipantId applicant() { return authority().running()->applicant().participant.id; }

    // Invited, there, and let in; their page is loaded.
    base::ParticipantId comes(Role role, const std::string& name) {
        const auto invited = bench_.invite(role, name, now());
        links_[invited.participant] = invited.link;
        pages_.emplace(invited.participant,
                       PlayedPage(bench_.session, invited.participant, invited.link));
        authority().on_hub(Joined{bench_.session, invited.participant, now().wall}, now());
        authority().admit(invited.participant, bench_.said(now())).value();
        return invited.participant;
    }
    PlayedPage& page(base::ParticipantId id) { return pages_.at(id); }
    void says(base::ParticipantId id, const std::string& letter) {
        authority().on_hub(HubLetter{bench_.session, id, letter}, now());
    }
    // The hub carries letters both ways until there are no more. What the hub was told, in order.
    std::vector<std::string> carry() {
        std::vector<std::string> told;
        for (auto messages = authority().take_hub_messages(); !messages.empty();
             messages = authority().take_hub_messages()) {
            for (const auto& message : messages) {
                const auto object = json::parse(message).as_object();
                told.emplace_back(object.at("type").as_string());
                if (told.back() != "letter") continue;
                const auto to =
                    base::ParticipantId::parse(object.at("participant").as_string()).value();
                last_letter_[to] = std::string(object.at("text").as_string());
                const auto known = pages_.find(to);
                if (known == pages_.end()) continue;
                if (const auto answer = known->second.take(last_letter_[to]); !answer.empty()) {
                    says(to, answer);
                }
            }
        }
        return told;
    }
    void engine_starts(const std::string& run = kEngineRun) { authority().engine_started(run); }
    void engine_takes() {
        const auto keys = authority().engine_keys();
        if (keys) authority().engine_has_keys(keys->epoch);
    }
    std::uint64_t epoch() {
        const auto keys = authority().engine_keys();
        return keys ? keys->epoch : 0;
    }
    std::size_t engine_receives() {
        return json::parse(authority().engine_keys_line()).at("receive").as_array().size();
    }
    void let_pass(milliseconds time) {
        for (const auto until = elapsed_ + time; elapsed_ < until; elapsed_ += milliseconds(100)) {
            authority().tick_keys(now());
        }
    }
    std::vector<std::string> log() { return bench_.log(bench_.session); }

    tests::KioskBench bench_;
    std::map<base::ParticipantId, PlayedPage> pages_;
    std::map<base::ParticipantId, std::string> links_;
    std::map<base::ParticipantId, std::string> last_letter_;
    milliseconds elapsed_{0};
};

TEST_F(SessionKeys, WhoeverTheLinkVouchesForHasTheKeysThatTheLeaseNames) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    engine_takes();
    carry();
    EXPECT_FALSE(page(anna).receives(applicant(), "video").empty());
    EXPECT_FALSE(page(anna).receives(applicant(), "audio").empty());
    EXPECT_EQ(page(anna).sends(), 2U);
    EXPECT_TRUE(page(anna).switched);
    EXPECT_EQ(engine_receives(), 2U);
    EXPECT_EQ(page(anna).epoch(), epoch());
    EXPECT_THAT(log(), Contains(HasSubstr("device.enrolled")));
}

TEST_F(SessionKeys, ALinkWithoutItsSecretGivesNoKeyAndStandsInTheLog) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    page(anna).proves = false;
    carry();
    EXPECT_EQ(page(anna).epochs, 0);
    EXPECT_THAT(log(), Contains(HasSubstr("media keys")));
    const auto status = authority().status(SessionAuthority::Names::Shown);
    const auto& person = status.at("session").at("participants").at(1);
    EXPECT_EQ(person.at("device").as_string(), "unvouched");
    EXPECT_EQ(person.at("device_code").as_string().size(), 14U);
}

TEST_F(SessionKeys, AnotherBrowserThanTheFirstGetsNothingAndTheFirstKeepsItsKeys) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    const auto before = page(anna).epoch();
    // Also with the whole link: it was read off somebody's screen.
    PlayedPage thief(bench_.session, anna, links_.at(anna));
    says(anna, thief.hello());
    for (const auto& message : authority().take_hub_messages()) {
        const auto object = json::parse(message).as_object();
        if (object.at("type") != "letter") continue;
        if (const auto answer = thief.take(std::string(object.at("text").as_string()));
            !answer.empty()) {
            says(anna, answer);
        }
    }
    carry();
    EXPECT_EQ(thief.epochs, 0);
    EXPECT_EQ(page(anna).epoch(), before);
    EXPECT_THAT(log(), Contains(HasSubstr("another browser")));
}

TEST_F(SessionKeys, ADeviceThatWasBoundIsKnownAfterACrashWithoutTheLink) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    const auto before = page(anna).epoch();
    bench_.crash_and_start(now());
    authority().hub_connected();
    authority().on_hub(Opened{bench_.session}, now());
    engine_starts();
    page(anna).proves = false;
    authority().on_hub(Joined{bench_.session, anna, now().wall}, now());
    carry();
    EXPECT_GT(page(anna).epoch(), before);
    EXPECT_FALSE(page(anna).receives(applicant(), "video").empty());
}

TEST_F(SessionKeys, AfterACrashNoEpochBeginsBeforeThePagesHaveAnswered) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    const auto bo = comes(Role::Interpreter, "Bo");
    carry();
    bench_.crash_and_start(now());
    authority().hub_connected();
    engine_starts();
    authority().on_hub(Joined{bench_.session, anna, now().wall}, now());
    carry();
    EXPECT_EQ(epoch(), 0U) << "media goes on under the keys of before";
    authority().on_hub(Joined{bench_.session, bo, now().wall}, now());
    carry();
    EXPECT_GT(epoch(), 0U);
    EXPECT_EQ(engine_receives(), 4U);
}

TEST_F(SessionKeys, AfterACrashThoseWhoDoNotAnswerAreNotWaitedForLong) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    comes(Role::Interpreter, "Bo");
    carry();
    bench_.crash_and_start(now());
    authority().hub_connected();
    engine_starts();
    authority().on_hub(Joined{bench_.session, anna, now().wall}, now());
    carry();
    let_pass(kBridge + milliseconds(200));
    carry();
    EXPECT_GT(epoch(), 0U);
    EXPECT_FALSE(page(anna).receives(applicant(), "audio").empty());
}

TEST_F(SessionKeys, WhoIsRemovedHasNoKeyOfTheNextEpochWhichBeginsAtOnce) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    const auto bo = comes(Role::Interpreter, "Bo");
    carry();
    engine_takes();
    carry();
    const auto before = page(anna).epoch();
    const auto bos = page(bo).newest;
    authority().remove(bo, bench_.said(now())).value();
    const auto told = carry();
    EXPECT_GT(page(anna).epoch(), before);
    EXPECT_TRUE(page(anna).switched) << "nothing is waited for";
    EXPECT_EQ(page(bo).newest, bos) << "no letter of the new epoch goes to them";
    // The cut at the hub comes before everything else.
    EXPECT_EQ(told.front(), "lease");
    EXPECT_EQ(engine_receives(), 2U);
}

TEST_F(SessionKeys, ABreakLeavesNobodyAKeyAndGoingOnGivesNewOnes) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    engine_takes();
    const auto video = page(anna).receives(applicant(), "video");
    bench_.pause(PauseReason::Break, now()).value();
    carry();
    EXPECT_TRUE(page(anna).receives(applicant(), "video").empty());
    EXPECT_EQ(page(anna).sends(), 0U);
    bench_.step(model::Step::Resume, now()).value();
    carry();
    EXPECT_FALSE(page(anna).receives(applicant(), "video").empty());
    EXPECT_NE(page(anna).receives(applicant(), "video"), video);
}

TEST_F(SessionKeys, AnObserverHasNothingToSendAndIsLeftOutOfAPrivateTalk) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    const auto olga = comes(Role::Observer, "Olga");
    bench_.consent(model::ConsentItem::Observers, ConsentAnswer::Given, now(), "Ministry").value();
    carry();
    EXPECT_EQ(page(olga).sends(), 0U);
    EXPECT_FALSE(page(olga).receives(applicant(), "video").empty());
    bench_.pause(PauseReason::PrivateTalk, now()).value();
    carry();
    EXPECT_TRUE(page(olga).newest.at("receive").as_array().empty());
    (void)anna;
}

TEST_F(SessionKeys, WhoJoinsIsWaitedForAndNotForLong) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    engine_takes();
    carry();
    ASSERT_TRUE(authority().engine_keys()->switched);
    comes(Role::Interpreter, "Bo");
    carry();
    EXPECT_FALSE(authority().engine_keys()->switched) << "the engine has not said that it has them";
    EXPECT_FALSE(page(anna).switched);
    let_pass(seconds(2) + milliseconds(200));
    carry();
    EXPECT_TRUE(authority().engine_keys()->switched);
    EXPECT_TRUE(page(anna).switched);
}

TEST_F(SessionKeys, APageThatReloadsGetsNewKeys) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    engine_takes();
    carry();
    const auto before = page(anna).receives(applicant(), "video");
    page(anna).reload();
    says(anna, page(anna).hello());
    carry();
    EXPECT_NE(page(anna).receives(applicant(), "video"), before);
}

TEST_F(SessionKeys, AnEngineThatWasStartedAgainGetsKeysOfItsOwn) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    const auto before = epoch();
    engine_starts("FFFFFFFFFFFFFFFFFFFFFF");
    carry();
    EXPECT_GT(epoch(), before);
    EXPECT_EQ(page(anna).epoch(), epoch());
}

TEST_F(SessionKeys, AnAnnouncementThatCameBeforeIsWorthNothing) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    const auto old = page(anna).announcement("AAAAAAAAAAAAAAAAAAAAAA");
    carry();
    const auto before = epoch();
    says(anna, old);
    carry();
    EXPECT_EQ(epoch(), before);
    EXPECT_THAT(log(), Contains(HasSubstr("answers no question")));
}

TEST_F(SessionKeys, AWordOfAnotherPersonOrOneThatCameBeforeIsRefused) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    const auto bo = comes(Role::Interpreter, "Bo");
    carry();
    const auto matches = page(anna).word({{"say", "matches"}});
    says(bo, matches);
    EXPECT_THAT(log(), Not(Contains(HasSubstr("words.matched"))));
    says(anna, matches);
    EXPECT_THAT(log(), Contains(HasSubstr("words.matched")));
    const auto size = log().size();
    says(anna, matches);
    EXPECT_THAT(log().back(), HasSubstr("came before"));
    EXPECT_EQ(log().size(), size + 1);
}

TEST_F(SessionKeys, TheWordsAreTheSameAtTheKioskAndFollowTheDevices) {
    EXPECT_FALSE(authority().words()) << "there is nobody to compare with";
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    const auto here = authority().words().value();
    std::vector<std::string> thumbprints;
    for (const auto& person : page(anna).newest.at("people").as_array()) {
        thumbprints.emplace_back(person.at("key").as_string());
    }
    EXPECT_THAT(thumbprints, Contains(page(anna).device.public_key().thumbprint()));
    const auto salt = base::from_base64url(page(anna).newest.at("salt").as_string()).value();
    EXPECT_EQ(identity::verification_words(bench_.session, thumbprints, base::to_hex(salt)), here);
    authority().judge_words(true, bench_.said(now())).value();
    EXPECT_THAT(log().back(), HasSubstr("words.matched"));
    // A break changes nothing; somebody's device does.
    bench_.pause(PauseReason::Break, now()).value();
    carry();
    EXPECT_EQ(authority().words().value(), here);
    comes(Role::Interpreter, "Bo");
    carry();
    EXPECT_NE(authority().words().value(), here);
    const auto status = authority().status(SessionAuthority::Names::Shown);
    EXPECT_TRUE(status.at("session").at("words_judged").as_object().empty())
        << "what was said is of other devices";
}

TEST_F(SessionKeys, APingOfThePageThatHasKeysIsAnsweredAndNoOther) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    const std::string nonce = "NNNNNNNNNNNNNNNNNNNNNA";
    const auto ping = [&](const std::string& run) {
        says(anna, R"({"letter":"ping","page":")" + run + R"(","nonce":")" + nonce + R"("})");
        carry();
        return std::exchange(page(anna).ponged, "");
    };
    EXPECT_EQ(ping(page(anna).run), nonce);
    EXPECT_EQ(ping("AAAAAAAAAAAAAAAAAAAAAA"), "") << "another page";
    authority().send_back(anna, bench_.said(now())).value();
    carry();
    EXPECT_EQ(ping(page(anna).run), nonce) << "the device is theirs in the waiting room too";
    authority().remove(anna, bench_.said(now())).value();
    carry();
    EXPECT_EQ(ping(page(anna).run), "");
}

// A delegation's roster, as far as the authority sees it.
class PlayedRoster final : public DeviceTrust {
  public:
    std::string root_jwk() const override { return root.public_key().jwk(); }
    std::string mission_jws() const override { return "mission"; }
    base::Result<void> vouch(const signature::PublicKey& device, Role role) const override {
        if (role != Role::Interviewer || members.contains(device.thumbprint())) return {};
        return base::Error{base::Errc::Forbidden, "vouch for a device: it is in no roster"};
    }
    signature::DeviceKey root = signature::DeviceKey::random();
    std::set<std::string> members;
};

TEST_F(SessionKeys, WithADelegationADeviceNeedsTheRosterTooAndLosesItsKeysWithIt) {
    PlayedRoster roster;
    bench_.trust = &roster;
    bench_.crash_and_start(now());
    authority().hub_connected();
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    // The link pins the root, and the kiosk shows its mission.
    EXPECT_THAT(links_.at(anna), HasSubstr("." + roster.root.public_key().thumbprint() + "."));
    carry();
    EXPECT_EQ(page(anna).epochs, 0) << "nobody has enrolled this device";
    EXPECT_EQ(json::parse(last_letter_[anna]).at("mission").as_string(), "mission");
    // The administrator signs it into the roster, and the page asks again.
    roster.members.insert(page(anna).device.public_key().thumbprint());
    authority().trust_changed();
    says(anna, page(anna).hello());
    carry();
    EXPECT_FALSE(page(anna).receives(applicant(), "video").empty());
    const auto olga = comes(Role::Observer, "Olga");
    carry();
    EXPECT_GT(page(olga).epochs, 0) << "whom the link alone vouches for";
    // Revoked: her device has no key from this moment on.
    const auto before = page(anna).newest;
    roster.members.clear();
    authority().trust_changed();
    carry();
    EXPECT_EQ(page(anna).newest, before);
    EXPECT_GT(epoch(), page(anna).epoch());
    EXPECT_EQ(engine_receives(), 0U);
}

TEST_F(SessionKeys, AMismatchIsLoud) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    carry();
    says(anna, page(anna).word({{"say", "differs"}}));
    EXPECT_THAT(log().back(), HasSubstr("words.differed"));
    const auto status = authority().status(SessionAuthority::Names::Shown);
    EXPECT_FALSE(status.at("session").at("words_judged").at(anna.text()).as_bool());
}

TEST_F(SessionKeys, ASealedNoteIsInTheRecordAndAnObserversIsNot) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    const auto olga = comes(Role::Observer, "Olga");
    bench_.consent(model::ConsentItem::Observers, ConsentAnswer::Given, now(), "Ministry").value();
    carry();
    says(anna, page(anna).word({{"say", "note"}, {"text", "hesitated"}}));
    says(olga, page(olga).word({{"say", "note"}, {"text", "whispers"}}));
    const auto notes = bench_.record()->notes;
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].answer, "hesitated");
    EXPECT_THAT(notes[0].author, HasSubstr("interviewer"));
}

TEST_F(SessionKeys, NothingOfAKeyReachesTheHub) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    std::string told;
    for (auto messages = authority().take_hub_messages(); !messages.empty();
         messages = authority().take_hub_messages()) {
        for (const auto& message : messages) {
            told += message;
            const auto object = json::parse(message).as_object();
            if (object.at("type") != "letter") continue;
            const auto answer = page(anna).take(std::string(object.at("text").as_string()));
            if (!answer.empty()) says(anna, answer);
        }
    }
    ASSERT_FALSE(page(anna).newest.empty());
    for (const char* list : {"send", "receive"}) {
        for (const auto& key : page(anna).newest.at(list).as_array()) {
            EXPECT_EQ(told.find(std::string(key.at("key").as_string())), std::string::npos);
        }
    }
    const auto row = authority().running()->find(anna);
    EXPECT_EQ(told.find(row->link_secret), std::string::npos);
    EXPECT_EQ(
        told.find(base::to_base64url(base::from_hex(row->link_secret).value_or(base::Bytes()))),
        std::string::npos);
}

TEST_F(SessionKeys, ADeviceThatCannotBeWrittenDownHasNoKey) {
    engine_starts();
    const auto anna = comes(Role::Interviewer, "Anna");
    {
        const tests::UnwritableFiles full;
        carry();
        EXPECT_EQ(page(anna).epochs, 0);
    }
    says(anna, page(anna).hello());
    carry();
    EXPECT_GT(page(anna).epochs, 0);
}

}  // namespace
}  // namespace sightline::kiosk
