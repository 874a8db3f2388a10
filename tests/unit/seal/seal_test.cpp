#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/base/hex.h"
#include "storage/seal/aead.h"
#include "storage/seal/derive.h"
#include "storage/seal/set_digest.h"

namespace sightline::storage::seal {
namespace {

using base::as_bytes;
using base::Secret;

Secret key_of(std::uint8_t fill) { return Secret(base::ByteView(base::Bytes(32, fill))); }
std::string hex_of(const Secret& secret) { return base::to_hex(secret.reveal()); }

TEST(Aead, OpensWhatItSealed) {
    const Secret key = random_key();
    const auto sealed = seal(key, as_bytes("here"), as_bytes("a name"));
    EXPECT_EQ(sealed.size(), 6 + kOverheadBytes);
    const auto opened = open(key, as_bytes("here"), sealed);
    ASSERT_TRUE(opened);
    EXPECT_EQ(base::as_text(*opened), "a name");
}

TEST(Aead, SealsNothingToo) {
    const Secret key = random_key();
    const auto opened = open(key, {}, seal(key, {}, {}));
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->empty());
}

TEST(Aead, RefusesEveryChangedBit) {
    const Secret key = random_key();
    const auto sealed = seal(key, as_bytes("here"), as_bytes("a name"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        EXPECT_FALSE(open(key, as_bytes("here"), changed)) << bit;
    }
}

TEST(Aead, OpensOnlyWithItsKeyWhereItBelongs) {
    const auto sealed = seal(key_of(1), as_bytes("here"), as_bytes("a name"));
    EXPECT_FALSE(open(key_of(2), as_bytes("here"), sealed));
    EXPECT_FALSE(open(key_of(1), as_bytes("there"), sealed));
    EXPECT_FALSE(open(key_of(1), as_bytes("here"), base::ByteView(sealed).first(27)));
    EXPECT_FALSE(open(key_of(1), as_bytes("here"), {}));
}

TEST(Aead, NeverSealsTheSameTwice) {
    const Secret key = random_key();
    EXPECT_NE(seal(key, {}, as_bytes("a")), seal(key, {}, as_bytes("a")));
}

// McGrew and Viega's GCM test case 14 (AES-256, zero key, zero nonce, one zero block), in our
// frame.
TEST(Aead, ReadsThePublishedVector) {
    const auto sealed = base::from_hex(
        "000000000000000000000000"
        "cea7403d4d606b6e074ec5d3baf39d18"
        "d0d1c8a799996bf0265b98b5d48ab919");
    const auto opened = open(key_of(0), {}, *sealed);
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, base::Bytes(16, 0));
}

// RFC 4231 section 4.3.
TEST(Mac, MatchesRfc4231) {
    const Mac mac(Secret(std::string_view("Jefe")));
    const char* const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    EXPECT_EQ(base::to_hex(mac.of(as_bytes("what do ya want for nothing?"))), expected);
    EXPECT_EQ(base::to_hex(mac.of(as_bytes("what do ya want for nothing?"))), expected)
        << "the second message begins afresh";
}

// RFC 5869 appendix A.1, whose output is cut at our 32 bytes.
TEST(Hkdf, MatchesRfc5869) {
    const auto salt = base::from_hex("000102030405060708090a0b0c");
    const auto info = base::from_hex("f0f1f2f3f4f5f6f7f8f9");
    const Secret secret(base::ByteView(base::Bytes(22, 0x0b)));
    EXPECT_EQ(hex_of(hkdf(secret, *salt, base::as_text(*info))),
              "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

// RFC 5869 appendix A.3: neither salt nor info.
TEST(Hkdf, TakesNoSaltForZeros) {
    const Secret secret(base::ByteView(base::Bytes(22, 0x0b)));
    EXPECT_EQ(hex_of(hkdf(secret, {}, "")),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

// RFC 7914 section 12, the vector with r = 8 and p = 1.
TEST(Pin, IsStretchedByScrypt) {
    const auto pin = stretch_pin(Secret(std::string_view("pleaseletmein")),
                                 as_bytes("SodiumChloride"), PinCost{14});
    EXPECT_EQ(hex_of(pin.seal), "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
    EXPECT_EQ(hex_of(pin.auth), "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST(SetDigest, KnowsItsMembersInAnyOrder) {
    const Mac mac(key_of(7));
    SetDigest one, other;
    one.toggle(mac.of(as_bytes("a")));
    one.toggle(mac.of(as_bytes("b")));
    other.toggle(mac.of(as_bytes("b")));
    EXPECT_NE(one, other);
    other.toggle(mac.of(as_bytes("a")));
    EXPECT_EQ(one, other);
    other.toggle(mac.of(as_bytes("a")));
    one.toggle(mac.of(as_bytes("a")));
    one.toggle(mac.of(as_bytes("b")));
    other.toggle(mac.of(as_bytes("b")));
    EXPECT_EQ(one, SetDigest());
    EXPECT_EQ(other, SetDigest());
}

}  // namespace
}  // namespace sightline::storage::seal
