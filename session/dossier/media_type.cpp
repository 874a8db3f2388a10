#include "session/dossier/media_type.h"

#include <algorithm>

namespace sightline::dossier {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPdf = "%PDF-"sv;
constexpr std::string_view kJpeg = "\xFF\xD8\xFF"sv;
constexpr std::string_view kPng = "\x89PNG\r\n\x1A\n"sv;

bool is_text_control(std::uint8_t c) { return c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

// How many bytes a character has that begins so; 0: none begins so (RFC 3629).
std::size_t length_of(std::uint8_t first) {
    if (first < 0x20 || first == 0x7f) return is_text_control(first) ? 1 : 0;
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first < 0xe0) return 2;
    if (first >= 0xe0 && first < 0xf0) return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

// The last character may be cut off.
bool is_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = length_of(static_cast<std::uint8_t>(text[0]));
        if (length == 0) return false;
        const auto rest = text.substr(1, length - 1);
        if (!std::all_of(rest.begin(), rest.end(), [](char c) { return (c & 0xc0) == 0x80; })) {
            return false;
        }
        text.remove_prefix(std::min(length, text.size()));
    }
    return true;
}

}  // namespace

std::optional<std::string_view> media_type_of(base::ByteView first) {
    const std::string_view text = base::as_text(first).substr(0, kTellingBytes);
    if (text.empty()) return std::nullopt;
    if (text.starts_with(kPdf)) return "application/pdf";
    if (text.starts_with(kJpeg)) return "image/jpeg";
    if (text.starts_with(kPng)) return "image/png";
    return is_text(text) ? std::optional("text/plain"sv) : std::nullopt;
}

}  // namespace sightline::dossier
