// What one text of the form may look like. Each rule has one spelling: lenience is the affair of
// the readers that know where a text comes from. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightline::dossier {

enum class Rule : std::uint8_t {
    Line,           // one line of plain text, no spaces at its ends
    Text,           // plain text of any number of lines, not blank
    Number,         // of a file or a person: letters, digits, - / . and single spaces; one digit
    UncertainDate,  // "1984", "1984-06" or "1984-06-11"
    FullDate,       // "1984-06-11"
    Country,        // ISO 3166-1 alpha-3, or XKX
    Nationality,    // the same, or XXA for the stateless
    Language,       // BCP 47 in its usual letter case: language, script, region, variants
    ReadLanguage,   // the same with a script (ISO 15924)
    Need,           // one of UNHCR's codes of specific needs, with or without a second part
    MediaType,      // RFC 6838, without parameters
    Sha256,         // 64 hexadecimal digits, lower case
};

// Why `text` breaks the rule, as the end of a sentence; nullopt if it is good. `most` counts
// characters (Unicode code points), as the schema does.
std::optional<std::string> fault_of(std::string_view text, Rule rule, std::size_t most);

// The longest that is well formed; fields of free text have their own bounds.
inline constexpr std::size_t kMaxNumberLength = 40;
inline constexpr std::size_t kMaxLanguageLength = 35;

// "123-45C67890" or "123-45-67890" (since 2021). Others are taken, with a doubt.
bool is_usual_file_number(std::string_view number);
// Two numbers are the same number if these are: letter case, spaces and the kind of dash do not
// count.
std::string number_key(std::string_view number);

// UTF-8's characters in a text; bytes if it is none.
std::size_t length_of(std::string_view text);

// All of ISO 3166-1 alpha-3, and XKX.
bool is_country(std::string_view code);
extern const std::array<const char*, 250> kCountries;
// The first part of a specific need's code.
extern const std::array<const char*, 11> kNeedCodes;

}  // namespace sightline::dossier
