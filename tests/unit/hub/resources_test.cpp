#include <gtest/gtest.h>

#include "appliance/hub/connection_limits.h"
#include "appliance/hub/metrics.h"
#include "appliance/hub/quality_board.h"
#include "appliance/hub/resource_directory.h"

namespace sightline::hub {
namespace {

using base::ParticipantId;
using base::ResourceId;
using base::SessionId;

const auto kSession = SessionId::from_value(1);
const auto kWho = ParticipantId::from_value(7);
ResourceId resource(std::uint64_t n) { return ResourceId::from_value(n); }

TEST(ResourceDirectory, ANewUplinkReplacesTheOldOne) {
    ResourceDirectory directory(4);
    directory.add(resource(1), kSession, kWho, true, "u1");
    directory.set_connected(resource(1));
    EXPECT_TRUE(directory.publishing(kWho));
    directory.add(resource(2), kSession, kWho, true, "u2");
    EXPECT_EQ(directory.find(resource(1)), nullptr);
    EXPECT_FALSE(directory.publishing(kWho)) << "the new one is not connected yet";
}

TEST(ResourceDirectory, ForgetsTheOldestDownlinkBeyondTheMaximum) {
    ResourceDirectory directory(2);
    directory.add(resource(9), kSession, kWho, false, "");
    directory.add(resource(5), kSession, kWho, false, "");
    directory.add(resource(3), kSession, kWho, false, "");
    EXPECT_EQ(directory.find(resource(9)), nullptr);
    EXPECT_NE(directory.find(resource(5)), nullptr);
    EXPECT_NE(directory.find(resource(3)), nullptr);
}

TEST(ResourceDirectory, KeepsASlotMapThatCameBeforeTheAnswer) {
    ResourceDirectory directory(2);
    directory.set_slots(resource(1), kSession, kWho, {ParticipantId::from_value(8)});
    directory.add(resource(1), kSession, kWho, false, "ufrag");
    ASSERT_NE(directory.find(resource(1)), nullptr);
    EXPECT_EQ(directory.find(resource(1))->slots.size(), 1u);
    EXPECT_EQ(directory.find(resource(1))->remote_ufrag, "ufrag");
}

sfu::ResourceStats stats(std::uint64_t id, std::uint64_t packets) {
    sfu::ResourceStats s;
    s.resource = resource(id);
    s.session = kSession;
    s.participant = kWho;
    s.publishes = true;
    s.connected = true;
    s.packets = packets;
    return s;
}

TEST(QualityBoard, SumsOverTheConnectionsOfOneStay) {
    QualityBoard board;
    board.update({stats(1, 100)});
    board.update({stats(1, 150)});
    board.closed(resource(1));
    EXPECT_FALSE(board.of(kWho)->up.connected);
    board.update({stats(2, 10)});
    EXPECT_EQ(board.of(kWho)->up.packets, 160u);
    EXPECT_EQ(board.total_up().packets, 160u);
    EXPECT_EQ(board.of(kWho)->down.packets, 0u);
}

TEST(QualityBoard, TotalsNeverFall) {
    QualityBoard board;
    board.update({stats(1, 100)});
    board.update({stats(1, 40)});
    board.forget(kWho);
    EXPECT_FALSE(board.of(kWho));
    EXPECT_EQ(board.total_up().packets, 100u);
}

TEST(ConnectionLimits, BoundAllAndEachAddress) {
    ConnectionLimits limits(3, 2);
    auto a = limits.admit("a");
    {
        auto b = limits.admit("a");
        EXPECT_TRUE(a && b);
        EXPECT_FALSE(limits.admit("a"));
        auto c = limits.admit("b");
        EXPECT_TRUE(c);
        EXPECT_FALSE(limits.admit("c")) << "three in all";
    }
    EXPECT_EQ(limits.count(), 1u);
    EXPECT_TRUE(limits.admit("a"));
}

TEST(Metrics, WritePrometheusText) {
    Metrics metrics;
    metrics.http_reply("whip", 201);
    metrics.http_reply("whip", 201);
    metrics.bad(BadInput::Sdp);
    sfu::SfuCounters counters;
    counters.rtp_from_subscriber = 5;
    const std::string text = metrics.text({}, {counters}, {});
    EXPECT_NE(text.find("sightline_http_replies_total{route=\"whip\",status=\"201\"} 2\n"),
              std::string::npos);
    EXPECT_NE(text.find("sightline_bad_input_total{kind=\"sdp\"} 1\n"), std::string::npos);
    EXPECT_NE(text.find("sightline_bad_input_total{kind=\"kiosk_key\"} 0\n"), std::string::npos);
    EXPECT_NE(text.find("sightline_sfu_rtp_from_subscriber_total{worker=\"0\"} 5\n"),
              std::string::npos);
}

}  // namespace
}  // namespace sightline::hub
