#include "storage/audit/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sightline::storage::audit {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(kNoDigit);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        digits[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return digits;
}();

// How many bytes a text of this length and padding stands for, if it can be base64 at all.
std::optional<std::size_t> decoded_size(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.empty()) return 0;
    const std::size_t padding = text.ends_with("==") ? 2u : text.ends_with("=") ? 1u : 0u;
    return text.size() / 4 * 3 - padding;
}

// The length of the UTF-8 sequence at the front and its code point; 0 if it is none.
struct Sequence {
    std::size_t length;
    char32_t point;
};
Sequence first_sequence(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {1, lead};
    const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length == 0 || lead > 0xf4 || text.size() < length) return {0, 0};
    char32_t point = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {0, 0};
        point = (point << 6) | (byte(i) & 0x3f);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    if (overlong || surrogate || point > 0x10ffff) return {0, 0};
    return {length, point};
}

bool is_space(char32_t point) {
    return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

}  // namespace

void append_base64(std::string& text, base::ByteView bytes) {
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t bits = base::load24(&bytes[i]);
        const char four[4] = {kAlphabet[bits >> 18], kAlphabet[(bits >> 12) & 63],
                              kAlphabet[(bits >> 6) & 63], kAlphabet[bits & 63]};
        text.append(four, 4);
    }
    if (bytes.size() - i == 1) {
        text += {kAlphabet[bytes[i] >> 2], kAlphabet[(bytes[i] & 3) << 4], '=', '='};
    } else if (bytes.size() - i == 2) {
        const std::uint32_t bits = base::load16(&bytes[i]);
        text +=
            {kAlphabet[bits >> 10], kAlphabet[(bits >> 4) & 63], kAlphabet[(bits & 15) << 2], '='};
    }
}

std::string to_base64(base::ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    append_base64(text, bytes);
    return text;
}

bool from_base64(std::string_view text, base::MutableBytes out) {
    if (decoded_size(text) != out.size()) return false;
    std::size_t at = 0;
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const std::size_t here = std::min<std::size_t>(3, out.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const std::uint8_t digit =
                j <= here ? kDigits[static_cast<std::uint8_t>(text[i + j])] : std::uint8_t{0};
            if (digit == kNoDigit) return false;
            bits = (bits << 6) | digit;
        }
        std::uint8_t three[3];
        base::store24(three, bits);
        for (std::size_t j = 0; j < 3; ++j) {
            if (j < here) {
                out[at++] = three[j];
            } else if (three[j] != 0) {
                return false;  // a second spelling of the same bytes
            }
        }
    }
    return true;
}

std::optional<base::Bytes> from_base64(std::string_view text) {
    const auto size = decoded_size(text);
    if (!size) return std::nullopt;
    base::Bytes bytes(*size);
    if (!from_base64(text, bytes)) return std::nullopt;
    return bytes;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Sequence sequence = first_sequence(text);
        if (sequence.length == 0) return false;
        text.remove_prefix(sequence.length);
    }
    return true;
}

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<std::uint8_t>(c) < 0x20; });
}

bool has_space(std::string_view text) {
    while (!text.empty()) {
        const Sequence sequence = first_sequence(text);
        if (is_space(sequence.point)) return true;
        text.remove_prefix(std::max<std::size_t>(sequence.length, 1));
    }
    return false;
}

std::optional<std::string_view> cut(std::string_view& text, char mark) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view front = text.substr(0, at);
    text.remove_prefix(at + 1);
    return front;
}

}  // namespace sightline::storage::audit
