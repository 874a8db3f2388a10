#include "media/sframe/header.h"

#include <gtest/gtest.h>

#include <array>

#include "appliance/base/hex.h"

namespace sightline::sframe {
namespace {

std::string written(const Header& header) {
    std::array<std::uint8_t, kMaxHeaderBytes> bytes{};
    const auto size = write_header(header, bytes);
    EXPECT_EQ(size, header_size(header));
    return base::to_hex(base::ByteView(bytes).first(size));
}

// RFC 9605 appendix C.1, some of each length.
TEST(SframeHeader, IsWrittenAndReadAsInTheRfc) {
    const std::vector<std::pair<Header, const char*>> vectors = {
        {{0, 0}, "00"},
        {{0, 1}, "01"},
        {{0, 255}, "08ff"},
        {{0, 256}, "090100"},
        {{0, 65535}, "09ffff"},
        {{0, 65536}, "0a010000"},
        {{0, 16777216}, "0b01000000"},
        {{0, 4294967296}, "0c0100000000"},
        {{0, 1099511627776}, "0d010000000000"},
        {{0, 281474976710656}, "0e01000000000000"},
        {{0, 72057594037927936}, "0f0100000000000000"},
        {{0, 18446744073709551615U}, "0fffffffffffffffff"},
        {{1, 0}, "10"},
        {{1, 255}, "18ff"},
        {{255, 0}, "80ff"},
        {{255, 1}, "81ff"},
        {{255, 256}, "89ff0100"},
        {{256, 65535}, "990100ffff"},
        {{65535, 4294967295}, "9bffffffffffff"},
        {{65536, 281474976710656}, "ae01000001000000000000"},
        {{16777216, 18446744073709551615U}, "bf01000000ffffffffffffffff"},
        {{4294967296, 1}, "c10100000000"},
    };
    for (const auto& [header, hex] : vectors) {
        EXPECT_EQ(written(header), hex);
        const auto bytes = base::from_hex(hex).value();
        const auto parsed = parse_header(bytes);
        ASSERT_TRUE(parsed) << hex;
        EXPECT_EQ(parsed->header, header);
        EXPECT_EQ(parsed->size, bytes.size());
    }
}

TEST(SframeHeader, EveryLengthOfBothComesBack) {
    for (unsigned kid_bits = 0; kid_bits <= 64; ++kid_bits) {
        for (unsigned counter_bits = 0; counter_bits <= 64; ++counter_bits) {
            const auto top = [](unsigned bits) {
                return bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
            };
            const Header header{top(kid_bits), top(counter_bits)};
            std::array<std::uint8_t, kMaxHeaderBytes> bytes{};
            const auto size = write_header(header, bytes);
            const auto parsed = parse_header(bytes);
            ASSERT_TRUE(parsed);
            EXPECT_EQ(parsed->header, header);
            EXPECT_EQ(parsed->size, size);
            for (std::size_t less = 0; less < size; ++less) {
                EXPECT_FALSE(parse_header(base::ByteView(bytes).first(less)));
            }
        }
    }
}

TEST(SframeHeader, HasOneFormOnly) {
    EXPECT_FALSE(parse_header(base::from_hex("8007").value())) << "7 fits into the first byte";
    EXPECT_FALSE(parse_header(base::from_hex("0807").value()));
    EXPECT_FALSE(parse_header(base::from_hex("0900ff").value())) << "255 has one byte";
    EXPECT_FALSE(parse_header({}));
}

}  // namespace
}  // namespace sightline::sframe
