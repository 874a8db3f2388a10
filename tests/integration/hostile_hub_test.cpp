// A hub that does not keep to the rules, against the kiosk and its engine: each test is one thing
// that such a hub can do with what it carries, and what comes of it is ciphertext or a refusal. The
// frames are real, protected and opened by the code that protects and opens them in an interview;
// the pages are played. What the pages refuse of a hub their own tests show
// (appliance/web/test/page/keys.test.ts, test/unit/conversation.test.ts).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>

#include "appliance/engine/media_keys.h"
#include "appliance/kiosk/session_authority.h"
#include "tests/support/kiosk_bench.h"
#include "tests/support/played_page.h"

namespace sightline::integration {
namespace {

namespace json = boost::json;
using engine::MediaKeys;
using kiosk::HubLetter;
using model::ConsentAnswer;
using model::Role;
using sframe::Opening;
using testing::Contains;
using testing::HasSubstr;
using tests::PlayedPage;
using wire::MediaKind;

const std::string kEngineRun = "EEEEEEEEEEEEEEEEEEEEEE";

// What a page's worker holds: keys to receive under, and one to send each kind under.
class PageKeys {
  public:
    void take(const PlayedPage& page) {
        if (page.newest.empty()) return;
        for (const auto& key : page.newest.at("receive").as_array())
            ring_.add(kid(key), bytes(key));
        for (const auto& key : page.newest.at("send").as_array()) {
            const bool video = key.at("kind") == "video";
            if (!sending_[video] || sending_[video]->kid() != kid(key)) {
                sending_[video].emplace(kid(key), bytes(key));
            }
        }
    }
    Opening open(MediaKind kind, base::Bytes frame, base::Instant now) {
        return ring_.open(kind, frame, now).opening;
    }
    base::Bytes sound() {
        base::Bytes frame(100 + sframe::kMaxOverhead, 0x42);
        frame.resize(sending_[0]->protect(MediaKind::Audio, frame, 100));
        return frame;
    }

  private:
    static std::uint64_t kid(const json::value& key) {
        return static_cast<std::uint64_t>(key.at("kid").as_int64());
    }
    static base::Secret bytes(const json::value& key) {
        return base::Secret(
            base::ByteView(base::from_base64url(key.at("key").as_string()).value()));
    }
    sframe::Keyring ring_;
    std::map<bool, std::optional<sframe::SendingKey>> sending_;
};

class HostileHub : public testing::Test {
  protected:
    HostileHub() {
        bench_.lead_to(model::State::Live, ConsentAnswer::Given, now());
        bench_.consent(model::ConsentItem::Observers, ConsentAnswer::Given, now(), "Ministry")
            .value();
        authority().engine_started(kEngineRun);
        anna_ = comes(Role::Interviewer, "Anna");
        bo_ = comes(Role::Interpreter, "Bo");
        olga_ = comes(Role::Observer, "Olga");
        carry();
    }

    kiosk::SessionAuthority& authority() { return bench_.authority(); }
    kiosk::Now now() const { return tests::after(elapsed_); }

    base::ParticipantId comes(Role role, const std::string& name) {
        const auto invited = bench_.invite(role, name, now());
        const auto id = invited.participant;
        links_[id] = invited.link;
        pages_.emplace(id, PlayedPage(bench_.session, id, invited.link));
        authority().on_hub(kiosk::Joined{bench_.session, id, now().wall}, now());
        authority().admit(id, bench_.said(now())).value();
        return id;
    }
    // The hub carries what it is given, but for letters to those in `withheld_`, and keeps a copy
    // of all of it.
    void carry() {
        for (auto messages = authority().take_hub_messages(); !messages.empty();
             messages = authority().take_hub_messages()) {
            for (const auto& message : messages) {
                const auto object = json::parse(message).as_object();
                if (object.at("type") != "letter") continue;
                const auto to =
                    base::ParticipantId::parse(object.at("participant").as_string()).value();
                const std::string text(object.at("text").as_string());
                copies_[to].push_back(text);
                if (withheld_ == to || !pages_.contains(to)) continue;
                const auto answer = pages_.at(to).take(text);
                keys_[to].take(pages_.at(to));
                if (!answer.empty()) says(to, answer);
            }
            engine_obeys();
        }
    }
    // What somebody who is cut off may still hear, at the most.
    void let_the_cut_pass() {
        for (int beat = 0; beat < 4; ++beat) {
            elapsed_ += std::chrono::milliseconds(20);
            authority().tick_keys(now());
            carry();
        }
    }
    void says(base::ParticipantId from, const std::string& letter) {
        authority().on_hub(HubLetter{bench_.session, from, letter}, now());
    }
    void engine_obeys() {
        const auto mark = authority().engine_keys();
        if (!mark) return;
        auto order = engine::parse_order(authority().engine_keys_line());
        ASSERT_TRUE(order.has_value()) << order.error().text;
        engine_.take(std::get<engine::KeysOrder>(std::move(*order)), now().instant);
        authority().engine_has_keys(mark->epoch);
    }
    base::Bytes applicants_sound() {
        wire::EncodedFrame frame;
        frame.data.assign(100, 0x55);
        EXPECT_TRUE(engine_.protect(frame, now().instant));
        return frame.data;
    }
    Opening heard_by(base::ParticipantId id, const base::Bytes& frame) {
        return keys_[id].open(MediaKind::Audio, frame, now().instant);
    }
    Opening played(base::ParticipantId as, base::Bytes frame) {
        return engine_.open(as, MediaKind::Audio, frame, now().instant);
    }
    std::string log() {
        std::string all;
        for (const auto& event : bench_.log(bench_.session)) all += event + "\n";
        return all;
    }

