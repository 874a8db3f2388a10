#include "session/signature/device_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "appliance/base/hex.h"
#include "tests/support/device_keys.h"

namespace sightline::signature {
namespace {

using base::Errc;
using base::Secret;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPurpose = "test-purpose";

std::string b64(std::string_view text) { return base::to_base64url(base::as_bytes(text)); }

struct Parts {
    std::string header, payload, signature;
    std::string joined() const { return header + "." + payload + "." + signature; }
};
Parts split(const std::string& jws) {
    const auto first = jws.find('.');
    const auto last = jws.rfind('.');
    return {jws.substr(0, first), jws.substr(first + 1, last - first - 1), jws.substr(last + 1)};
}

TEST(DeviceKey, WhatItSignsItsPublicKeyVerifies) {
    const DeviceKey key = DeviceKey::random();
    for (const std::string& payload : {std::string("hello"), std::string(),
                                       std::string("\0\xff\n", 3), std::string(9000, 'x')}) {
        const std::string jws = key.sign(payload, kPurpose);
        const auto verified = key.public_key().verify(jws, kPurpose);
        ASSERT_TRUE(verified) << verified.error().text;
        EXPECT_EQ(*verified, payload);
    }
}

TEST(DeviceKey, TheHeaderNamesAlgorithmAndPurposeAndNothingElse) {
    const auto parts = split(tests::kiosk_key().sign("x", kPurpose));
    EXPECT_EQ(parts.header, b64(R"({"alg":"ES256","typ":"test-purpose"})"));
    EXPECT_EQ(parts.payload, b64("x"));
    EXPECT_EQ(parts.signature.size(), 86u);  // 64 bytes: R and S (RFC 7518 section 3.4)
}

TEST(DeviceKey, EveryKeyIsANewOne) {
    const DeviceKey a = DeviceKey::random();
    const DeviceKey b = DeviceKey::random();
    EXPECT_FALSE(a.public_key() == b.public_key());
    EXPECT_FALSE(b.public_key().verify(a.sign("x", kPurpose), kPurpose));
}

TEST(DeviceKey, ItsSecretFormReadsBackAsTheSameKey) {
    const DeviceKey key = DeviceKey::random();
    const auto again = DeviceKey::parse(key.secret_jwk());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->public_key(), key.public_key());
    EXPECT_EQ(again->secret_jwk().reveal_text(), key.secret_jwk().reveal_text());
    EXPECT_TRUE(key.public_key().verify(again->sign("x", kPurpose), kPurpose));
    EXPECT_THAT(key.public_key().jwk(), Not(HasSubstr("\"d\"")));
}

TEST(DeviceKey, ASecretThatIsDamagedOrBelongsToAnotherPointIsMalformed) {
    const std::string good(tests::kKioskJwk);
    const auto without = [&](std::string_view from, std::string_view to) {
        std::string jwk = good;
        jwk.replace(jwk.find(from), from.size(), to);
        return jwk;
    };
    const std::vector<std::string> bad{
        "",
        "{}",
        "null",
        "[]",
        good.substr(0, 100),
        without("P-256", "P-384"),
        without("\"EC\"", "\"oct\""),
        // The other key's d beside this point.
        without("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
                "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"),
        without("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", "AAAA"),
        without(R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")", ""),
        std::string(5000, ' ') + good,
    };
    for (const std::string& jwk : bad) {
        const auto key = DeviceKey::parse(Secret(std::string_view(jwk)));
        ASSERT_FALSE(key) << jwk;
        EXPECT_EQ(key.error().code, Errc::Malformed);
        EXPECT_THAT(key.error().text, Not(HasSubstr("jpsQnn")));
    }
}

TEST(PublicKey, ItsCanonicalFormHasTheMembersOfRfc7638InOrder) {
    const auto key = PublicKey::parse(
        R"({ "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "ext":true, "kid":"7", "alg":"ES256",
             "key_ops":["verify"], "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
             "kty":"EC", "crv":"P-256" })");
    ASSERT_TRUE(key) << key.error().text;
    EXPECT_EQ(key->jwk(),
              R"({"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
              R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
    EXPECT_EQ(*key, tests::kiosk_key().public_key());
    // SHA-256 of the line above, by sha256sum, in base64url.
    EXPECT_EQ(key->thumbprint(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

TEST(PublicKey, WhatIsNoPublicP256KeyIsMalformed) {
    const std::string x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const std::string y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    const auto jwk = [](const std::string& kty, const std::string& crv, const std::string& a,
                        const std::string& b, const std::string& more = "") {
        return R"({"kty":")" + kty + R"(","crv":")" + crv + R"(","x":")" + a + R"(","y":")" + b +
               "\"" + more + "}";
    };
    ASSERT_TRUE(PublicKey::parse(jwk("EC", "P-256", x, y)));
    const std::string zeros(43, 'A');
    const std::vector<std::string> bad{
        "",
        "x",
        "[]",
        R"({"kty":"EC"})",
        jwk("RSA", "P-256", x, y),
        jwk("EC", "secp256k1", x, y),
        jwk("EC", "P-256", y, x),          // not on the curve
        jwk("EC", "P-256", zeros, zeros),  // nor the point at infinity
        jwk("EC", "P-256", x, ""),
        jwk("EC", "P-256", x, y + "AAAA"),
        jwk("EC", "P-256", x, y.substr(0, 40)),
        jwk("EC", "P-256", x, y.substr(0, 42) + "="),
        jwk("EC", "P-256", x, y.substr(0, 42) + "\\u0000"),
        jwk("EC", "P-256", x, y, R"(,"alg":"HS256")"),
        jwk("EC", "P-256", x, y, R"(,"alg":7)"),
        jwk("EC", "P-256", x, y, R"(,"y":")" + y + "\""),  // twice
        std::string(tests::kKioskJwk),                     // a secret one
    };
    for (const std::string& text : bad) {
        const auto key = PublicKey::parse(text);
        ASSERT_FALSE(key) << text;
        EXPECT_EQ(key.error().code, Errc::Malformed) << text;
    }
    EXPECT_THAT(PublicKey::parse(tests::kKioskJwk).error().text, HasSubstr("make a new key"));
}

TEST(PublicKey, TheKeyOfNobodyVerifiesNothing) {
    EXPECT_EQ(PublicKey().verify(tests::kiosk_key().sign("x", kPurpose), kPurpose).error().code,
              Errc::Forbidden);
}

TEST(PublicKey, AnotherKeysSignatureIsForbidden) {
    const auto verified =
        tests::kiosk_key().public_key().verify(tests::other_key().sign("x", kPurpose), kPurpose);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, Errc::Forbidden);
}

TEST(PublicKey, WhatWasSignedAsOneThingIsNotTakenForAnother) {
    const DeviceKey key = tests::kiosk_key();
    const auto verified = key.public_key().verify(key.sign("x", "sightline-consent"), kPurpose);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, Errc::Forbidden);
    EXPECT_FALSE(key.public_key().verify(key.sign("x", ""), kPurpose));
    EXPECT_FALSE(key.public_key().verify(key.sign("x", "test-purposes"), kPurpose));
}

