#include "storage/audit/signed_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/base/hex.h"
#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::HasSubstr;

SigningKey key_of(const char* name, KeyType type, std::uint8_t seed) {
    return *SigningKey::from_seed(name, type, base::Secret(base::Bytes(32, seed)));
}
const std::string kText = "kiosk.example/log\n3\nroot\n";

// The example key and note in the documentation of Go's golang.org/x/mod/sumdb/note.
const char kGoKey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string kGoNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    "\n";

TEST(NoteKey, HasThePublicKeyOfRfc8032) {
    const auto seed =
        *base::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    const auto key = SigningKey::from_seed("rfc8032", KeyType::Ed25519, base::Secret(seed));
    ASSERT_TRUE(key);
    EXPECT_EQ(base::to_hex(key->verifier().key),
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    EXPECT_EQ(
        base::to_hex(key->sign({})),
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39"
        "701cf9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST(NoteKey, ReadsAndWritesVkeysOfOtherPrograms) {
    const auto key = parse_vkey(kGoKey);
    ASSERT_TRUE(key) << key.error().text;
    EXPECT_EQ(key->name, "PeterNeumann");
    EXPECT_EQ(key->id(), 0xc74f20a3u);
    EXPECT_EQ(key->vkey(), kGoKey);
    for (const KeyType type : {KeyType::Ed25519, KeyType::Cosignature}) {
        const auto made = key_of("log.example", type, 7);
        EXPECT_EQ(*parse_vkey(made.verifier().vkey()), made.verifier());
    }
}

TEST(NoteKey, TheSameKeyForAnotherPurposeHasAnotherId) {
    const auto log = key_of("log.example", KeyType::Ed25519, 7).verifier();
    const auto witness = key_of("log.example", KeyType::Cosignature, 7).verifier();
    EXPECT_EQ(log.key, witness.key);
    EXPECT_NE(log.id(), witness.id());
}

TEST(NoteKey, RefusesAVkeyWithAnyByteChanged) {
    const std::string text = kGoKey;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const char flip : {'\x01', '\x02', '\x08', '\x20', '\x40'}) {
            std::string changed = text;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            EXPECT_FALSE(parse_vkey(changed)) << changed;
        }
    }
    EXPECT_THAT(parse_vkey("PeterNeumann+c74f20a4" + text.substr(21)).error().text,
                HasSubstr("copy it again"));
    EXPECT_EQ(parse_vkey("a+00000000+AgAA").error().code, base::Errc::Unsupported);
    EXPECT_FALSE(parse_vkey(text + "+"));
    EXPECT_FALSE(parse_vkey(""));
}

TEST(NoteKey, RefusesNamesThatWouldMakeALineAmbiguous) {
    for (const char* name : {"", "a b", "a+b", "a\nb", "a\u00a0b", "\xff", "a\x01"}) {
        EXPECT_FALSE(
            SigningKey::from_seed(name, KeyType::Ed25519, base::Secret(base::Bytes(32, 1))))
            << name;
    }
    EXPECT_FALSE(SigningKey::from_seed("log", KeyType::Ed25519, base::Secret(base::Bytes(31, 1))));
}

TEST(SignedNote, VerifiesANoteOfAnotherProgram) {
    const auto key = *parse_vkey(kGoKey);
    const auto open = open_note(kGoNote, {&key, 1});
    ASSERT_TRUE(open) << open.error().text;
    EXPECT_THAT(open->text, testing::EndsWith("your problem is.\n"));
    EXPECT_TRUE(open->signed_by(key));
}

