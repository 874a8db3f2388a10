#include "media/transport/peer_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/wire/stun.h"
#include "tests/unit/transport/two_peers.h"

namespace sightline::transport {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

TEST(PeerTransport, ConnectsAndCarriesPacketsBothWays) {
    TwoPeers peers;
    peers.connect();
    EXPECT_THAT(peers.hub_events, ElementsAre(TransportEvent::Connected));
    EXPECT_THAT(peers.engine_events, ElementsAre(TransportEvent::Connected));
    EXPECT_EQ(peers.hub->selected_path(), kEngine);
    EXPECT_EQ(peers.engine->selected_path(), kHub);
    EXPECT_EQ(peers.hub->srtp_profile(), "SRTP_AEAD_AES_128_GCM");

    EXPECT_TRUE(peers.send(*peers.engine, 1));
    EXPECT_TRUE(peers.send(*peers.hub, 7));
    peers.run_for(100ms);
    ASSERT_EQ(peers.heard_by_hub.size(), 1U);
    ASSERT_EQ(peers.heard_by_engine.size(), 1U);
    EXPECT_EQ(base::as_text(base::ByteView(peers.heard_by_hub[0]).subspan(12)), "speech");
    EXPECT_EQ(base::load16(&peers.heard_by_engine[0][2]), 7);
}

}  // namespace
}  // namespace sightline::transport
