#include "session/dossier/csv_cells.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>

#include "session/dossier/csv_rows.h"

namespace sightline::dossier {
namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return result;
}

// No-break spaces come from web pages and mean nothing at either end.
std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kNoBreak = "\xC2\xA0";
    for (;;) {
        const std::size_t before = text.size();
        const auto first = text.find_first_not_of(" \t\r\n");
        text.remove_prefix(std::min(first, text.size()));
        text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
        if (text.starts_with(kNoBreak)) text.remove_prefix(kNoBreak.size());
        if (text.ends_with(kNoBreak)) text.remove_suffix(kNoBreak.size());
        if (text.size() == before) return text;
    }
}

// Lines end in LF alone.
std::string with_line_feeds(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (!pair) result += text[i] == '\r' ? '\n' : text[i];
    }
    return result;
}

std::string usual(std::string_view text, Rule rule) {
    switch (rule) {
        case Rule::Number:
            return number_key(text);
        case Rule::Country:
        case Rule::Need:
            return upper(text);
        case Rule::Nationality:
            return lower(text) == "stateless" ? kStateless : upper(text);
        default:
            return std::string(text);
    }
}

std::string usual_code(std::string_view text) {
    std::string code = lower(text);
    std::replace_if(
        code.begin(), code.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    return code;
}

json::value count_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong != std::errc() || end != text.data() + text.size()) return json::value(text);
    return number;
}

// Several stand in one cell with spaces, commas, semicolons or bars between them.
json::array several_of(std::string_view text, CellKind kind) {
    json::array all;
    while (!text.empty() && all.size() < 100) {
        const auto end = std::min(text.find_first_of(" ,;|\n\t"), text.size());
        const auto one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.empty()) continue;
        all.emplace_back(kind.kind == Kind::Codes ? usual_code(one) : usual(one, kind.rule));
    }
    return all;
}

}  // namespace

std::optional<json::value> value_of(std::string_view cell, CellKind kind) {
    const auto shown = shown_text(cell);
    const auto text = trimmed(shown);
    if (text.empty()) return std::nullopt;
    switch (kind.kind) {
        case Kind::Text:
            if (kind.rule == Rule::Text) return json::value(with_line_feeds(shown));
            return json::value(usual(text, kind.rule));
        case Kind::Texts:
        case Kind::Codes:
            return several_of(text, kind);
        case Kind::Code:
            return json::value(usual_code(text));
        case Kind::Count:
            return count_of(text);
        case Kind::Yes:
            if (lower(text) == "yes" || lower(text) == "true") return json::value(true);
            return json::value(text);
        case Kind::Reference:
            break;
    }
    return json::value(text);
}

std::string cell_of(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_bool()) return value.get_bool() ? "yes" : "";
    std::string all;
    if (!value.is_array()) return all;
    for (const auto& one : value.get_array()) {
        if (!all.empty()) all += ' ';
        all += std::string_view(one.get_string());
    }
    return all;
}

}  // namespace sightline::dossier
