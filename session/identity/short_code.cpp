#include "session/identity/short_code.h"

#include <cctype>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"

namespace sightline::identity {
namespace {

constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kBitsPerLetter = 5;
constexpr std::size_t kLettersPerGroup = 4;
constexpr std::size_t kCodeBits = 60;

}  // namespace

std::string crockford(base::ByteView bytes, std::size_t bits) {
    CHECK(bits <= bytes.size() * 8);
    std::string out;
    std::size_t letters = 0;
    for (std::size_t at = 0; at < bits; at += kBitsPerLetter) {
        std::size_t index = 0;
        for (std::size_t bit = at; bit < at + kBitsPerLetter; ++bit) {
            const unsigned one = bit < bits ? bytes[bit / 8] >> (7 - bit % 8) & 1u : 0u;
            index = index << 1 | one;
        }
        if (letters > 0 && letters % kLettersPerGroup == 0) out += '-';
        out += kLetters[index];
        ++letters;
    }
    return out;
}

std::optional<std::string> parse_crockford(std::string_view text, std::size_t bits) {
    std::string out;
    std::size_t letters = 0;
    for (const char typed : text) {
        if (typed == '-' || typed == ' ') continue;
        char letter = static_cast<char>(std::toupper(static_cast<unsigned char>(typed)));
        if (letter == 'O') letter = '0';
        if (letter == 'I' || letter == 'L') letter = '1';
        if (kLetters.find(letter) == std::string_view::npos) return std::nullopt;
        if (letters > 0 && letters % kLettersPerGroup == 0) out += '-';
        out += letter;
        ++letters;
    }
    if (letters != (bits + kBitsPerLetter - 1) / kBitsPerLetter) return std::nullopt;
    return out;
}

std::string short_code(std::string_view thumbprint) {
    const auto bytes = base::from_base64url(thumbprint);
    CHECK(bytes && bytes->size() == 32);
    return crockford(*bytes, kCodeBits);
}

std::optional<std::string> parse_short_code(std::string_view text) {
    return parse_crockford(text, kCodeBits);
}

}  // namespace sightline::identity