    tests::KioskBench bench_;
    MediaKeys engine_;
    std::chrono::milliseconds elapsed_{0};
    base::ParticipantId anna_, bo_, olga_;
    std::map<base::ParticipantId, PlayedPage> pages_;
    std::map<base::ParticipantId, PageKeys> keys_;
    std::map<base::ParticipantId, std::string> links_;
    std::map<base::ParticipantId, std::vector<std::string>> copies_;
    base::ParticipantId withheld_;
};

TEST_F(HostileHub, AnHonestOneLetsEverybodyHear) {
    EXPECT_EQ(heard_by(anna_, applicants_sound()), Opening::Opened);
    EXPECT_EQ(heard_by(olga_, applicants_sound()), Opening::Opened);
    EXPECT_EQ(played(anna_, keys_[anna_].sound()), Opening::Opened);
}

TEST_F(HostileHub, SwapsAParticipantsKey) {
    // In the place of a page of Anna's that has just come: the hub knows her id, her token and all
    // that was ever said, and makes keys of its own.
    PlayedPage swapped(bench_.session, anna_, "#AAAA.AAAA." + std::string(42, 'A') + "E");
    says(anna_, swapped.hello());
    const auto before = pages_.at(anna_).epoch();
    for (const auto& message : authority().take_hub_messages()) {
        const auto object = json::parse(message).as_object();
        if (object.at("type") != "letter") continue;
        const auto answer = swapped.take(std::string(object.at("text").as_string()));
        if (!answer.empty()) says(anna_, answer);
    }
    carry();
    EXPECT_EQ(swapped.epochs, 0);
    EXPECT_EQ(pages_.at(anna_).epoch(), before) << "Anna is not driven out either";
    EXPECT_THAT(log(), HasSubstr("another browser"));
}

TEST_F(HostileHub, PutsAKeyOfItsOwnIntoAnAnnouncement) {
    const auto dora = comes(Role::Interviewer, "Dora");
    const auto messages = authority().take_hub_messages();
    const auto mine = signature::DeviceKey::random();
    for (const auto& message : messages) {
        const auto object = json::parse(message).as_object();
        if (object.at("type") != "letter" || object.at("participant").as_string() != dora.text()) {
            continue;
        }
        auto announcement =
            json::parse(pages_.at(dora).take(std::string(object.at("text").as_string())))
                .as_object();
        announcement["key"] = json::parse(mine.public_key().jwk());
        says(dora, json::serialize(announcement));
    }
    carry();
    EXPECT_EQ(pages_.at(dora).epochs, 0);
    EXPECT_TRUE(authority().running()->find(dora)->device_jwk.empty());
    EXPECT_THAT(log(), HasSubstr("media keys"));
}

TEST_F(HostileHub, WithholdsAnEpoch) {
    withheld_ = olga_;
    authority().remove(bo_, bench_.said(now())).value();
    carry();
    let_the_cut_pass();
    // Whoever does not get it hears nothing more, and whoever has gone hears nothing either.
    const auto frame = applicants_sound();
    EXPECT_EQ(heard_by(anna_, frame), Opening::Opened);
    EXPECT_EQ(heard_by(olga_, frame), Opening::UnknownKey);
    EXPECT_EQ(heard_by(bo_, frame), Opening::UnknownKey);
    // The kiosk tells the page that asks, so it knows that something is missing.
    says(olga_, R"({"letter":"ping","page":")" + pages_.at(olga_).run +
                    R"(","nonce":"NNNNNNNNNNNNNNNNNNNNNA"})");
    withheld_ = {};
    carry();
    EXPECT_EQ(pages_.at(olga_).ponged, "NNNNNNNNNNNNNNNNNNNNNA");
}

TEST_F(HostileHub, ReplaysAnEpoch) {
    const auto old = copies_[anna_];
    authority().remove(bo_, bench_.said(now())).value();
    carry();
    const auto newest = pages_.at(anna_).epoch();
    // Sealed to this load of the page: after another it is not even readable.
    pages_.at(anna_).reload();
    const auto epochs = pages_.at(anna_).epochs;
    for (const auto& letter : old) (void)pages_.at(anna_).take(letter);
    EXPECT_EQ(pages_.at(anna_).epochs, epochs);
    // The engine takes none of before either.
    auto order = engine::parse_order(authority().engine_keys_line());
    auto stale = std::get<engine::KeysOrder>(std::move(*order));
    stale.epoch = newest - 1;
    EXPECT_FALSE(engine_.take(std::move(stale), now().instant));
}

