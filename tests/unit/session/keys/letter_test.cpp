// The letters between kiosk and page: what each says, that only its reader can open it, and that
// nothing malformed is taken.
#include "session/keys/letter.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "appliance/base/hex.h"

namespace sightline::keys {
namespace {

namespace json = boost::json;
using signature::DeviceKey;
using signature::SealingKey;

const base::SessionId kSession = base::SessionId::from_value(0x5e55);
const base::ParticipantId kApplicant = base::ParticipantId::from_value(1);
const base::ParticipantId kInterviewer = base::ParticipantId::from_value(2);
const std::string kRun = "AAAAAAAAAAAAAAAAAAAAAA";

// What a page finds in a sealed letter. Empty: nothing that it may read.
json::object opened(const std::string& letter, const SealingKey& key, const DeviceKey& signer,
                    std::string_view purpose) {
    const auto object = json::parse(letter).as_object();
    const auto jws = key.open(json::serialize(object.at("jwe")));
    if (!jws) return {};
    const auto payload = signer.public_key().verify(jws->reveal_text(), purpose);
    return payload ? json::parse(*payload).as_object() : json::object();
}

TEST(Letters, AnEpochHasExactlyTheKeysOfItsReader) {
    KeySchedule schedule(kSession, 1);
    const Device interviewer{kInterviewer, kRun};
    schedule.update(
        {{kApplicant, {kInterviewer}, {kInterviewer}}, {kInterviewer, {kApplicant}, {}}},
        {{kApplicant, "engine"}, interviewer}, "r");
    const auto signer = DeviceKey::random();
    const auto page = SealingKey::random();
    const auto kiosk_seal = SealingKey::random();
    const std::vector<PersonLine> people{{kInterviewer, "Vries", "interviewer", "IND", "thumb"}};
    const auto letter = epoch_letter({kSession, interviewer, "salt", kiosk_seal.public_key().jwk(),
                                      people, schedule.newest(), true, 1500},
                                     signer, page.public_key());
    const auto epoch = opened(letter, page, signer, "sightline-epoch");
    ASSERT_FALSE(epoch.empty());
    EXPECT_EQ(epoch.at("to").as_string(), kInterviewer.text());
    EXPECT_EQ(epoch.at("page").as_string(), kRun);
    EXPECT_EQ(epoch.at("epoch").as_int64(), 16385);
    EXPECT_EQ(epoch.at("hash").as_string(), schedule.newest().hash);
    EXPECT_EQ(epoch.at("people").as_array().size(), 1U);
    ASSERT_EQ(epoch.at("send").as_array().size(), 1U);
    EXPECT_EQ(epoch.at("send").at(0).at("kind").as_string(), "audio");
    ASSERT_EQ(epoch.at("receive").as_array().size(), 2U);
    EXPECT_EQ(epoch.at("receive").at(0).at("sender").as_string(), kApplicant.text());
    // Nothing of it in what the hub carries.
    for (const auto& key : schedule.newest().keys) {
        EXPECT_EQ(letter.find(base::to_base64url(key.base_key.reveal())), std::string::npos);
    }
    EXPECT_EQ(letter.find("Vries"), std::string::npos);
    EXPECT_TRUE(opened(letter, SealingKey::random(), signer, "sightline-epoch").empty());
    EXPECT_TRUE(opened(letter, page, DeviceKey::random(), "sightline-epoch").empty());
    EXPECT_TRUE(opened(letter, page, signer, "sightline-switch").empty());
}

TEST(Letters, ASwitchNamesItsEpoch) {
    const auto signer = DeviceKey::random();
    const auto page = SealingKey::random();
    const auto letter =
        switch_letter({kSession, {kInterviewer, kRun}, 65537, 1000}, signer, page.public_key());
    const auto said = opened(letter, page, signer, "sightline-switch");
    EXPECT_EQ(said.at("epoch").as_int64(), 65537);
    EXPECT_EQ(said.at("old_ms").as_int64(), 1000);
}

TEST(Letters, APongAnswersOnePing) {
    const auto ping =
        parse_letter(R"({"letter":"ping","page":")" + kRun + R"(","nonce":")" + kRun + R"("})");
    ASSERT_TRUE(ping.has_value());
    EXPECT_EQ(std::get<PingLetter>(*ping).nonce, kRun);
    EXPECT_FALSE(parse_letter(R"({"letter":"ping","page":")" + kRun + R"("})").has_value());
    const auto signer = DeviceKey::random();
    const auto page = SealingKey::random();
    const auto letter =
        pong_letter({kSession, {kInterviewer, kRun}, kRun, 65537}, signer, page.public_key());
    const auto said = opened(letter, page, signer, "sightline-pong");
    EXPECT_EQ(said.at("nonce").as_string(), kRun);
    EXPECT_EQ(said.at("epoch").as_int64(), 65537);
}

TEST(Letters, AChallengeNamesTheRootOnlyWhereThereIsOne) {
    const auto kiosk = DeviceKey::random().public_key().jwk();
    const auto alone =
        json::parse(challenge_letter({kSession, kiosk, "n", "c", "", "", ""})).as_object();
    EXPECT_FALSE(alone.contains("root"));
    const auto root = DeviceKey::random().public_key().jwk();
    const auto pinned =
        json::parse(challenge_letter({kSession, kiosk, "n", "c", root, "mission", kRun}))
            .as_object();
    EXPECT_EQ(json::serialize(pinned.at("root")), root);
    EXPECT_EQ(pinned.at("mission").as_string(), "mission");
    EXPECT_EQ(pinned.at("page").as_string(), kRun);
}

TEST(Letters, AnAnnouncementIsReadAsItWasWritten) {
    const auto seal = SealingKey::random().public_key();
    const json::object said{{"session", kSession.text()},
                            {"participant", kInterviewer.text()},
                            {"nonce", "nonce"},
                            {"page", kRun},
                            {"seal", json::parse(seal.jwk())},
                            {"proof", "proof"}};
    const auto read = parse_announcement(json::serialize(said));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->participant, kInterviewer);
    EXPECT_EQ(read->seal, seal);
    for (const char* missing : {"session", "participant", "nonce", "page", "seal"}) {
        auto less = said;
        less.erase(missing);
        EXPECT_FALSE(parse_announcement(json::serialize(less)).has_value()) << missing;
    }
}

TEST(Letters, TheProofIsOfThisLinkAndThisKey) {
    const base::Secret link(std::string_view("a secret of 32 bytes, or so it is"));
    const auto proof = link_proof(link, kSession, kInterviewer, "thumb");
    EXPECT_EQ(proof.size(), 43U);
    EXPECT_NE(proof, link_proof(link, kSession, kInterviewer, "another"));
    EXPECT_NE(proof, link_proof(link, kSession, kApplicant, "thumb"));
    EXPECT_NE(proof,
              link_proof(base::Secret(std::string_view("x")), kSession, kInterviewer, "thumb"));
}

TEST(Letters, WordsAreReadWithBounds) {
    json::object said{{"session", kSession.text()},
                      {"participant", kInterviewer.text()},
                      {"page", kRun},
                      {"number", 1},
                      {"say", "ack"},
                      {"epoch", 65537}};
    EXPECT_EQ(parse_word(json::serialize(said))->epoch, 65537U);
    said["epoch"] = -1;
    EXPECT_FALSE(parse_word(json::serialize(said)).has_value());
    said["say"] = "matches";
    EXPECT_EQ(parse_word(json::serialize(said))->say, Word::Say::Matches);
    said["say"] = "note";
    EXPECT_FALSE(parse_word(json::serialize(said)).has_value());
    said["text"] = std::string(kMaxNoteBytes + 1, 'x');
    EXPECT_FALSE(parse_word(json::serialize(said)).has_value());
    said["text"] = "he hesitated";
    EXPECT_EQ(parse_word(json::serialize(said))->note.answer, "he hesitated");
    said["say"] = "hangup";
    EXPECT_FALSE(parse_word(json::serialize(said)).has_value());
}

json::object word_of(json::object said) {
    said["session"] = kSession.text();
    said["participant"] = kInterviewer.text();
    said["page"] = kRun;
    said["number"] = 1;
    return said;
}
base::Result<Word> read(json::object said) {
    return parse_word(json::serialize(word_of(std::move(said))));
}

TEST(Words, ANoteHasThreePartsThatTogetherAreWithinItsBound) {
    const auto note =
        read({{"say", "note"}, {"question", "where"}, {"answer", "there"}, {"demeanour", "calm"}});
    ASSERT_TRUE(note.has_value());
    EXPECT_EQ(note->note.question, "where");
    EXPECT_EQ(note->note.answer, "there");
    EXPECT_EQ(note->note.demeanour, "calm");
    EXPECT_FALSE(note->note.bookmark);
    const std::string half(kMaxNoteBytes / 2, 'x');
    EXPECT_TRUE(read({{"say", "note"}, {"question", half}, {"answer", half}}).has_value());
    EXPECT_FALSE(read({{"say", "note"}, {"question", half}, {"answer", half}, {"demeanour", "x"}})
                     .has_value());
    EXPECT_FALSE(read({{"say", "note"}, {"question", 7}, {"answer", "x"}}).has_value())
        << "no part is dropped in silence";
    EXPECT_FALSE(
        read({{"say", "note"}, {"question", "q"}, {"answer", std::string(kMaxNoteBytes + 1, 'x')}})
            .has_value());
}

TEST(Words, ABookmarkNeedsNoText) {
    EXPECT_TRUE(read({{"say", "note"}, {"bookmark", true}})->note.bookmark);
    EXPECT_FALSE(read({{"say", "note"}, {"bookmark", false}}).has_value());
    EXPECT_FALSE(read({{"say", "note"}, {"answer", "x"}, {"bookmark", 1}}).has_value());
}

TEST(Words, EachKindIsReadForWhatItIs) {
    EXPECT_EQ(read({{"say", "undertake"}})->say, Word::Say::Undertake);
    EXPECT_EQ(read({{"say", "turn"}, {"turn", "take"}})->say, Word::Say::TakeTurn);
    EXPECT_EQ(read({{"say", "turn"}, {"turn", "give"}})->say, Word::Say::GiveTurn);
    EXPECT_FALSE(read({{"say", "turn"}, {"turn", "keep"}}).has_value());
    EXPECT_FALSE(read({{"say", "turn"}}).has_value());
    EXPECT_EQ(read({{"say", "view"}, {"view", "room"}})->view, model::View::Room);
    EXPECT_FALSE(read({{"say", "view"}, {"view", "ceiling"}}).has_value());
    const auto spoken = read(
        {{"say", "languages"}, {"language", "Arabic"}, {"dialect", "Sudanese"}, {"heard", true}});
    ASSERT_TRUE(spoken.has_value());
    EXPECT_EQ(spoken->spoken.language, "Arabic");
    EXPECT_EQ(spoken->spoken.dialect, "Sudanese");
    EXPECT_TRUE(spoken->spoken.heard);
    EXPECT_FALSE(read({{"say", "languages"}, {"language", std::string(65, 'x')}}).has_value());
    EXPECT_FALSE(read({{"say", "languages"}, {"language", "x"}, {"heard", "yes"}}).has_value());
}

TEST(Letters, NewsSayEverythingAsItIsAtTheMomentOfSending) {
    const auto signer = DeviceKey::random();
    const auto page = SealingKey::random();
    News news;
    const auto then = model::RecordTime(std::chrono::seconds(1000));
    news.live = {std::chrono::seconds(5), then};
    const auto sent = [&](std::uint64_t number) {
        return opened(
            news_letter(
                {kSession, {kInterviewer, kRun}, number, news, then + std::chrono::seconds(2)},
                signer, page.public_key()),
            page, signer, "sightline-news");
    };
    const auto bare = sent(7);
    EXPECT_EQ(bare.at("number").as_int64(), 7);
    EXPECT_EQ(bare.at("to").as_string(), kInterviewer.text());
    EXPECT_EQ(bare.at("page").as_string(), kRun);
    EXPECT_EQ(bare.at("live_ms").as_int64(), 7000);
    EXPECT_EQ(bare.at("now").as_int64(), 1'002'000);
    EXPECT_TRUE(bare.at("pause_until").is_null());
    EXPECT_TRUE(bare.at("understood").is_null());
    EXPECT_EQ(bare.at("turn").as_string(), "");
    EXPECT_EQ(bare.at("view").as_string(), "face");
    EXPECT_EQ(bare.at("asked_view").as_string(), "");
    news.live = {std::chrono::seconds(5), {}};
    news.pause_until = then;
    news.turn = kInterviewer;
    news.view = model::View::Document;
    news.asked_view = model::View::Room;
    news.understood = false;
    news.undertaken = {kInterviewer};
    news.languages = {{kInterviewer, "Arabic", "Sudanese", true}};
    news.training = true;
    const auto full = sent((std::uint64_t{3} << 32) | 1);
    EXPECT_EQ(full.at("number").as_int64(), 12'884'901'889);
    EXPECT_EQ(full.at("live_ms").as_int64(), 5000);
    EXPECT_EQ(full.at("pause_until").as_int64(), 1'000'000);
    EXPECT_EQ(full.at("turn").as_string(), kInterviewer.text());
    EXPECT_EQ(full.at("view").as_string(), "document");
    EXPECT_EQ(full.at("asked_view").as_string(), "room");
    EXPECT_EQ(full.at("understood"), json::value(false));
    EXPECT_EQ(full.at("undertaken"), (json::array{kInterviewer.text()}));
    EXPECT_EQ(full.at("languages").at(0).at("dialect").as_string(), "Sudanese");
    EXPECT_TRUE(full.at("training").as_bool());
}

TEST(Letters, WhatIsNoLetterIsRefused) {
    for (const char* text : {"", "[]", "{}", R"({"letter":"epoch"})", R"({"letter":"sealed"})",
                             R"({"letter":"announcement","jws":"x"})"}) {
        EXPECT_FALSE(parse_letter(text).has_value()) << text;
    }
    EXPECT_FALSE(parse_letter(std::string(kMaxLetterBytes + 1, ' ')).has_value());
    EXPECT_TRUE(parse_letter(R"({"letter":"hello"})").has_value());
}

}  // namespace
}  // namespace sightline::keys
