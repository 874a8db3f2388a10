#include "storage/record_page.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace sightline::storage {
namespace {

namespace json = boost::json;

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>)";
constexpr std::string_view kStyle = R"(</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #111; background: #fff }
h2 { border-bottom: 1px solid #888; break-after: avoid }
table { border-collapse: collapse; margin: 0 0 1em; width: 100%; break-inside: avoid }
th, td { border: 1px solid #bbb; padding: .2em .6em; text-align: start; vertical-align: top }
th { width: 12em; font-weight: normal; background: #f2f2f2 }
td { white-space: pre-wrap; overflow-wrap: anywhere }
td table { white-space: normal }
</style>
</head>
<body>
)";

// "retain_until" is how it is stored; "Retain until" is how it reads.
std::string label(std::string_view key) {
    std::string out = html_escaped(key);
    for (char& c : out) c = c == '_' ? ' ' : c;
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') {
        out[0] = static_cast<char>(out[0] - 'a' + 'A');
    }
    return out;
}

void append(std::string& page, const json::value& value);

void append_table(std::string& page, const json::object& object) {
    page += "<table>\n";
    for (const auto& [key, value] : object) {
        page += "<tr><th scope=\"row\">" + label(key) + "</th><td dir=\"auto\">";
        append(page, value);
        page += "</td></tr>\n";
    }
    page += "</table>\n";
}

void append(std::string& page, const json::value& value) {
    switch (value.kind()) {
        case json::kind::object:
            append_table(page, value.get_object());
            break;
        case json::kind::array:
            for (const auto& item : value.get_array()) append(page, item);
            break;
        case json::kind::string:
            page += html_escaped(std::string_view(value.get_string()));
            break;
        case json::kind::null:
            page += "&mdash;";
            break;
        case json::kind::bool_:
            page += value.get_bool() ? "yes" : "no";
            break;
        default:
            page += json::serialize(value);
            break;
    }
}

}  // namespace

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default: {
                const auto byte = static_cast<unsigned char>(c);
                const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
                out += control ? "\xEF\xBF\xBD" : std::string(1, c);
            }
        }
    }
    return out;
}

std::string record_page(std::string_view title, const json::object& record) {
    std::string page(kHead);
    page += html_escaped(title);
    page += kStyle;
    page += "<h1 dir=\"auto\">" + html_escaped(title) + "</h1>\n";
    json::object about;
    for (const auto& [key, value] : record) {
        if (!value.is_array()) about[key] = value;
    }
    append_table(page, about);
    for (const auto& [key, value] : record) {
        if (!value.is_array()) continue;
        page += "<h2>" + label(key) + "</h2>\n";
        if (value.get_array().empty()) page += "<p>None.</p>\n";
        append(page, value);
    }
    page += "</body>\n</html>\n";
    return page;
}

}  // namespace sightline::storage
