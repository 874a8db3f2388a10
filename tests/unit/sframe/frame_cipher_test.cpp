#include "media/sframe/frame_cipher.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/unit/sframe/vectors.h"

namespace sightline::sframe {
namespace {

base::Bytes hex(const char* text) { return base::from_hex(text).value(); }

constexpr Suite kAll[] = {Suite::Aes128CtrHmacSha256_80, Suite::Aes128CtrHmacSha256_64,
                          Suite::Aes128CtrHmacSha256_32, Suite::Aes128GcmSha256_128,
                          Suite::Aes256GcmSha512_128};
constexpr std::uint64_t kKid = 0x123, kCounter = 0x4567;
const base::Bytes kHeader = hex("9901234567");
const base::Bytes kMetadata = hex("4945544620534672616d65205747");
const base::Bytes kPlain = hex("64726166742d696574662d736672616d652d656e63");

FrameCipher cipher(Suite suite, std::uint64_t kid = kKid) {
    return {suite, kid, base::Secret(base::ByteView(hex("000102030405060708090a0b0c0d0e0f")))};
}

TEST(FrameCipher, SealsAndOpensAsInTheRfc) {
    ASSERT_EQ(vectors::of("sframe").size(), std::size(kAll));
    for (const auto& vector : vectors::of("sframe")) {
        const auto suite = static_cast<Suite>(vector.at("suite").as_int64());
        const auto kid = vectors::number(vector, "kid");
        const auto counter = vectors::number(vector, "counter");
        const auto plain = vectors::bytes(vector, "plain");
        const auto metadata = vectors::bytes(vector, "metadata");
        FrameCipher with(suite, kid,
                         base::Secret(base::ByteView(vectors::bytes(vector, "base_key"))));
        std::array<std::uint8_t, kMaxHeaderBytes> header{};
        const auto header_bytes = write_header({kid, counter}, header);
        const auto written = base::ByteView(header).first(header_bytes);
        for (int i = 0; i < 2; ++i) {  // twice, since the contexts stay
            base::Bytes sealed(written.begin(), written.end());
            sealed.insert(sealed.end(), plain.begin(), plain.end());
            sealed.resize(sealed.size() + with.tag_size());
            const base::MutableBytes all(sealed);
            const auto body = all.subspan(header_bytes, plain.size());
            with.seal(counter, written, metadata, body, all.last(with.tag_size()));
            EXPECT_EQ(base::to_hex(sealed), vectors::text(vector, "sealed"));
            ASSERT_TRUE(with.open(counter, written, metadata, body, all.last(with.tag_size())));
            EXPECT_EQ(base::to_hex(body), vectors::text(vector, "plain"));
        }
    }
}

// Appendix C.2.
TEST(FrameCipher, CtrWithHmacSealsAndOpensAsInTheRfc) {
    ASSERT_EQ(vectors::of("ctr_hmac").size(), 3u);
    for (const auto& vector : vectors::of("ctr_hmac")) {
        auto keys = vectors::bytes(vector, "cipher_key");
        const auto mac_key = vectors::bytes(vector, "mac_key");
        keys.insert(keys.end(), mac_key.begin(), mac_key.end());
        const auto aad = vectors::bytes(vector, "aad");
        auto sealed = vectors::bytes(vector, "plain");
        const auto plain = sealed.size();
        // A salt is the nonce of counter 0.
        auto with = FrameCipher::from_keys(static_cast<Suite>(vector.at("suite").as_int64()), 0,
                                           keys, vectors::bytes(vector, "nonce"));
        sealed.resize(plain + with.tag_size());
        const base::MutableBytes all(sealed);
        with.seal(0, aad, {}, all.first(plain), all.subspan(plain));
        EXPECT_EQ(base::to_hex(sealed), vectors::text(vector, "sealed"));
        ASSERT_TRUE(with.open(0, aad, {}, all.first(plain), all.subspan(plain)));
        EXPECT_EQ(base::to_hex(all.first(plain)), vectors::text(vector, "plain"));
    }
}

TEST(FrameCipher, OpensNothingThatWasAlteredAnywhere) {
    for (const Suite suite : kAll) {
        auto with = cipher(suite);
        base::Bytes sealed = kHeader;
        sealed.insert(sealed.end(), kPlain.begin(), kPlain.end());
        sealed.resize(sealed.size() + with.tag_size());
        with.seal(kCounter, kHeader, kMetadata,
                  base::MutableBytes(sealed).subspan(kHeader.size(), kPlain.size()),
                  base::MutableBytes(sealed).last(with.tag_size()));
        const auto opens = [&](const base::Bytes& bytes, const base::Bytes& metadata,
                               std::uint64_t counter, FrameCipher& under) {
            base::Bytes copy = bytes;
            const base::MutableBytes all(copy);
            const auto body = all.subspan(5, kPlain.size());
            const bool authentic =
                under.open(counter, all.first(5), metadata, body, all.last(under.tag_size()));
            if (!authentic) {
                EXPECT_EQ(base::Bytes(body.begin(), body.end()), base::Bytes(body.size(), 0));
            }
            return authentic;
        };
        ASSERT_TRUE(opens(sealed, kMetadata, kCounter, with));
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            auto altered = sealed;
            altered[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            EXPECT_FALSE(opens(altered, kMetadata, kCounter, with)) << "bit " << bit;
        }
        auto other_metadata = kMetadata;
        other_metadata[0] ^= 1;
        EXPECT_FALSE(opens(sealed, other_metadata, kCounter, with));
        EXPECT_FALSE(opens(sealed, {}, kCounter, with));
        EXPECT_FALSE(opens(sealed, kMetadata, kCounter + 1, with));
        auto other = cipher(suite, kKid + 1);
        EXPECT_FALSE(opens(sealed, kMetadata, kCounter, other)) << "the KID is in the key";
    }
}

TEST(FrameCipher, TakesAnEmptyFrame) {
    for (const Suite suite : kAll) {
        auto with = cipher(suite);
        base::Bytes tag(with.tag_size());
        with.seal(1, hex("00"), kMetadata, {}, tag);
        EXPECT_TRUE(with.open(1, hex("00"), kMetadata, {}, tag));
        EXPECT_FALSE(with.open(2, hex("00"), kMetadata, {}, tag));
    }
}

}  // namespace
}  // namespace sightline::sframe
