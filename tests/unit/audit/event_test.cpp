#include "storage/audit/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "appliance/base/hex.h"

namespace sightline::storage::audit {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

const Event kEvent{EventTime{milliseconds(1'700'000'000'123)}, "staff:0042", Action::DossierOpened,
                   "00c0ffee00c0ffee", "for the interview of today"};

TEST(AuditEvent, HasTheByteFormThatTheDocumentGives) {
    EXPECT_EQ(*canonical(kEvent),
              R"({"at":1700000000123,"actor":"staff:0042","action":"dossier.opened",)"
              R"("subject":"00c0ffee00c0ffee","detail":"for the interview of today"})");
}

TEST(AuditEvent, ReadsBackWhatItWrote) {
    Event event = kEvent;
    for (const std::string& detail :
         {std::string(), std::string(R"("quoted" \ back)"), std::string("a\nb\tc\x01\x1f\x7f"),
          std::string("nul \0 inside", 12), std::string("ሰላም 你好 \xf0\x9f\x93\xb7"),
          std::string("/</>&")}) {
        event.detail = detail;
        const auto bytes = canonical(event);
        ASSERT_TRUE(bytes);
        EXPECT_EQ(bytes->find('\n'), std::string::npos) << "an event must fit on one line";
        const auto back = parse_event(*bytes);
        ASSERT_TRUE(back) << back.error().text;
        EXPECT_EQ(*back, event);
    }
    event.actor = std::string(kMaxActorBytes, '\x01');
    event.detail = std::string(kMaxDetailBytes, '\x02');
    const auto longest = canonical(event);
    ASSERT_LE(longest->size(), kMaxEventBytes);
    EXPECT_EQ(*parse_event(*longest), event);
}

TEST(AuditEvent, EveryActionHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kActions; ++i) {
        const auto action = static_cast<Action>(i);
        EXPECT_EQ(action_of(name_of(action)), action);
        names.insert(name_of(action));
    }
    EXPECT_EQ(names.size(), kActions);
    EXPECT_EQ(name_of(Action::StoreUnlockRefused), "store.unlock_refused");
    EXPECT_EQ(name_of(Action::KeyRotated), "key.rotated");
    EXPECT_EQ(action_of("dossier.burned"), std::nullopt);
}

TEST(AuditEvent, RefusesValuesOutOfBounds) {
    const auto refused = [](auto change, const char* why) {
        Event event = kEvent;
        change(event);
        const auto bytes = canonical(event);
        ASSERT_FALSE(bytes);
        EXPECT_THAT(bytes.error().text, HasSubstr(why));
    };
    refused([](Event& e) { e.at = EventTime{milliseconds(-1)}; }, "1970");
    refused([](Event& e) { e.at = EventTime{milliseconds(253'402'300'800'000)}; }, "9999");
    refused([](Event& e) { e.actor.clear(); }, "no actor");
    refused([](Event& e) { e.actor = std::string(129, 'a'); }, "128");
    refused([](Event& e) { e.subject = "00C0FFEE00C0FFEE"; }, "subject");
    refused([](Event& e) { e.subject = "00c0ffee"; }, "subject");
    refused([](Event& e) { e.detail = std::string(1025, 'a'); }, "1024");
    refused([](Event& e) { e.detail = "\xff"; }, "UTF-8");
    refused([](Event& e) { e.actor = "\xc0\x80"; }, "UTF-8");
}

TEST(AuditEvent, TakesOnlyTheOneByteForm) {
    const std::string good = *canonical(kEvent);
    const auto with = [&](const std::string& old, const std::string& now) {
        std::string text = good;
        text.replace(text.find(old), old.size(), now);
        return text;
    };
    for (const std::string& text : {
             good + " ",
             " " + good,
             with(",", ", "),
             with("staff", R"(\u0073taff)"),
             with("for", R"(f\/or)"),
             with("1700000000123", "1700000000123.0"),
             with("1700000000123", "01700000000123"),
             with("1700000000123", "-0"),
             with("}", R"(,"more":1})"),
             with(R"("at":1700000000123,)", R"("at":1700000000123,"at":1700000000123,)"),
             with(R"("detail":"for the interview of today")", R"("detail":null)"),
             with(R"("at":1700000000123,"actor":"staff:0042")",
                  R"("actor":"staff:0042","at":1700000000123)"),
             std::string("[]"),
             std::string(""),
             std::string(9000, ' '),
         }) {
        EXPECT_FALSE(parse_event(text)) << text;
    }
    EXPECT_EQ(parse_event(with("dossier.opened", "dossier.burned")).error().code,
              base::Errc::Unsupported);
}

TEST(AuditEvent, ACommitmentDependsOnEveryByteOfSaltAndEvent) {
    Salt salt{};
    std::string bytes = *canonical(kEvent);
    std::set<Hash> seen = {commitment(salt, bytes)};
    for (auto& byte : salt) {
        byte ^= 1;
        EXPECT_TRUE(seen.insert(commitment(salt, bytes)).second);
        byte ^= 1;
    }
    for (auto& byte : bytes) {
        byte = static_cast<char>(byte ^ 1);
        EXPECT_TRUE(seen.insert(commitment(salt, bytes)).second);
        byte = static_cast<char>(byte ^ 1);
    }
    EXPECT_TRUE(seen.insert(commitment(salt, bytes + '\0')).second);
    EXPECT_FALSE(seen.insert(commitment(salt, bytes)).second);
    EXPECT_NE(random_salt(), random_salt());
}

// Byte by byte as the document draws it, hashed by nothing of event.cpp.
TEST(AuditEvent, ACommitmentIsTheHashOfTheDrawnLayout) {
    Salt salt;
    for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(0xa0 + i);
    base::Bytes layout(44 + 3);
    const std::string domain = "sightline-audit-event/v1";
    std::copy(domain.begin(), domain.end(), layout.begin());
    std::copy(salt.begin(), salt.end(), layout.begin() + 24);
    layout[43] = 3;
    layout[44] = 'a';
    layout[45] = 'b';
    layout[46] = 'c';
    EXPECT_EQ(commitment(salt, "abc"), sha256({layout}));
}

}  // namespace
}  // namespace sightline::storage::audit
