#include "media/wire/path.h"

#include <gtest/gtest.h>

#include "media/wire/packet_batch.h"

namespace sightline::wire {
namespace {

TEST(Endpoint, ReadsAndWritesBothFamilies) {
    const auto four = Endpoint::parse("192.0.2.7", 5000);
    ASSERT_TRUE(four);
    EXPECT_TRUE(four->is_v4());
    EXPECT_EQ(four->ip_text(), "192.0.2.7");
    EXPECT_EQ(*four, Endpoint::v4(192, 0, 2, 7, 5000));
    const auto six = Endpoint::parse("2001:db8::1", 5000);
    ASSERT_TRUE(six);
    EXPECT_FALSE(six->is_v4());
    EXPECT_EQ(six->ip_text(), "2001:db8::1");
}

TEST(Endpoint, RefusesNames) {
    EXPECT_FALSE(Endpoint::parse("localhost", 1));
    EXPECT_FALSE(Endpoint::parse("", 1));
    EXPECT_FALSE(Endpoint::parse("1.2.3", 1));
}

TEST(Endpoint, KnowsLoopback) {
    EXPECT_TRUE(Endpoint::parse("127.9.0.1", 1)->is_loopback());
    EXPECT_TRUE(Endpoint::parse("::1", 1)->is_loopback());
    EXPECT_FALSE(Endpoint::parse("192.0.2.1", 1)->is_loopback());
    EXPECT_FALSE(Endpoint::parse("::2", 1)->is_loopback());
}

TEST(PacketBatch, DropsAndCountsWhenFull) {
    PacketBatch batch(2);
    const Path path{Transport::Udp, Endpoint::v4(127, 0, 0, 1, 9), 0};
    const std::uint8_t byte[1] = {7};
    EXPECT_TRUE(batch.add(path, byte));
    EXPECT_TRUE(batch.add(path, byte));
    EXPECT_FALSE(batch.add(path, byte));
    EXPECT_TRUE(batch.next().empty());
    EXPECT_EQ(batch.size(), 2u);
    EXPECT_EQ(batch.overflows(), 2u);
    batch.clear();
    EXPECT_TRUE(batch.empty());
    EXPECT_FALSE(batch.next().empty());
}

TEST(PacketBatch, RefusesADatagramBeyondTheMaximum) {
    PacketBatch batch(1);
    const std::vector<std::uint8_t> large(kMaxDatagram + 1);
    EXPECT_FALSE(batch.add({}, large));
    EXPECT_TRUE(batch.empty());
}

}  // namespace
}  // namespace sightline::wire