TEST(SignedNote, OpensWithTheKeysThatAreKnownAndIgnoresTheOthers) {
    const auto log = key_of("kiosk.example/log", KeyType::Ed25519, 1);
    const auto hub = key_of("hub.example", KeyType::Cosignature, 2);
    const auto stranger = key_of("stranger.example", KeyType::Cosignature, 3);
    const sys_seconds at{seconds(1'679'315'147)};
    auto note = *sign_note(kText, log);
    note = *add_signature(note, stranger, at);
    note = *add_signature(note, hub, at);

    const std::vector both = {hub.verifier(), log.verifier()};
    const auto open = open_note(note, both);
    ASSERT_TRUE(open) << open.error().text;
    EXPECT_EQ(open->text, kText);
    ASSERT_EQ(open->signatures.size(), 2u);
    EXPECT_EQ(open->signatures[0].at, std::nullopt);
    EXPECT_EQ(open->signatures[1].key, hub.verifier());
    EXPECT_EQ(open->signatures[1].at, at);
    EXPECT_FALSE(open->signed_by(stranger.verifier()));

    const auto unknown = key_of("kiosk.example/log", KeyType::Ed25519, 9).verifier();
    const auto refused = open_note(note, {&unknown, 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Errc::Unauthorized);
    EXPECT_THAT(refused.error().text, HasSubstr("no signature by a key that is known"));
    EXPECT_FALSE(open_note(note, {}));
}

TEST(SignedNote, RefusesANoteWithAnyBitChanged) {
    const auto log = key_of("kiosk.example/log", KeyType::Ed25519, 1);
    const auto hub = key_of("hub.example", KeyType::Cosignature, 2);
    const auto note = *add_signature(*sign_note(kText, log), hub, sys_seconds{seconds(5)});
    const std::vector both = {log.verifier(), hub.verifier()};
    ASSERT_EQ(open_note(note, both)->signatures.size(), 2u);
    for (std::size_t i = 0; i < note.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = note;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            const auto open = open_note(changed, both);
            // Changing a name or a key ID makes the line a stranger's, which is ignored; what is
            // left must still be the text and one good signature.
            if (open) {
                EXPECT_EQ(open->text, kText) << i;
                EXPECT_EQ(open->signatures.size(), 1u) << i;
            }
        }
    }
}

TEST(SignedNote, SaysThatAKnownKeysSignatureIsOverAnotherText) {
    const auto log = key_of("kiosk.example/log", KeyType::Ed25519, 1);
    auto note = *sign_note(kText, log);
    note[0] = 'K';
    const auto open = open_note(note, {&log.verifier(), 1});
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().text,
              "verify signed note: the signature by kiosk.example/log is not over this text; it "
              "was changed");
}

TEST(SignedNote, ACosignatureIsBoundToItsTime) {
    const auto log = key_of("log", KeyType::Ed25519, 1);
    const auto hub = key_of("hub", KeyType::Cosignature, 2);
    const auto note = *add_signature(*sign_note(kText, log), hub, sys_seconds{seconds(5)});
    const std::size_t line = note.rfind(' ') + 1;
    auto bytes = *from_base64(note.substr(line, note.size() - line - 1));
    bytes[11] ^= 1;  // the last byte of the time
    const auto moved = note.substr(0, line) + to_base64(bytes) + "\n";
    EXPECT_FALSE(open_note(moved, {&hub.verifier(), 1}));
    EXPECT_TRUE(open_note(note, {&hub.verifier(), 1}));
}

TEST(SignedNote, ACosignatureIsNoSignatureOfTheLog) {
    const auto log = key_of("log", KeyType::Ed25519, 1);
    const auto witness = key_of("log", KeyType::Cosignature, 1);
    EXPECT_EQ(sign_note(kText, witness).error().code, base::Errc::Unsupported);
    const auto note = *add_signature(*sign_note(kText, log), witness, sys_seconds{seconds(5)});
    EXPECT_EQ(open_note(note, {&log.verifier(), 1})->signatures.size(), 1u);
    EXPECT_EQ(open_note(note, {&witness.verifier(), 1})->signatures.size(), 1u);
    EXPECT_FALSE(add_signature(note, witness, sys_seconds{seconds(-1)}));
}

TEST(SignedNote, TheLastBlankLineEndsTheText) {
    const auto log = key_of("log", KeyType::Ed25519, 1);
    const std::string text = "one\n\n\u2014 log bm90IGE=\n\ntwo\n";
    const auto open = open_note(*sign_note(text, log), {&log.verifier(), 1});
    ASSERT_TRUE(open);
    EXPECT_EQ(open->text, text);
}

TEST(SignedNote, RefusesWhatIsNoNote) {
    const auto log = key_of("log", KeyType::Ed25519, 1);
    const std::string good = *sign_note(kText, log);
    const std::string line = good.substr(kText.size() + 1);
    for (const auto& [note, why] : std::vector<std::pair<std::string, std::string>>{
             {"", "lines of UTF-8"},
             {"no end", "lines of UTF-8"},
             {"\x01" + good, "lines of UTF-8"},
             {"\xff" + good, "lines of UTF-8"},
             {"a\r\n\n" + line, "lines of UTF-8"},
             {"text\n", "no blank line"},
             {"text\n\n", "no signature"},
             {"text\n\n- log AAAAAAAA\n", "does not begin"},
             {"text\n\n\u2014 log\n", "name a key"},
             {"text\n\n\u2014 l+g AAAAAAAA\n", "name a key"},
             {"text\n\n\u2014  AAAAAAAA\n", "name a key"},
             {"text\n\n\u2014 log AAAAAA==\n", "base64"},
             {"text\n\n\u2014 log AAAA AAA\n", "base64"},
             {good + "x\n", "line 2 does not begin"},
             {std::string(kMaxNoteBytes, 'a') + "\n\n" + line, "128 KiB"}}) {
        const auto parsed = parse_note(note);
        ASSERT_FALSE(parsed) << note;
        EXPECT_THAT(parsed.error().text, HasSubstr(why)) << note;
    }
    std::string many = kText + "\n";
    for (std::size_t i = 0; i < kMaxSignatures; ++i) many += line;
    EXPECT_TRUE(open_note(many, {&log.verifier(), 1}));
    EXPECT_EQ(parse_note(many + line).error().code, base::Errc::TooLarge);
    EXPECT_EQ(add_signature(many, log, {}).error().code, base::Errc::TooLarge);
    EXPECT_FALSE(sign_note("no end", log));
    EXPECT_FALSE(sign_note("a\tb\n", log));
}

}  // namespace
}  // namespace sightline::storage::audit
