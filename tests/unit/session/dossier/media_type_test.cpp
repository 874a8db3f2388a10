#include "session/dossier/media_type.h"

#include <gtest/gtest.h>

namespace sightline::dossier {
namespace {

using namespace std::string_view_literals;

std::string_view judged(std::string_view bytes) {
    return media_type_of(base::as_bytes(bytes)).value_or("none");
}

TEST(MediaType, KnowsADocumentByItsFirstBytes) {
    EXPECT_EQ(judged("%PDF-1.7\n%\xE2\xE3\xCF\xD3"), "application/pdf");
    EXPECT_EQ(judged("\xFF\xD8\xFF\xE0\0\x10JFIF"sv), "image/jpeg");
    EXPECT_EQ(judged("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"sv), "image/png");
    EXPECT_EQ(judged("Letter of the test.\r\n\tSecond line.\n\f"), "text/plain");
    EXPECT_EQ(judged("شهادة"), "text/plain");
    EXPECT_EQ(judged("\xEF\xBB\xBF with a mark"), "text/plain");
}

TEST(MediaType, TakesNothingElse) {
    EXPECT_EQ(judged(""), "none");
    EXPECT_EQ(judged("PK\x03\x04"), "none");
    EXPECT_EQ(judged("MZ\x90\0\x03"sv), "none");
    EXPECT_EQ(judged("\x7f"
                     "ELF\x02\x01"),
              "none");
    EXPECT_EQ(judged("text\0"sv), "none");
    EXPECT_EQ(judged("\x1b[2J"), "none") << "what a terminal would obey";
    EXPECT_EQ(judged("\xC0\xAF"), "none") << "a longer form than needed";
    EXPECT_EQ(judged("caf\xE9 in Latin-1"), "none");
    EXPECT_EQ(judged(" %PDF-1.7\n\x01"), "none") << "not at its beginning";
}

TEST(MediaType, ACharacterMayBeCutOffAtTheEndOnly) {
    std::string text(kTellingBytes - 1, 'a');
    text += "\xC3\xA9 and more";
    EXPECT_EQ(judged(text), "text/plain");
    EXPECT_EQ(judged("a\xC3"), "text/plain");
    EXPECT_EQ(judged("\xC3 a"), "none");
}

}  // namespace
}  // namespace sightline::dossier
