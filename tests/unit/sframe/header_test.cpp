#include "media/sframe/header.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/unit/sframe/vectors.h"

namespace sightline::sframe {
namespace {

std::string written(const Header& header) {
    std::array<std::uint8_t, kMaxHeaderBytes> bytes{};
    const auto size = write_header(header, bytes);
    EXPECT_EQ(size, header_size(header));
    return base::to_hex(base::ByteView(bytes).first(size));
}

TEST(SframeHeader, IsWrittenAndReadAsInTheRfc) {
    ASSERT_FALSE(vectors::of("header").empty());
    for (const auto& vector : vectors::of("header")) {
        const Header header{vectors::number(vector, "kid"), vectors::number(vector, "counter")};
        EXPECT_EQ(written(header), vectors::text(vector, "encoded"));
        const auto bytes = vectors::bytes(vector, "encoded");
        const auto parsed = parse_header(bytes);
        ASSERT_TRUE(parsed) << vectors::text(vector, "encoded");
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
