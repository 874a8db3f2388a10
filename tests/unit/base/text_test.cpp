#include <gtest/gtest.h>

#include <set>

#include "appliance/base/hex.h"
#include "appliance/base/ids.h"
#include "appliance/base/random.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::base {
namespace {

TEST(Hex, RoundTrips) {
    const Bytes bytes = {0x00, 0x0f, 0xa0, 0xff};
    EXPECT_EQ(to_hex(bytes), "000fa0ff");
    EXPECT_EQ(from_hex("000FA0ff"), bytes);
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
    EXPECT_FALSE(from_hex("abc"));
    EXPECT_FALSE(from_hex("zz"));
}

// RFC 4648 section 10, without the padding.
TEST(Base64Url, MatchesTheTestVectors) {
    EXPECT_EQ(to_base64url(as_bytes("")), "");
    EXPECT_EQ(to_base64url(as_bytes("f")), "Zg");
    EXPECT_EQ(to_base64url(as_bytes("fo")), "Zm8");
    EXPECT_EQ(to_base64url(as_bytes("foo")), "Zm9v");
    EXPECT_EQ(to_base64url(as_bytes("foobar")), "Zm9vYmFy");
    const Bytes high = {0xfb, 0xff};
    EXPECT_EQ(to_base64url(high), "-_8");
}

TEST(Base64url, ReadsWhatItWroteAndNoOtherSpelling) {
    for (const char* text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
        const auto bytes = from_base64url(to_base64url(as_bytes(text)));
        ASSERT_TRUE(bytes) << text;
        EXPECT_EQ(as_text(*bytes), text);
    }
    for (const char* text : {"Z", "Zm9vY", "Zg==", "Zh", "Zm9=", "Zm 9v", "Zm+v", "Zm/v"}) {
        EXPECT_FALSE(from_base64url(text)) << text;
    }
}

TEST(Id, ReadsWhatItWrites) {
    const auto id = SessionId::random();
    EXPECT_EQ(SessionId::parse(id.text()), id);
    EXPECT_EQ(id.text().size(), 16u);
    EXPECT_EQ(id.brief(), id.text().substr(0, 6));
}

TEST(Id, RefusesAnythingElse) {
    EXPECT_FALSE(SessionId::parse(""));
    EXPECT_FALSE(SessionId::parse("12345678"));
    EXPECT_FALSE(SessionId::parse("0123456789abcdef0"));
    EXPECT_FALSE(SessionId::parse("0123456789abcdeg"));
}

TEST(Random, GivesIceCharactersThatDoNotRepeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const auto text = random_ice_chars(24);
        EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789+/"),
                  std::string::npos);
        EXPECT_TRUE(seen.insert(text).second);
    }
}

TEST(Secret, IsEmptyAfterItWasMovedAway) {
    Secret secret(std::string_view("token"));
    const Secret other = std::move(secret);
    EXPECT_EQ(other.reveal_text(), "token");
    EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): what is tested
}

TEST(Result, CarriesAValueOrAnError) {
    const auto half = [](int n) -> Result<int> {
        if (n % 2 != 0) return Error(Errc::Malformed, "odd");
        return n / 2;
    };
    EXPECT_EQ(*half(4), 2);
    ASSERT_FALSE(half(3));
    EXPECT_EQ(half(3).error().code, Errc::Malformed);
    EXPECT_STREQ(name_of(half(3).error().code), "malformed");
    EXPECT_THROW((void)half(3).value(), std::logic_error);
}

}  // namespace
}  // namespace sightline::base
