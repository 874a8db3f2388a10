#include "media/sframe/frame_cipher.h"

#include <gtest/gtest.h>

#include <array>

#include "appliance/base/hex.h"

namespace sightline::sframe {
namespace {

base::Bytes hex(const char* text) { return base::from_hex(text).value(); }

// RFC 9605 appendix C.3: KID 0x123, counter 0x4567, one frame in each suite.
struct Vector {
    Suite suite;
    const char* sealed;  // header, ciphertext, tag
};
const Vector kVectors[] = {
    {Suite::Aes128CtrHmacSha256_80,
     "9901234567449408b6f490086165b9d6f62b24ae1a59a56486b4ae8ed036b88912e24f11"},
    {Suite::Aes128CtrHmacSha256_64,
     "99012345673f31438db4d09434e43afa0f8a2f00867a2be085046a9f5cb4f101d607"},
    {Suite::Aes128CtrHmacSha256_32, "990123456717fc8af28a5a695afcfc6c8df6358a17e26b2fcb3bae32e443"},
    {Suite::Aes128GcmSha256_128,
     "9901234567b7412c2513a1b66dbb48841bbaf17f598751176ad847681a69c6d0b091c07018ce4adb34eb"},
    {Suite::Aes256GcmSha512_128,
     "990123456794f509d36e9beacb0e261d99c7d1e972f1fed787d4049f17ca21353c1cc24d56ceabced279"},
};
constexpr std::uint64_t kKid = 0x123, kCounter = 0x4567;
const base::Bytes kMetadata = hex("4945544620534672616d65205747");
const base::Bytes kPlain = hex("64726166742d696574662d736672616d652d656e63");

FrameCipher cipher(Suite suite, std::uint64_t kid = kKid) {
    return {suite, kid, base::Secret(base::ByteView(hex("000102030405060708090a0b0c0d0e0f")))};
}

TEST(FrameCipher, SealsAndOpensAsInTheRfc) {
    for (const auto& vector : kVectors) {
        std::array<std::uint8_t, kMaxHeaderBytes> header{};
        const auto header_bytes = write_header({kKid, kCounter}, header);
        const auto written = base::ByteView(header).first(header_bytes);
        auto with = cipher(vector.suite);
        // Twice, since the contexts stay.
        for (int i = 0; i < 2; ++i) {
            base::Bytes sealed(written.begin(), written.end());
            sealed.insert(sealed.end(), kPlain.begin(), kPlain.end());
            sealed.resize(sealed.size() + with.tag_size());
            const base::MutableBytes all(sealed);
            with.seal(kCounter, written, kMetadata, all.subspan(header_bytes, kPlain.size()),
                      all.last(with.tag_size()));
            EXPECT_EQ(base::to_hex(sealed), vector.sealed);
            ASSERT_TRUE(with.open(kCounter, written, kMetadata,
                                  all.subspan(header_bytes, kPlain.size()),
                                  all.last(with.tag_size())));
            EXPECT_EQ(base::to_hex(all.subspan(header_bytes, kPlain.size())), base::to_hex(kPlain));
        }
    }
}

TEST(FrameCipher, OpensNothingThatWasAlteredAnywhere) {
    for (const auto& vector : kVectors) {
        auto with = cipher(vector.suite);
        const auto sealed = hex(vector.sealed);
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
        auto other = cipher(vector.suite, kKid + 1);
        EXPECT_FALSE(opens(sealed, kMetadata, kCounter, other)) << "the KID is in the key";
    }
}

TEST(FrameCipher, TakesAnEmptyFrame) {
    for (const auto& vector : kVectors) {
        auto with = cipher(vector.suite);
        base::Bytes tag(with.tag_size());
        with.seal(1, hex("00"), kMetadata, {}, tag);
        EXPECT_TRUE(with.open(1, hex("00"), kMetadata, {}, tag));
        EXPECT_FALSE(with.open(2, hex("00"), kMetadata, {}, tag));
    }
}

}  // namespace
}  // namespace sightline::sframe
