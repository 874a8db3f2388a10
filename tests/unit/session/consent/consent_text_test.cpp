#include "session/consent/consent_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/support/consent_texts.h"

namespace sightline::consent {
namespace {

using base::Errc;
using model::ConsentItem;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::ConsentTexts;

TEST(ConsentText, ATextIsItsBodyAndTheHashOfItsBody) {
    ConsentTexts texts;
    texts.write("en/consent/video.txt", "review: original\n\nabc");
    const auto library = texts.load();
    ASSERT_TRUE(library) << library.error().text;
    const Text* const text = library->find(ConsentItem::Video, "en");
    ASSERT_NE(text, nullptr);
    EXPECT_EQ(text->body, "abc");
    EXPECT_EQ(text->review, Review::Original);
    // FIPS 180-2, appendix B.1.
    EXPECT_EQ(text->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(library->by_hash(text->sha256), text);
    EXPECT_EQ(library->find(ConsentItem::Video, "fr"), nullptr);
    EXPECT_EQ(library->find(ConsentItem::Audio, "en"), nullptr);
    EXPECT_EQ(library->by_hash(std::string(64, '0')), nullptr);
}

TEST(ConsentText, AnEarlierVersionIsFoundByItsHashAndIsNotThePresentOne) {
    ConsentTexts texts;
    texts.write("en/consent/video.txt", "review: original\n\nnew\n");
    texts.write("en/consent/video.1.txt", "review: draft\n\nabc");
    const auto library = texts.load().value();
    EXPECT_EQ(library.find(ConsentItem::Video, "en")->body, "new\n");
    const Text* const earlier =
        library.by_hash("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ASSERT_NE(earlier, nullptr);
    EXPECT_EQ(earlier->review, Review::Draft);
    EXPECT_EQ(earlier->body, "abc");
}

TEST(ConsentText, LanguagesAreThoseOfPresentVersions) {
    ConsentTexts texts;
    texts.write_usual();
    texts.write("so/consent/video.1.txt", "review: draft\n\nMa ku arki karaan?\n");
    EXPECT_THAT(texts.load().value().languages(), ElementsAre("en", "fr", "ti"));
}

TEST(ConsentText, HiddenFilesAndThePageForPeopleAreNotTexts) {
    ConsentTexts texts;
    texts.write_usual();
    texts.write("README.md", "# Adding a language\n");
    texts.write("en/consent/.video.txt.swp", "anything");
    EXPECT_TRUE(texts.load());
}

struct Bad {
    const char* file;
    std::string content;
    const char* says;
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.file << " " << bad.says; }

class BadText : public testing::TestWithParam<Bad> {};
TEST_P(BadText, IsRefusedByItsNameAndWhatToDo) {
    ConsentTexts texts;
    texts.write_usual();
    texts.write(GetParam().file, GetParam().content);
    const auto library = texts.load();
    ASSERT_FALSE(library);
    EXPECT_EQ(library.error().code, Errc::Malformed);
    EXPECT_THAT(library.error().text, HasSubstr(GetParam().says));
    EXPECT_THAT(library.error().text, HasSubstr(texts.path().string()));
}
INSTANTIATE_TEST_SUITE_P(
    OfEveryKind, BadText,
    testing::Values(
        Bad{"en/consent/audio.txt", "May they hear you?\n", "must begin with"},
        Bad{"en/consent/audio.txt", "review: certified\n\nx\n", "must begin with"},
        Bad{"en/consent/audio.txt", "review: reviewed \n\nx\n", "must begin with"},
        Bad{"en/consent/audio.txt", "review: reviewed\nx\n", "must begin with"},
        Bad{"en/consent/audio.txt", "review: reviewed\r\n\r\nx\r\n", "must begin with"},
        Bad{"en/consent/audio.txt", "review: original", "must begin with"},
        Bad{"en/consent/audio.txt", "", "must begin with"},
        Bad{"en/consent/audio.txt", "review: original\n\n", "its body"},
        Bad{"en/consent/audio.txt", "review: original\n\n\xFF\xFE\n", "its body"},
        Bad{"en/consent/audio.txt", "review: original\n\nred \x1B[31m\n", "its body"},
        Bad{"en/consent/audio.txt", "review: original\n\n" + std::string(kMaxTextBytes + 1, 'x'),
            "its body"},
        Bad{"en/consent/audio.txt", "review: original\n\n" + std::string(1 << 20, 'x'), "its body"},
        Bad{"en/consent/observers.txt", "review: original\n\nMay others watch?\n",
            "{organisation}"},
        Bad{"fr/consent/share-dossier.txt", "review: draft\n\nD'accord ?\n", "{state}"},
        Bad{"en/consent/vidoe.txt", "review: original\n\nx\n", "its name"},
        Bad{"en/consent/video.txt.bak", "review: original\n\nx\n", "its name"},
        Bad{"en/consent/video.one.txt", "review: original\n\nx\n", "its name"},
        Bad{"en/consent/video..txt", "review: original\n\nx\n", "its name"},
        Bad{"en/consent/video.1.txt", "review: draft\n\nMay they see you?\n", "the same words"},
        Bad{"en/consent/notes/video.txt", "review: draft\n\nx\n", "its name"},
        Bad{"readme.txt", "x\n", "folder of a language"},
        Bad{"en/consent/README.md", "x\n", "its name"},
        Bad{"e_n/consent/video.txt", "review: draft\n\nx\n", "folder of a language"}));

TEST(ConsentText, ATranslationNeedsItsOriginal) {
    ConsentTexts texts;
    texts.write("fr/consent/video.txt", "review: reviewed\n\nPeuvent-ils vous voir ?\n");
    const auto library = texts.load();
    ASSERT_FALSE(library);
    EXPECT_THAT(library.error().text, HasSubstr("original"));
}

TEST(ConsentText, NoTextsAtAllAreUnavailable) {
    ConsentTexts texts;
    EXPECT_EQ(texts.load().error().code, Errc::Unavailable);
    EXPECT_EQ(TextLibrary::load(texts.path() / "nowhere").error().code, Errc::Unavailable);
}

constexpr ConsentItem kItems[] = {ConsentItem::Video, ConsentItem::Audio, ConsentItem::Observers,
                                  ConsentItem::Metadata, ConsentItem::ShareDossier};

std::ptrdiff_t characters_of(std::string_view utf8) {
    return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

// What an installed text must say in its own words, whoever translates it anew.
struct Installed {
    const char* language;
    Review review;
    const char *question, *may_refuse, *may_change, *free;
};

// What is installed with the program.
TEST(ConsentText, TheInstalledTextsCoverEveryItemInTheLanguagesThatClaimIt) {
    const auto library = TextLibrary::load(SOURCE_ROOT "/session/languages");
    ASSERT_TRUE(library) << library.error().text;
    EXPECT_THAT(library->languages(), ElementsAre("ar", "en", "fr", "prs"));
    // Drafts until a certified translator has seen them.
    for (const Installed& each :
         {Installed{"en", Review::Original, "?", "you can say no", "change your mind at any time",
                    "free"},
          Installed{"fr", Review::Draft, "?", "vous pouvez dire non",
                    "changer d'avis à tout moment", "gratuit"},
          Installed{"ar", Review::Draft, "؟", "ويمكنك قول «لا»", "يمكنك تغيير رأيك في أي وقت",
                    "مجانية"},
          Installed{"prs", Review::Draft, "؟", "می‌توانید نی بگویید",
                    "هر وقت می‌توانید نظر خود را تغییر بدهید",
                    "رایگان"}}) {
        for (const ConsentItem item : kItems) {
            const std::string what = std::string(each.language) + " " + model::name_of(item);
            const Text* const text = library->find(item, each.language);
            ASSERT_NE(text, nullptr) << what;
            EXPECT_EQ(text->review, each.review) << what;
            // Read aloud in about a minute, and ending in the question.
            EXPECT_LT(characters_of(text->body), 1100) << what;
            EXPECT_TRUE(text->body.ends_with(std::string(each.question) + "\n")) << what;
            // Refusing, changing one's mind and that it costs nothing stand in every one.
            for (const char* must : {each.may_refuse, each.may_change, each.free})
                EXPECT_THAT(text->body, HasSubstr(must)) << what;
        }
    }
}

}  // namespace
}  // namespace sightline::consent