TEST(PublicKey, EveryFlippedBitOfAJwsIsRefused) {
    const DeviceKey key = tests::kiosk_key();
    const std::string jws = key.sign("payload", kPurpose);
    const std::size_t last = jws.size() - 1;  // its low four bits pad the signature
    for (std::size_t i = 0; i < jws.size(); ++i) {
        for (int bit = i == last ? 4 : 0; bit < 8; ++bit) {
            std::string flipped = jws;
            flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
            EXPECT_FALSE(key.public_key().verify(flipped, kPurpose)) << i << " " << bit;
        }
    }
    for (std::size_t size = 0; size < jws.size(); ++size) {
        EXPECT_FALSE(key.public_key().verify(jws.substr(0, size), kPurpose)) << size;
    }
}

// The attacks that libraries of this format have fallen to.
TEST(PublicKey, OnlyEs256WithNothingElseInTheHeaderIsTaken) {
    const DeviceKey key = tests::kiosk_key();
    const auto good = split(key.sign("x", kPurpose));
    const auto with_header = [&](const std::string& header) {
        Parts parts = good;
        parts.header = b64(header);
        return key.public_key().verify(parts.joined(), kPurpose);
    };
    const std::string typ = R"("typ":"test-purpose")";
    for (const std::string& header : {
             R"({"alg":"none",)" + typ + "}",
             R"({"alg":"HS256",)" + typ + "}",
             R"({"alg":"ES384",)" + typ + "}",
             R"({"alg":"es256",)" + typ + "}",
             "{" + typ + "}",
             R"({"alg":["ES256"],)" + typ + "}",
             R"({"alg":"ES256","b64":false,"crit":["b64"],)" + typ + "}",
             R"({"alg":"ES256","crit":[],)" + typ + "}",
             R"({"alg":"ES256","kid":"1",)" + typ + "}",
             R"({"alg":"ES256","jwk":)" + tests::other_key().public_key().jwk() + "," + typ + "}",
             std::string(R"({"alg":"ES256"})"),
             R"({"alg":"none","alg":"ES256",)" + typ + "}",
             R"({"alg":"ES256",)" + typ + "," + typ + "}",
             std::string("[]"),
             std::string("null"),
             std::string(),
         }) {
        const auto verified = with_header(header);
        ASSERT_FALSE(verified) << header;
        EXPECT_TRUE(verified.error().code == Errc::Forbidden ||
                    verified.error().code == Errc::Malformed);
    }
    Parts unsigned_parts = good;
    unsigned_parts.header = b64(R"({"alg":"none",)" + typ + "}");
    unsigned_parts.signature = "";
    EXPECT_FALSE(key.public_key().verify(unsigned_parts.joined(), kPurpose));
    // All zeros: the "psychic signature" of CVE-2022-21449.
    Parts zeros = good;
    zeros.signature = std::string(86, 'A');
    EXPECT_EQ(key.public_key().verify(zeros.joined(), kPurpose).error().code, Errc::Forbidden);
}

TEST(PublicKey, WhatIsNoCompactJwsIsMalformed) {
    const DeviceKey key = tests::kiosk_key();
    const auto good = split(key.sign("x", kPurpose));
    for (const std::string& jws : {
             std::string(),
             std::string("."),
             std::string(".."),
             std::string("...."),
             good.header + "." + good.payload,
             good.joined() + ".",
             good.joined() + "." + good.signature,
             "." + good.payload + "." + good.signature,
             good.joined() + "=",
             good.joined() + "\n",
             " " + good.joined(),
             good.header + "." + good.payload + "\n." + good.signature,
             R"({"payload":")" + good.payload + "\"}",
             std::string(70000, 'A'),
         }) {
        const auto verified = key.public_key().verify(jws, kPurpose);
        ASSERT_FALSE(verified) << jws.substr(0, 100);
        EXPECT_EQ(verified.error().code, Errc::Malformed) << jws.substr(0, 100);
    }
}

// RFC 7515, appendix A.3: made by somebody else's program, without a purpose.
TEST(PublicKey, TheSignatureOfTheRfcIsRefusedForWantOfAPurposeOnly) {
    const auto verified = tests::kiosk_key().public_key().verify(
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
        "Vl"
        "fQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        "");
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, Errc::Forbidden);
}

}  // namespace
}  // namespace sightline::signature
