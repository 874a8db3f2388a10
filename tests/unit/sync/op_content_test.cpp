// What an op says: read back as it was written, for its own place only, and within its bounds.
#include "storage/sync/op_content.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/unit/sync/sites.h"

namespace sightline::storage::sync {
namespace {

const Envelope kPlace{{SiteId::from_value(1), 2}, 3, OpHash{4}, kDossier, {}, {}};

TEST(OpContent, IsReadAsItWasWritten) {
    OpContent content = setting("persons/7f/name", "Ångström");
    content.changes.push_back({Change::Kind::Remove, "persons/8"});
    content.changes.push_back({Change::Kind::Consent, "persons/7f/metadata",
                               boost::json::object{{"language", "fr"}},
                               model::ConsentAnswer::Withdrawn});
    content.changes.push_back(
        {Change::Kind::Set, "attachments/1",
         Attachment{"letter.pdf", 5, text_of(OpHash{9}), {OpHash{8}}}.value()});
    EXPECT_EQ(parse_content(text_of(content, kPlace), kPlace).value(), content);
    EXPECT_EQ(Attachment::parse(content.changes.back().value).value().chunks.front(), OpHash{8});
}

TEST(OpContent, IsForItsOwnPlaceOnly) {
    const std::string text = text_of(setting("a", 1), kPlace);
    for (int i = 0; i < 4; ++i) {
        Envelope other = kPlace;
        if (i == 0) other.chain.site = SiteId::from_value(9);
        if (i == 1) other.chain.incarnation = 9;
        if (i == 2) other.seq = 9;
        if (i == 3) other.dossier = Pseudonym::from_value(9);
        EXPECT_EQ(parse_content(text, other).error().code, base::Errc::Forbidden) << i;
    }
}

TEST(OpContent, OfANewerSchemaSaysToUpdate) {
    std::string text = text_of(setting("a", 1), kPlace);
    text.replace(text.find(R"("schema":1)"), 10, R"("schema":2)");
    EXPECT_EQ(parse_content(text, kPlace).error().code, base::Errc::Unsupported);
}

TEST(OpContent, TakesPlainValuesAndPathsOnly) {
    for (const char* path : {"", "/a", "a/", "a//b", "a b", "a/\xc3\xa9", "1/2/3/4/5/6/7/8/9"}) {
        EXPECT_FALSE(check(setting(path, 1))) << path;
    }
    EXPECT_TRUE(check(setting("1/2/3/4/5/6/7/8", 1)));
    EXPECT_FALSE(check(setting("a", 1.5)));
    EXPECT_FALSE(check(setting("a", (std::int64_t{1} << 53) + 1)));
    EXPECT_TRUE(check(setting("a", nullptr)));
    EXPECT_FALSE(check(setting("a", boost::json::string(kMaxValueBytes, 'x'))));
    boost::json::value deep = 1;
    for (int i = 0; i < 8; ++i) deep = boost::json::array{deep};
    EXPECT_FALSE(check(setting("a", deep)));
    EXPECT_FALSE(check(setting("attachments/1", "no attachment")));
}

TEST(OpContent, ChangesNothingTwice) {
    OpContent content = setting("persons/1/name", 1);
    content.changes.push_back({Change::Kind::Set, "persons/1/name", 2});
    EXPECT_FALSE(check(content));
    content.changes.back() = {Change::Kind::Remove, "persons/1"};
    EXPECT_FALSE(check(content));  // which of them is last?
    content.changes.back() = {Change::Kind::Remove, "persons/10"};
    EXPECT_TRUE(check(content));
    content.changes.clear();
    EXPECT_FALSE(check(content));
    content.changes.resize(kMaxChanges + 1);
    EXPECT_FALSE(check(content));
}

TEST(OpContent, OfNoKnownFormIsRefused) {
    const std::string text = text_of(setting("a", 1), kPlace);
    for (const auto& [from, to] : {std::pair{R"("set":"a")", R"("put":"a")"},
                                   {R"("value":1)", R"("value":1,"x":1)"},
                                   {R"("value":1)", R"("val":1)"},
                                   {R"("at":1000)", R"("at":-1)"},
                                   {R"("author":"officer 1")", R"("author":"")"},
                                   {R"("schema":1)", R"("x":1)"}}) {
        std::string other = text;
        other.replace(other.find(from), std::string_view(from).size(), to);
        EXPECT_EQ(parse_content(other, kPlace).error().code, base::Errc::Malformed) << to;
    }
    EXPECT_FALSE(parse_content("[]", kPlace));
}

}  // namespace
}  // namespace sightline::storage::sync
