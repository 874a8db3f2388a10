#include "media/sframe/header.h"

#include <bit>

#include "appliance/base/check.h"

namespace sightline::sframe {
namespace {

constexpr std::uint64_t kMaxShort = 7;  // fits into the first byte

std::size_t bytes_of(std::uint64_t value) {
    if (value <= kMaxShort) return 0;
    return (static_cast<std::size_t>(std::bit_width(value)) + 7) / 8;
}

// The four bits that stand for a value: itself, or how many bytes it has.
std::uint8_t nibble(std::uint64_t value) {
    const auto n = bytes_of(value);
    return static_cast<std::uint8_t>(n == 0 ? value : 8 | (n - 1));
}

void write_value(std::uint64_t value, base::ByteWriter& out) {
    for (auto n = bytes_of(value); n > 0; --n) {
        out.u8(static_cast<std::uint8_t>(value >> (8 * (n - 1))));
    }
}

std::optional<std::uint64_t> read_value(unsigned four_bits, base::ByteReader& in) {
    if ((four_bits & 8) == 0) return four_bits;
    const auto n = std::size_t{four_bits & 7} + 1;
    std::uint64_t value = 0;
    for (const std::uint8_t byte : in.bytes(n)) value = value << 8 | byte;
    if (!in.ok() || bytes_of(value) != n) return std::nullopt;
    return value;
}

}  // namespace

std::size_t header_size(const Header& header) {
    return 1 + bytes_of(header.kid) + bytes_of(header.counter);
}

std::size_t write_header(const Header& header, base::MutableBytes out) {
    CHECK(out.size() >= kMaxHeaderBytes);
    base::ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(nibble(header.kid) << 4 | nibble(header.counter)));
    write_value(header.kid, writer);
    write_value(header.counter, writer);
    return writer.size();
}

std::optional<ParsedHeader> parse_header(base::ByteView bytes) {
    base::ByteReader in(bytes);
    const unsigned first = in.u8();
    if (!in.ok()) return std::nullopt;
    const auto kid = read_value(first >> 4, in);
    if (!kid) return std::nullopt;
    const auto counter = read_value(first & 15, in);
    if (!counter) return std::nullopt;
    return ParsedHeader{{*kid, *counter}, bytes.size() - in.left()};
}

}  // namespace sightline::sframe
