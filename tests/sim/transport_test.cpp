// A client and a lite transport over every link that interviews meet, for an hour of simulated
// time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/transport/peer_transport.h"
#include "tests/sim/profiles.h"
#include "tests/sim/simulation.h"

namespace sightline::sim {
namespace {

using namespace std::chrono_literals;
using transport::IceCredentials;
using transport::PeerTransport;
using transport::TransportEvent;

const wire::Path kHubUdp{wire::Transport::Udp, wire::Endpoint::v4(192, 0, 2, 1, 4000), 0};
const wire::Path kHubTcp{wire::Transport::Tcp, wire::Endpoint::v4(192, 0, 2, 1, 4000), 1};
const wire::Path kEngineUdp{wire::Transport::Udp, wire::Endpoint::v4(198, 51, 100, 7, 5000), 0};
const wire::Path kEngineTcp{wire::Transport::Tcp, wire::Endpoint::v4(198, 51, 100, 7, 5001), 9};

const transport::DtlsIdentity& identity() {
    static const auto made = transport::DtlsIdentity::generate();
    return made;
}

// A transport that sends a small packet in every interval, as speech does, and counts what it
// hears.
class Speaker : public Node {
  public:
    Speaker(PeerTransport::Config config, base::Duration interval, base::Instant now)
        : transport(std::move(config), now), interval_(interval), speaks_at_(now) {}

    void receive(const wire::Path& from, base::MutableBytes datagram, base::Instant now,
                 wire::PacketBatch& out) override {
        const auto received = transport.receive(from, datagram, now, out);
        if (received.kind == PeerTransport::Kind::Rtp) {
            ++heard;
            longest_silence = std::max(longest_silence, now - last_heard_.value_or(now));
            last_heard_ = now;
        }
    }

    base::Instant tick(base::Instant now, wire::PacketBatch& out) override {
        const base::Instant due = transport.tick(now, out);
        while (const auto event = transport.poll_event()) events.push_back(*event);
        if (transport.connected() && !connected_at) connected_at = now;
        if (now >= speaks_at_) {
            speaks_at_ = now + interval_;
            if (const auto buffer = transport.open_packet(out); !buffer.empty()) {
                base::ByteWriter packet(buffer);
                packet.u16(0x806f);
                packet.u16(sequence_++);
                packet.u32(0);
                packet.u32(0x5157);
                packet.fill(40, 0x55);
                if (transport.seal_rtp(out, packet.size())) ++spoken;
            }
        }
        return std::min(due, speaks_at_);
    }

    PeerTransport transport;
    std::vector<TransportEvent> events;
    std::optional<base::Instant> connected_at;
    std::uint64_t spoken = 0;
    std::uint64_t heard = 0;
    base::Duration longest_silence{};

  private:
    base::Duration interval_;
    base::Instant speaks_at_;
    std::optional<base::Instant> last_heard_;
    std::uint16_t sequence_ = 0;
};

struct Call {
    explicit Call(base::Duration interval)
        : hub({transport::IceRole::Lite, hub_ice, engine_ice, identity().fingerprint(),
               &identity()},
              interval, start),
          engine({transport::IceRole::Client, engine_ice, hub_ice, identity().fingerprint(),
                  &identity()},
                 interval, start),
          network(engine, hub, start) {}

    base::Instant start = base::Instant{} + 1h;
    IceCredentials hub_ice = IceCredentials::random();
    IceCredentials engine_ice = IceCredentials::random();
    Speaker hub;
    Speaker engine;
    Simulation network;
};

class EveryLink : public ::testing::TestWithParam<Profile> {};

TEST_P(EveryLink, ConnectsSoonAndStaysConnectedForAnHour) {
    const Profile& profile = GetParam();
    Call call(500ms);
    call.network.add_route({kHubUdp, kEngineUdp, profile.up, profile.down}, 20260731);
    call.engine.transport.add_candidate(kHubUdp, 2130706431, call.start);
    call.network.run_for(1h);

    ASSERT_TRUE(call.engine.connected_at && call.hub.connected_at);
    EXPECT_LT(*call.engine.connected_at - call.start, 20s);
    EXPECT_LT(*call.hub.connected_at - call.start, 20s);
    EXPECT_THAT(call.engine.events, ::testing::ElementsAre(TransportEvent::Connected));
    EXPECT_THAT(call.hub.events, ::testing::ElementsAre(TransportEvent::Connected));
    EXPECT_TRUE(call.engine.transport.connected());

    // All that was sent arrives but for what the link loses: no more than its loss and its outages.
    const auto& up = call.network.up(0).counters();
    const auto& down = call.network.down(0).counters();
    EXPECT_LE(call.engine.spoken - call.hub.heard, up.lost + up.dropped_by_cut + 4);
    EXPECT_LE(call.hub.spoken - call.engine.heard, down.lost + down.dropped_by_cut + 4);
    EXPECT_GT(call.hub.heard, 5000U);
    EXPECT_EQ(call.hub.transport.counters().srtp_failed, 0U);
    EXPECT_EQ(call.engine.transport.counters().srtp_failed, 0U);
    EXPECT_EQ(call.hub.transport.counters().stun_unauthorized, 0U);
}

INSTANTIATE_TEST_SUITE_P(Field, EveryLink,
                         ::testing::ValuesIn(read_profiles(SIGHTLINE_VECTORS
                                                           "/network-profiles.csv")),
                         [](const auto& row) {
                             std::string name = row.param.name;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

LinkConfig plain(base::Duration delay) {
    LinkConfig link;
    link.delay = delay;
    return link;
}

TEST(TwoRoutes, MovesToTheOtherWhenTheBetterDiesAndBackWhenItHeals) {
    Call call(100ms);
    const auto udp = call.network.add_route({kHubUdp, kEngineUdp, plain(30ms), plain(30ms)}, 1);
    call.network.add_route({kHubTcp, kEngineTcp, plain(60ms), plain(60ms)}, 2);
    call.engine.transport.add_candidate(kHubTcp, 1518280447, call.start);
    call.engine.transport.add_candidate(kHubUdp, 2130706431, call.start);
    call.network.run_for(10s);
    ASSERT_EQ(call.engine.transport.selected_path(), kHubUdp);
    ASSERT_EQ(call.hub.transport.selected_path(), kEngineUdp);

    call.network.up(udp).cut();
    call.network.down(udp).cut();
    call.network.run_for(20s);
    EXPECT_EQ(call.engine.transport.selected_path(), kHubTcp);
    EXPECT_EQ(call.hub.transport.selected_path(), kEngineTcp);
    // Three consent intervals of at most 6 s, and a check over the other route.
    EXPECT_LT(call.hub.longest_silence, 19s);

    call.network.up(udp).heal();
    call.network.down(udp).heal();
    call.network.run_for(60s);
    EXPECT_EQ(call.engine.transport.selected_path(), kHubUdp);
    EXPECT_EQ(call.hub.transport.selected_path(), kEngineUdp);
    EXPECT_THAT(call.hub.events, ::testing::Not(::testing::Contains(TransportEvent::Disconnected)));
}

TEST(HeavyLoss, HandshakeSucceedsWhenEveryFourthDatagramIsLost) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Call call(1s);
        LinkConfig link = plain(100ms);
        link.loss = 0.25;
        call.network.add_route({kHubUdp, kEngineUdp, link, link}, seed);
        call.engine.transport.add_candidate(kHubUdp, 2130706431, call.start);
        call.network.run_for(60s);
        EXPECT_TRUE(call.engine.connected_at && call.hub.connected_at) << "seed " << seed;
    }
}

}  // namespace
}  // namespace sightline::sim
