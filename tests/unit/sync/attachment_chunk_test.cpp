// Pieces of attachments: each opens as itself and as no other.
#include "storage/sync/attachment_chunk.h"

#include <gtest/gtest.h>

namespace sightline::storage::sync {
namespace {

const std::string kSome(1000, 'x');
base::Secret key_of(char fill) { return base::Secret(std::string(32, fill)); }

// AES-256-GCM with a zero key, a zero nonce and sixteen zero bytes: test case 14 of McGrew and
// Viega, "The Galois/Counter Mode of Operation (GCM)", which NIST SP 800-38D builds on.
TEST(AttachmentChunk, IsAesGcmWithTheNumberAsNonce) {
    const auto sealed =
        seal_chunk(base::Secret(std::string(32, '\0')), 0,
                   base::as_bytes(std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16)));
    ASSERT_EQ(sealed.size(), 32u);
    EXPECT_EQ(static_cast<std::uint8_t>(sealed[0]), 0xce);
    EXPECT_EQ(static_cast<std::uint8_t>(sealed[15]), 0x18);
    EXPECT_EQ(static_cast<std::uint8_t>(sealed[16]), 0xd0);
    EXPECT_EQ(static_cast<std::uint8_t>(sealed[31]), 0x19);
}

TEST(AttachmentChunk, OpensAsItselfAlone) {
    const auto sealed = seal_chunk(key_of('k'), 7, base::as_bytes(kSome));
    EXPECT_EQ(sealed, seal_chunk(key_of('k'), 7, base::as_bytes(kSome)));
    EXPECT_EQ(base::as_text(open_chunk(key_of('k'), 7, base::as_bytes(sealed)).value()), kSome);
    EXPECT_FALSE(open_chunk(key_of('k'), 8, base::as_bytes(sealed)));
    EXPECT_FALSE(open_chunk(key_of('l'), 7, base::as_bytes(sealed)));
    for (const std::size_t at : {std::size_t{0}, sealed.size() - 1}) {
        auto damaged = sealed;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        EXPECT_FALSE(open_chunk(key_of('k'), 7, base::as_bytes(damaged)));
    }
    EXPECT_FALSE(open_chunk(key_of('k'), 7, base::as_bytes(sealed.substr(0, 15))));
    EXPECT_TRUE(open_chunk(key_of('k'), 0, base::as_bytes(seal_chunk(key_of('k'), 0, {}))));
}

}  // namespace
}  // namespace sightline::storage::sync
