#include "appliance/base/bytes.h"

#include <gtest/gtest.h>

#include <array>

namespace sightline::base {
namespace {

TEST(ByteReader, ReadsNetworkOrder) {
    const Bytes bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u8(), 0x01);
    EXPECT_EQ(reader.u16(), 0x0203);
    EXPECT_EQ(reader.u24(), 0x040506u);
    EXPECT_EQ(reader.u32(), 0x0708090au);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.left(), 0u);
}

TEST(ByteReader, StaysFailedAfterTheFirstReadPastTheEnd) {
    const Bytes bytes = {1, 2, 3};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u32(), 0u);
    EXPECT_EQ(reader.u8(), 0);
    EXPECT_FALSE(reader.ok());
    EXPECT_TRUE(reader.bytes(1).empty());
}

TEST(ByteWriter, WritesWhatTheReaderReads) {
    std::array<std::uint8_t, 18> buffer{};
    ByteWriter writer(buffer);
    writer.u8(1);
    writer.u16(2);
    writer.u24(3);
    writer.u32(4);
    writer.u64(5);
    ASSERT_TRUE(writer.ok());
    ByteReader reader(buffer);
    EXPECT_EQ(reader.u8(), 1);
    EXPECT_EQ(reader.u16(), 2);
    EXPECT_EQ(reader.u24(), 3u);
    EXPECT_EQ(reader.u32(), 4u);
    EXPECT_EQ(reader.u64(), 5u);
}

TEST(ByteWriter, WritesNothingPastTheEnd) {
    std::array<std::uint8_t, 3> buffer{};
    ByteWriter writer(buffer);
    writer.u16(0xffff);
    writer.u16(0xffff);
    EXPECT_FALSE(writer.ok());
    EXPECT_EQ(writer.size(), 2u);
    EXPECT_EQ(buffer[2], 0);
}

}  // namespace
}  // namespace sightline::base
