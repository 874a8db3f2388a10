#include "session/dossier/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sightline::dossier {
namespace {

bool takes(Rule rule, std::string_view text) { return !fault_of(text, rule, 1000); }

TEST(Rules, TakeTheFileNumbersThatOfficesWrite) {
    for (const char* number :
         {"123-45C67890", "123-45-67890", "123-45c67890", "NLD/2026.12", "123 45 67890", "1"}) {
        EXPECT_TRUE(takes(Rule::Number, number)) << number;
    }
    for (const char* number : {"", " 1", "1 ", "1  2", "none", "-", "1\n2", "1_2",
                               "1\xE2\x80\x93"
                               "2"}) {
        EXPECT_FALSE(takes(Rule::Number, number)) << number;
    }
}

TEST(Rules, KnowUnhcrsFileNumbersOldAndNew) {
    EXPECT_TRUE(is_usual_file_number("123-45C67890"));
    EXPECT_TRUE(is_usual_file_number("123-45-67890"));
    for (const char* number : {"", "1", "123-45X67890", "123-4567890", "123-45C", "123-45-6789O"}) {
        EXPECT_FALSE(is_usual_file_number(number)) << number;
    }
}

TEST(Rules, ANumberIsTheSameHoweverItIsSpelled) {
    EXPECT_EQ(number_key(" 123-45c67890 "), "123-45C67890");
    EXPECT_EQ(number_key("123 \xE2\x80\x93 45C 67890"), "123-45C67890");
    EXPECT_EQ(number_key("123\xE2\x88\x92"
                         "45"),
              "123-45");
    EXPECT_NE(number_key("123-45-67890"), number_key("123-45C67890"));
}

TEST(Rules, TakeADateAsFarAsItIsKnown) {
    for (const char* date : {"1984", "1984-06", "1984-06-11", "2024-02-29"}) {
        EXPECT_TRUE(takes(Rule::UncertainDate, date)) << date;
    }
    for (const char* date :
         {"84", "1984-6", "1984-13", "1984-00", "1984-06-31", "2023-02-29", "1984-06-11T00",
          "11.06.1984", "1984-", "1984-06-", "1799", "2100", "19a4", "1984-06-11-1"}) {
        EXPECT_FALSE(takes(Rule::UncertainDate, date)) << date;
    }
    EXPECT_TRUE(takes(Rule::FullDate, "1984-06-11"));
    EXPECT_FALSE(takes(Rule::FullDate, "1984-06"));
}

TEST(Rules, TellTheStatelessFromThoseWithUnknownNationality) {
    EXPECT_TRUE(takes(Rule::Nationality, "XXA"));
    EXPECT_FALSE(takes(Rule::Country, "XXA"));
    EXPECT_TRUE(takes(Rule::Country, "SDN"));
    for (const char* code : {"sdn", "SD", "SUD", "ZZZ"}) {
        EXPECT_FALSE(takes(Rule::Nationality, code)) << code;
    }
    EXPECT_TRUE(std::is_sorted(kCountries.begin(), kCountries.end(),
                               [](std::string_view a, std::string_view b) { return a < b; }));
}

TEST(Rules, TakeLanguagesInTheirUsualSpellingOnly) {
    for (const char* tag :
         {"ti", "apc", "ar-SD", "prs-Arab", "es-419", "ku-Latn-TR", "de-DE-1996", "sl-rozaj"}) {
        EXPECT_TRUE(takes(Rule::Language, tag)) << tag;
    }
    for (const char* tag : {"t", "tigr", "TI", "ar-sd", "prs-arab", "ar_SD", "ar-", "-", "x-kurd",
                            "ar-SD-Arab", "Arabic"}) {
        EXPECT_FALSE(takes(Rule::Language, tag)) << tag;
    }
    EXPECT_TRUE(takes(Rule::ReadLanguage, "prs-Arab"));
    EXPECT_FALSE(takes(Rule::ReadLanguage, "prs"));
}

TEST(Rules, TakeTheStandardisedSpecificNeeds) {
    for (const char* code : {"SM", "DS-BD", "TR"}) EXPECT_TRUE(takes(Rule::Need, code)) << code;
    for (const char* code : {"XX", "sm", "SM-", "SM-B", "SM-BD-X"}) {
        EXPECT_FALSE(takes(Rule::Need, code)) << code;
    }
}

TEST(Rules, TakeLinesAndTextsWithoutControls) {
    EXPECT_TRUE(takes(Rule::Line, "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 A"));
    EXPECT_TRUE(takes(Rule::Text, "one\n\ttwo "));
    for (const char* text : {"", " ", "a\rb", "a\x1b[0m", "\xFF", "\xC3", "\xC2\x85"}) {
        EXPECT_FALSE(takes(Rule::Line, text)) << text;
        EXPECT_FALSE(takes(Rule::Text, text)) << text;
    }
    for (const char* text : {"a\nb", " a", "a ", "a\tb"}) EXPECT_FALSE(takes(Rule::Line, text));
    EXPECT_FALSE(takes(Rule::Text, std::string_view("a\0b", 3)));
    EXPECT_FALSE(takes(Rule::Text, "\n \t"));
}

TEST(Rules, CountCharactersAndNotBytes) {
    std::string text;
    for (int i = 0; i < 10; ++i) text += "\xD8\xB3";
    EXPECT_FALSE(fault_of(text, Rule::Line, 10));
    EXPECT_EQ(fault_of(text, Rule::Line, 9), "is longer than 9 characters");
}

TEST(Rules, TakeMediaTypesAndHashes) {
    EXPECT_TRUE(takes(Rule::MediaType, "application/pdf"));
    for (const char* type : {"pdf", "a/b/c", "Image/png", "text/html; charset=x", "/x", "x/"}) {
        EXPECT_FALSE(takes(Rule::MediaType, type)) << type;
    }
    EXPECT_TRUE(takes(Rule::Sha256, std::string(64, 'f')));
    EXPECT_FALSE(takes(Rule::Sha256, std::string(63, 'f')));
    EXPECT_FALSE(takes(Rule::Sha256, std::string(64, 'F')));
}

}  // namespace
}  // namespace sightline::dossier