TEST_F(HostileHub, ReplaysFrames) {
    const auto frame = keys_[anna_].sound();
    EXPECT_EQ(played(anna_, frame), Opening::Opened);
    EXPECT_EQ(played(anna_, frame), Opening::Replayed);
    for (int i = 0; i < 300; ++i) (void)played(anna_, keys_[anna_].sound());
    EXPECT_EQ(played(anna_, frame), Opening::Replayed) << "older than anything that is remembered";
    const auto out = applicants_sound();
    EXPECT_EQ(heard_by(olga_, out), Opening::Opened);
    EXPECT_EQ(heard_by(olga_, out), Opening::Replayed);
}

TEST_F(HostileHub, ForwardsToAnObserverWithoutALease) {
    // The applicant takes the consent to observers back: the hub goes on forwarding.
    kiosk::Withdrawal withdrawal;
    withdrawal.person = bench_.subject();
    withdrawal.item = model::ConsentItem::Observers;
    withdrawal.scope = "Ministry";
    authority().withdraw(withdrawal, bench_.said(now())).value();
    carry();
    let_the_cut_pass();
    const auto first = applicants_sound();
    EXPECT_EQ(heard_by(anna_, first), Opening::Opened);
    EXPECT_EQ(heard_by(olga_, first), Opening::UnknownKey) << "from the first frame on";
    EXPECT_EQ(heard_by(olga_, keys_[anna_].sound()), Opening::UnknownKey);
}

TEST_F(HostileHub, ForwardsToWhomTheKioskRemoved) {
    authority().remove(bo_, bench_.said(now())).value();
    carry();
    let_the_cut_pass();
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(heard_by(bo_, applicants_sound()), Opening::UnknownKey);
        EXPECT_EQ(heard_by(bo_, keys_[anna_].sound()), Opening::UnknownKey);
    }
}

TEST_F(HostileHub, StripsTheTransform) {
    EXPECT_EQ(played(anna_, base::Bytes(100, 0x42)), Opening::NoTrailer);
    auto cut = keys_[anna_].sound();
    cut.resize(100);
    EXPECT_NE(played(anna_, cut), Opening::Opened);
    // What the engine has no key for it does not send in clear: it does not send it.
    MediaKeys none;
    wire::EncodedFrame frame;
    frame.data.assign(100, 0x55);
    EXPECT_FALSE(none.protect(frame, now().instant));
}

TEST_F(HostileHub, ShowsOnePersonAsAnother) {
    EXPECT_EQ(played(bo_, keys_[anna_].sound()), Opening::UnknownKey);
    EXPECT_EQ(played(anna_, keys_[anna_].sound()), Opening::Opened);
    ASSERT_NE(engine_.person(anna_), nullptr);
    EXPECT_EQ(engine_.person(anna_)->name, "Anna");
}

TEST_F(HostileHub, InjectsAGhostParticipant) {
    const auto ghost = base::ParticipantId::random();
    const auto before = authority().engine_keys()->epoch;
    authority().on_hub(kiosk::Joined{bench_.session, ghost, now().wall}, now());
    PlayedPage page(bench_.session, ghost, "#AAAA.AAAA." + std::string(42, 'A') + "E");
    says(ghost, page.hello());
    says(ghost, page.announcement("AAAAAAAAAAAAAAAAAAAAAA"));
    carry();
    EXPECT_EQ(authority().engine_keys()->epoch, before);
    EXPECT_EQ(page.epochs, 0);
    EXPECT_EQ(engine_.person(ghost), nullptr) << "nor is it named on the applicant's screen";
    EXPECT_EQ(copies_.count(ghost), 0U) << "not one letter goes there";
}

TEST_F(HostileHub, ForgesAnEpochSealedToAConsole) {
    // It can seal to the page, whose key it has seen, but signs with another key.
    const auto forger = signature::DeviceKey::random();
    keys::KeySchedule schedule(bench_.session, 99);
    const keys::Device to{anna_, pages_.at(anna_).run};
    schedule.update({{authority().running()->applicant().participant.id, {anna_}, {anna_}}},
                    {{authority().running()->applicant().participant.id, "x"}, to}, "r");
    const auto letter = keys::epoch_letter({bench_.session,
                                            to,
                                            "salt",
                                            pages_.at(anna_).kiosk_seal.jwk(),
                                            {},
                                            schedule.newest(),
                                            true,
                                            1000},
                                           forger, pages_.at(anna_).seal.public_key());
    const auto epochs = pages_.at(anna_).epochs;
    (void)pages_.at(anna_).take(letter);
    EXPECT_EQ(pages_.at(anna_).epochs, epochs);
}

}  // namespace
}  // namespace sightline::integration
