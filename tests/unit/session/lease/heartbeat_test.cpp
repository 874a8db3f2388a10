#include "session/lease/heartbeat.h"

#include <gtest/gtest.h>

namespace sightline::lease {
namespace {

const base::SessionId kSession = base::SessionId::from_value(0x0102030405060708);
base::Secret key(std::uint8_t fill = 7) {
    return base::Secret(base::Bytes(kHeartbeatKeyBytes, fill));
}
constexpr Heartbeat kBeat{0x01020304, 0x0a0b0c0d, 0x1112131415161718};

TEST(Heartbeat, HasItsFieldsInNetworkOrderAndTheTagOfHmacSha256) {
    const auto bytes = write_heartbeat(kBeat, kSession, key());
    EXPECT_EQ(base::to_hex(bytes),
              "01020304"
              "0a0b0c0d"
              "1112131415161718"
              // The first eight bytes of HMAC-SHA-256 over these sixteen and the session, by
              // Python's hmac.
              "cf085e3f1fdb49c8");
}

TEST(Heartbeat, ReadsBack) {
    const auto beat = read_heartbeat(write_heartbeat(kBeat, kSession, key()), kSession, key());
    ASSERT_TRUE(beat);
    EXPECT_EQ(beat->lease, kBeat.lease);
    EXPECT_EQ(beat->counter, kBeat.counter);
    EXPECT_EQ(beat->nonce, kBeat.nonce);
}

TEST(Heartbeat, EveryFlippedBitIsNoticed) {
    const auto good = write_heartbeat(kBeat, kSession, key());
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            auto bytes = good;
            bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ (1 << bit));
            EXPECT_FALSE(read_heartbeat(bytes, kSession, key())) << i << " " << bit;
        }
    }
}

TEST(Heartbeat, OfAnotherSessionOrKeyItIsNone) {
    const auto bytes = write_heartbeat(kBeat, kSession, key());
    EXPECT_FALSE(read_heartbeat(bytes, base::SessionId::from_value(9), key()));
    EXPECT_FALSE(read_heartbeat(bytes, kSession, key(8)));
    EXPECT_FALSE(read_heartbeat(bytes, kSession, base::Secret()));
}

TEST(Heartbeat, OfAnotherLengthItIsNone) {
    const auto good = write_heartbeat(kBeat, kSession, key());
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(read_heartbeat(base::ByteView(good).first(size), kSession, key())) << size;
    }
    base::Bytes longer(good.begin(), good.end());
    longer.push_back(0);
    EXPECT_FALSE(read_heartbeat(longer, kSession, key()));
}

}  // namespace
}  // namespace sightline::lease
