#include "storage/audit/text.h"

#include <gtest/gtest.h>

namespace sightline::storage::audit {
namespace {

TEST(Base64, HasTheVectorsOfRfc4648) {
    for (const auto& [plain, text] :
         std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}}) {
        EXPECT_EQ(to_base64(base::as_bytes(plain)), text);
        const auto back = from_base64(text);
        ASSERT_TRUE(back) << text;
        EXPECT_EQ(base::as_text(*back), plain);
    }
}

TEST(Base64, ReadsBackEveryByteAtEveryPlace) {
    for (std::size_t size = 1; size <= 4; ++size) {
        for (unsigned value = 0; value < 256; ++value) {
            const base::Bytes bytes(size, static_cast<std::uint8_t>(value));
            EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
        }
    }
}

TEST(Base64, HasOneSpellingForEachValue) {
    for (const char* text : {"Zg", "Zg=", "Zh==", "Zm9=", "Zm8", "Zg==Zg==", "Z===", "====", "=Zg=",
                             "Zm8=\n", " Zm8=", "Zm9-", "Zm9_", "Zm\n9", "Zm=v"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
    std::uint8_t two[2];
    EXPECT_FALSE(from_base64("Zm9v", two));
    EXPECT_FALSE(from_base64("Zg==", two));
    EXPECT_TRUE(from_base64("Zm8=", two));
}

TEST(Decimal, HasOneSpellingForEachValue) {
    EXPECT_EQ(parse_decimal("0"), 0u);
    EXPECT_EQ(parse_decimal("18446744073709551615"), ~std::uint64_t{0});
    for (const char* text : {"", "00", "01", "+1", "-1", " 1", "1 ", "1x", "0x1",
                             "18446744073709551616", "99999999999999999999999"}) {
        EXPECT_FALSE(parse_decimal(text)) << text;
    }
}

TEST(Utf8, TakesWhatRfc3629Takes) {
    for (const char* text : {"", "plain", "\x7f", "é", "ሀ", "中", "\xf0\x9f\x93\xb7",
                             "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"}) {
        EXPECT_TRUE(is_utf8(text)) << text;
    }
    for (const char* text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80",
                             "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
                             "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x80", "\xff"}) {
        EXPECT_FALSE(is_utf8(text)) << text;
    }
}

TEST(Utf8, KnowsSpacesOfAllScripts) {
    for (const char* text : {" ", "\t", "a\u00a0b", "\u1680", "\u2003", "\u2028", "\u3000x"}) {
        EXPECT_TRUE(has_space(text)) << text;
    }
    for (const char* text : {"", "a-b", "\u200b", "ሀ"}) EXPECT_FALSE(has_space(text)) << text;
}

}  // namespace
}  // namespace sightline::storage::audit
