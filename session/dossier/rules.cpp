#include "session/dossier/rules.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <vector>

#include "session/model/interview.h"

namespace sightline::dossier {

// UNHCR's guidance on the use of standardised specific needs codes: child at risk, disability,
// older person at risk, family unity, legal and physical protection, unaccompanied or separated
// child, serious medical condition, single parent, sexual and gender-based violence, torture,
// woman at risk.
const std::array<const char*, 11> kNeedCodes{"CR", "DS", "ER", "FU", "LP", "SC",
                                             "SM", "SP", "SV", "TR", "WR"};

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }

template <class Is>
bool all_of(std::string_view text, Is is) {
    return std::all_of(text.begin(), text.end(), is);
}
template <class Is>
bool any_of(std::string_view text, Is is) {
    return std::any_of(text.begin(), text.end(), is);
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool is_plain_line(std::string_view text) {
    return model::is_plain_name(text, text.size()) && text.front() != ' ' && text.back() != ' ';
}

bool is_plain_text(std::string_view text) {
    std::string flat(text);
    std::replace_if(
        flat.begin(), flat.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return model::is_plain_name(flat, flat.size()) && any_of(flat, [](char c) { return c != ' '; });
}

bool is_number(std::string_view text) {
    const auto parts = parts_of(text, ' ');
    return any_of(text, is_digit) && std::all_of(parts.begin(), parts.end(), [](auto part) {
               return !part.empty() && all_of(part, [](char c) {
                   return is_letter(c) || is_digit(c) || c == '-' || c == '/' || c == '.';
               });
           });
}

std::optional<int> digits(std::string_view text, std::size_t count) {
    int value = 0;
    if (text.size() != count || !all_of(text, is_digit)) return std::nullopt;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool is_date(std::string_view text, bool must_be_full) {
    const auto parts = parts_of(text, '-');
    if (parts.size() > 3 || (must_be_full && parts.size() != 3)) return false;
    const auto year = digits(parts[0], 4);
    const auto month = parts.size() > 1 ? digits(parts[1], 2) : 1;
    const auto day = parts.size() > 2 ? digits(parts[2], 2) : 1;
    if (!year || !month || !day || *year < 1800 || *year > 2099) return false;
    return std::chrono::year_month_day(std::chrono::year(*year),
                                       std::chrono::month(static_cast<unsigned>(*month)),
                                       std::chrono::day(static_cast<unsigned>(*day)))
        .ok();
}

bool is_script(std::string_view part) {
    return part.size() == 4 && is_upper(part[0]) && all_of(part.substr(1), is_lower);
}

// RFC 5646 section 2.1 as far as people need it: no extended language, extension or private use.
bool is_language(std::string_view text, bool with_script) {
    const auto parts = parts_of(text, '-');
    std::size_t at = 1;
    const bool primary = parts[0].size() >= 2 && parts[0].size() <= 3 && all_of(parts[0], is_lower);
    const bool script = at < parts.size() && is_script(parts[at]);
    if (script) ++at;
    if (at < parts.size() && ((parts[at].size() == 2 && all_of(parts[at], is_upper)) ||
                              (parts[at].size() == 3 && all_of(parts[at], is_digit)))) {
        ++at;
    }
    for (; at < parts.size(); ++at) {  // variants
        const auto part = parts[at];
        const bool long_enough = part.size() >= 5 || (part.size() == 4 && is_digit(part[0]));
        if (!long_enough || part.size() > 8 ||
            !all_of(part, [](char c) { return is_lower(c) || is_digit(c); })) {
            return false;
        }
    }
    return primary && (script || !with_script);
}

bool is_need(std::string_view text) {
    const auto parts = parts_of(text, '-');
    const bool known =
        std::find(kNeedCodes.begin(), kNeedCodes.end(), parts[0]) != kNeedCodes.end();
    return known && (parts.size() == 1 ||
                     (parts.size() == 2 && parts[1].size() == 2 && all_of(parts[1], is_upper)));
}

bool is_media_type(std::string_view text) {
    const auto parts = parts_of(text, '/');
    constexpr std::string_view kMarks = "!#$&^_.+-";
    return parts.size() == 2 && std::all_of(parts.begin(), parts.end(), [&](auto part) {
               const auto plain = [](char c) { return is_lower(c) || is_digit(c); };
               return !part.empty() && plain(part[0]) && all_of(part, [&](char c) {
                   return plain(c) || kMarks.find(c) != std::string_view::npos;
               });
           });
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 &&
           all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

struct Verdict {
    bool good;
    const char* fault;
};

Verdict judge(std::string_view text, Rule rule) {
    switch (rule) {
        case Rule::Line:
            return {is_plain_line(text),
                    "is not one line of plain UTF-8 text without spaces at its ends"};
        case Rule::Text:
            return {is_plain_text(text), "is not plain UTF-8 text"};
        case Rule::Number:
            return {is_number(text),
                    "is no number of a file or a person, such as 123-45-67890: letters, digits, "
                    "hyphens and at least one digit"};
        case Rule::UncertainDate:
            return {is_date(text, false),
                    "is no date, as far as it is known: 1984, 1984-06 or 1984-06-11"};
        case Rule::FullDate:
            return {is_date(text, true), "is no full date, such as 1984-06-11"};
        case Rule::Country:
            return {is_country(text), "is no country in three letters (ISO 3166-1), such as SDN"};
        case Rule::Nationality:
            return {is_country(text) || text == "XXA",
                    "is no nationality in three letters (ISO 3166-1), such as SDN, nor XXA for "
                    "stateless"};
        case Rule::Language:
            return {is_language(text, false),
                    "is no language tag (BCP 47), such as apc, ti or ar-SD"};
        case Rule::ReadLanguage:
            return {is_language(text, true),
                    "is no language tag with a script (BCP 47, ISO 15924), such as prs-Arab"};
        case Rule::Need:
            return {is_need(text), "is no code of a specific need, such as SM or DS-BD"};
        case Rule::MediaType:
            return {is_media_type(text), "is no media type, such as application/pdf"};
        case Rule::Sha256:
            return {is_sha256(text), "is no SHA-256 in 64 hexadecimal digits"};
    }
    return {false, "is of an unknown kind"};
}

// Dashes that spreadsheets and word processors put for a hyphen (U+2010 to U+2015 and U+2212).
std::size_t dash_at(std::string_view text) {
    const auto dash = text.substr(0, 3);
    if (dash == "\xE2\x88\x92") return 3;
    return dash.size() == 3 && dash.starts_with("\xE2\x80") && dash[2] >= '\x90' &&
                   dash[2] <= '\x95'
               ? 3
               : 0;
}

}  // namespace

std::optional<std::string> fault_of(std::string_view text, Rule rule, std::size_t most) {
    if (text.empty()) return "is empty; leave out what is not known";
    if (length_of(text) > most) return "is longer than " + std::to_string(most) + " characters";
    const auto verdict = judge(text, rule);
    if (verdict.good) return std::nullopt;
    return verdict.fault;
}

bool is_usual_file_number(std::string_view number) {
    // 123-45C67890, 123-45-67890: three characters of the office, the year, the serial number.
    return number.size() >= 12 && number.size() <= 15 && number[3] == '-' &&
           (number[6] == 'C' || number[6] == '-') &&
           all_of(number.substr(0, 3), [](char c) { return is_digit(c) || is_upper(c); }) &&
           all_of(number.substr(4, 2), is_digit) && all_of(number.substr(7), is_digit);
}

std::string number_key(std::string_view number) {
    std::string key;
    while (!number.empty()) {
        const std::size_t dash = dash_at(number);
        const char c = number.front();
        if (dash > 0) {
            key += '-';
        } else if (c != ' ') {
            key += is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
        }
        number.remove_prefix(std::max<std::size_t>(dash, 1));
    }
    return key;
}

std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

}  // namespace sightline::dossier
