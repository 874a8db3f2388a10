#include "session/identity/short_code.h"

#include <gtest/gtest.h>

#include "tests/unit/session/identity/vectors.h"

namespace sightline::identity {
namespace {

TEST(ShortCode, IsThatOfTheVectors) {
    const auto all = vectors::of("short_codes.json");
    for (const auto& vector : all.at("codes").as_array()) {
        EXPECT_EQ(short_code(vectors::text(vector, "thumbprint")), vectors::text(vector, "code"));
    }
}

TEST(ShortCode, IsTakenHoweverItIsTypedAndNotIfItIsNone) {
    const auto all = vectors::of("short_codes.json");
    for (const auto& vector : all.at("parse").as_array()) {
        const auto parsed = parse_short_code(vectors::text(vector, "text"));
        if (vector.at("code").is_null()) {
            EXPECT_FALSE(parsed) << vectors::text(vector, "text");
        } else {
            EXPECT_EQ(parsed, vectors::text(vector, "code"));
        }
    }
}

TEST(ShortCode, LettersStandForAnyNumberOfBits) {
    const base::Bytes bytes{0xff, 0xff, 0xff, 0xff};
    EXPECT_EQ(crockford(bytes, 32), "ZZZZ-ZZR");
    EXPECT_EQ(parse_crockford("zzzz zzr", 32), "ZZZZ-ZZR");
    EXPECT_FALSE(parse_crockford("zzzz zz", 32));
}

}  // namespace
}  // namespace sightline::identity
