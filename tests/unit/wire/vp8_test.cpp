#include "media/wire/vp8.h"

#include <gtest/gtest.h>

#include <array>

namespace sightline::wire {
namespace {

using base::Bytes;
using base::ByteView;

// Everything present, a 15-bit picture id, then the first byte of an inter frame.
const Bytes kFull = {0xB0 /* X N S */, 0xF0 /* I L T K */, 0x92, 0x34, 0x56, 0xA7, 0x01};

TEST(Vp8, ReadsAWholeDescriptor) {
    const auto descriptor = parse_vp8(kFull);
    ASSERT_TRUE(descriptor);
    EXPECT_TRUE(descriptor->non_reference);
    EXPECT_TRUE(descriptor->starts_frame());
    EXPECT_TRUE(descriptor->long_picture_id);
    EXPECT_EQ(descriptor->picture_id, 0x1234);
    EXPECT_EQ(descriptor->tl0_picture_index, 0x56);
    EXPECT_EQ(descriptor->temporal_layer, 2);
    EXPECT_TRUE(descriptor->layer_sync);
    EXPECT_EQ(descriptor->key_index, 7);
    EXPECT_EQ(descriptor->size, 6u);
    EXPECT_FALSE(starts_key_frame(*descriptor, kFull));
}

TEST(Vp8, RefusesEveryTruncation) {
    for (std::size_t size = 0; size < kFull.size(); ++size) {
        const Bytes cut(kFull.begin(), kFull.begin() + static_cast<long>(size));
        EXPECT_FALSE(parse_vp8(cut)) << size;
    }
}

TEST(Vp8, FindsTheStartOfAKeyFrameOnlyInItsFirstPacket) {
    const Bytes key = {0x10, 0x00, 0xFF};
    const Bytes inter = {0x10, 0x01, 0xFF};
    const Bytes middle = {0x00, 0x00, 0xFF};
    const Bytes later_partition = {0x11, 0x00, 0xFF};
    EXPECT_TRUE(starts_key_frame(*parse_vp8(key), key));
    EXPECT_FALSE(starts_key_frame(*parse_vp8(inter), inter));
    EXPECT_FALSE(starts_key_frame(*parse_vp8(middle), middle));
    EXPECT_FALSE(starts_key_frame(*parse_vp8(later_partition), later_partition));
}

TEST(Vp8, ReadsWhatItWrote) {
    Bytes buffer(10, 0xEE);
    const auto whole = *parse_vp8(kFull);
    EXPECT_EQ(write_vp8(whole, buffer), 6u);
    EXPECT_TRUE(std::equal(kFull.begin(), kFull.begin() + 6, buffer.begin()));
    Vp8Descriptor plain;
    EXPECT_EQ(write_vp8(plain, buffer), 1u);
    EXPECT_EQ(buffer[0], 0);
    EXPECT_EQ(write_vp8(whole, base::MutableBytes(buffer).first(5)), 0u);
}

TEST(Vp8, RewritesInPlaceAndKeepsTheWidths) {
    auto bytes = kFull;
    rewrite_vp8(bytes, *parse_vp8(bytes), 0x7FFE, 0xAB);
    auto after = *parse_vp8(bytes);
    EXPECT_EQ(after.picture_id, 0x7FFE);
    EXPECT_TRUE(after.long_picture_id);
    EXPECT_EQ(after.tl0_picture_index, 0xAB);
    EXPECT_EQ(after.key_index, 7);

    Bytes narrow = {0x90, 0xC0, 0x11, 0x22, 0x01};  // 7-bit picture id, TL0PICIDX
    rewrite_vp8(narrow, *parse_vp8(narrow), 0x1FF, 0x33);
    after = *parse_vp8(narrow);
    EXPECT_FALSE(after.long_picture_id);
    EXPECT_EQ(after.picture_id, 0x7F);
    EXPECT_EQ(after.tl0_picture_index, 0x33);
    EXPECT_EQ(narrow.back(), 0x01);
}

}  // namespace
}  // namespace sightline::wire
