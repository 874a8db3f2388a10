#include "media/transport/peer_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/wire/stun.h"
#include "tests/unit/transport/two_peers.h"

namespace sightline::transport {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

bool is_dtls(const base::Bytes& bytes) { return bytes[0] >= 20 && bytes[0] <= 63; }

TEST(PeerTransport, ConnectsAndCarriesPacketsBothWays) {
    TwoPeers peers;
    peers.connect();
    EXPECT_THAT(peers.hub_events, ElementsAre(TransportEvent::Connected));
    EXPECT_THAT(peers.engine_events, ElementsAre(TransportEvent::Connected));
    EXPECT_EQ(peers.hub->selected_path(), kEngine);
    EXPECT_EQ(peers.engine->selected_path(), kHub);
    EXPECT_EQ(peers.hub->srtp_profile(), "SRTP_AEAD_AES_128_GCM");
    EXPECT_EQ(peers.engine->round_trip(), 40ms);

    EXPECT_TRUE(peers.send(*peers.engine, 1));
    EXPECT_TRUE(peers.send(*peers.hub, 7));
    peers.run_for(100ms);
    ASSERT_EQ(peers.heard_by_hub.size(), 1U);
    ASSERT_EQ(peers.heard_by_engine.size(), 1U);
    EXPECT_EQ(base::as_text(base::ByteView(peers.heard_by_hub[0]).subspan(12)), "speech");
    EXPECT_EQ(base::load16(&peers.heard_by_engine[0][2]), 7);
}

TEST(PeerTransport, NothingCanBeSentBeforeItIsConnected) {
    TwoPeers peers;
    EXPECT_TRUE(peers.engine->open_packet(peers.out).empty());
    EXPECT_FALSE(peers.engine->seal_rtp(peers.out, 40));
    EXPECT_EQ(peers.engine->srtp_profile(), "");
}

TEST(PeerTransport, CarriesRtcpApartFromRtp) {
    TwoPeers peers;
    peers.connect();
    const auto buffer = peers.engine->open_packet(peers.out);
    base::ByteWriter report(buffer);
    report.u32(0x80c90001);
    report.u32(0x1234);
    ASSERT_TRUE(peers.engine->seal_rtcp(peers.out, report.size()));
    base::Bytes sealed(peers.out.entries()[0].bytes.begin(),
                       peers.out.entries()[0].bytes.begin() +
                           static_cast<std::ptrdiff_t>(peers.out.entries()[0].size));
    const auto received = peers.hub->receive(kEngine, sealed, peers.now, peers.out);
    EXPECT_EQ(received.kind, PeerTransport::Kind::Rtcp);
    EXPECT_EQ(received.packet.size(), 8U);
}

TEST(PeerTransport, WrongFingerprintFailsBeforeAnyMedia) {
    TwoPeers at_hub(hub_identity().fingerprint());
    at_hub.connect();
    EXPECT_THAT(at_hub.hub_events, ElementsAre(TransportEvent::Failed));
    EXPECT_FALSE(at_hub.hub->connected());
    EXPECT_TRUE(at_hub.hub->open_packet(at_hub.out).empty());

    TwoPeers at_engine(engine_identity().fingerprint(), engine_identity().fingerprint());
    at_engine.connect();
    EXPECT_THAT(at_engine.engine_events, ElementsAre(TransportEvent::Failed));
    EXPECT_FALSE(at_engine.engine->connected());
}

TEST(PeerTransport, AFingerprintThatIsNoneAcceptsNobody) {
    for (const std::string text : {"", "AB:CD", "not a fingerprint at all"}) {
        TwoPeers peers(text);
        peers.connect();
        EXPECT_THAT(peers.hub_events, ElementsAre(TransportEvent::Failed)) << text;
    }
}

TEST(PeerTransport, FingerprintMayBeWrittenInLowerCase) {
    std::string lower = engine_identity().fingerprint();
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    TwoPeers peers(lower);
    peers.connect();
    EXPECT_THAT(peers.hub_events, ElementsAre(TransportEvent::Connected));
}

TEST(PeerTransport, DropsAClientHelloFromAPathThatIceHasNotValidated) {
    TwoPeers peers;
    base::Bytes hello;
    peers.drop = [&](bool from_engine, const wire::Path&, const base::Bytes& bytes) {
        if (from_engine && is_dtls(bytes) && hello.empty()) hello = bytes;
        return is_dtls(bytes);
    };
    peers.engine->add_candidate(kHub, kHostPriority, peers.now);
    peers.run_for(500ms);
    ASSERT_FALSE(hello.empty());

    peers.inject(kStranger, hello);
    EXPECT_EQ(peers.hub->counters().dtls_wrong_path, 1U);
    EXPECT_THAT(peers.on_wire, IsEmpty());

    peers.drop = nullptr;
    peers.run_for(5s);
    EXPECT_TRUE(peers.hub->connected());
}

TEST(PeerTransport, HandshakeSurvivesTheLossOfAnyOneDatagram) {
    for (int lost = 0; lost < 8; ++lost) {
        TwoPeers peers;
        int seen = 0;
        peers.drop = [&](bool, const wire::Path&, const base::Bytes& bytes) {
            return is_dtls(bytes) && seen++ == lost;
        };
        peers.engine->add_candidate(kHub, kHostPriority, peers.now);
        peers.run_for(6s);
        EXPECT_TRUE(peers.hub->connected()) << lost;
        EXPECT_TRUE(peers.engine->connected()) << lost;
        EXPECT_EQ(peers.hub->counters().dtls_malformed, 0U) << lost;
    }
}

TEST(PeerTransport, DtlsDatagramsStayBelowTheMtu) {
    TwoPeers peers;
    std::size_t largest = 0;
    peers.drop = [&](bool, const wire::Path&, const base::Bytes& bytes) {
        if (is_dtls(bytes)) largest = std::max(largest, bytes.size());
        return false;
    };
    peers.connect();
    EXPECT_TRUE(peers.hub->connected());
    EXPECT_LE(largest, 1200U);
    EXPECT_GT(largest, 400U);  // not the 256-byte pieces of a BIO that names no MTU
}

TEST(PeerTransport, HandshakeThatNobodyAnswersFailsInTheEnd) {
    TwoPeers peers;
    peers.drop = [](bool, const wire::Path&, const base::Bytes& bytes) { return is_dtls(bytes); };
    peers.connect();
    peers.run_for(61s);
    EXPECT_THAT(peers.engine_events, ElementsAre(TransportEvent::Failed));
}

TEST(PeerTransport, RefusesReplayedAndForeignSrtp) {
    TwoPeers peers;
    peers.connect();
    base::Bytes sealed;
    peers.drop = [&](bool, const wire::Path&, const base::Bytes& bytes) {
        sealed = bytes;
        return false;
    };
    ASSERT_TRUE(peers.send(*peers.engine, 1));
    peers.drop = nullptr;
    peers.run_for(100ms);
    ASSERT_EQ(peers.heard_by_hub.size(), 1U);

    peers.inject(kEngine, sealed);
    EXPECT_EQ(peers.hub->counters().srtp_failed, 1U);
    peers.inject(kStranger, sealed);
    EXPECT_EQ(peers.hub->counters().srtp_wrong_path, 1U);
    EXPECT_EQ(peers.heard_by_hub.size(), 1U);
}

TEST(PeerTransport, DropsSrtpThatComesBeforeTheHandshakeIsDone) {
    TwoPeers peers;
    peers.drop = [](bool, const wire::Path&, const base::Bytes& bytes) { return is_dtls(bytes); };
    peers.connect();
    base::Bytes early(60, 0x80);
    peers.inject(kEngine, early);
    EXPECT_EQ(peers.hub->counters().srtp_early, 1U);
    EXPECT_THAT(peers.heard_by_hub, IsEmpty());
}

TEST(PeerTransport, CountsMalformedDatagramsOfEveryKindAndLives) {
    TwoPeers peers;
    peers.connect();
    const auto& counters = peers.hub->counters();

    peers.inject(kEngine, {});
    peers.inject(kEngine, base::Bytes(wire::kMaxDatagram + 1, 0x80));
    for (const int first : {4, 15, 16, 19, 64, 79, 127, 192, 255}) {
        peers.inject(kEngine, base::Bytes(100, static_cast<std::uint8_t>(first)));
    }
    EXPECT_EQ(counters.unknown, 11U);

    peers.inject(kEngine, base::Bytes(1, 0x00));   // no STUN header
    peers.inject(kEngine, base::Bytes(20, 0x01));  // no magic cookie
    EXPECT_EQ(counters.stun_malformed, 2U);

    peers.inject(kEngine, base::Bytes(5, 22));    // shorter than a record header
    peers.inject(kEngine, base::Bytes(100, 22));  // version 0x1616
    peers.inject(kEngine, {22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0xff, 0xff, 1});  // length
    peers.inject(kEngine, base::Bytes(20, 40));  // no content type
    EXPECT_EQ(counters.dtls_malformed, 4U);

    peers.inject(kEngine, base::Bytes(12, 0x80));
    peers.inject(kEngine, base::Bytes(1, 0x80));
    peers.inject(kEngine, {0x80, 200, 0, 0});
    EXPECT_EQ(counters.srtp_failed, 3U);

    EXPECT_TRUE(peers.hub->connected());
    EXPECT_TRUE(peers.send(*peers.engine, 1));
    peers.run_for(100ms);
    EXPECT_EQ(peers.heard_by_hub.size(), 1U);
    EXPECT_THAT(peers.hub_events, ElementsAre(TransportEvent::Connected));
}

TEST(PeerTransport, ConsentExpiresAfterThirtySecondsOfSilence) {
    TwoPeers peers;
    peers.connect();
    peers.drop = [](bool, const wire::Path&, const base::Bytes&) { return true; };
    const auto cut_at = peers.now;
    while (peers.engine->connected() && peers.now < cut_at + 40s) peers.run_for(100ms);
    // The last answer came at most one consent interval of 6 s before the cut.
    EXPECT_LE(peers.now - cut_at, 30s + 100ms);
    EXPECT_GE(peers.now - cut_at, 24s - 100ms);
    peers.run_for(31s);
    EXPECT_THAT(peers.engine_events,
                ElementsAre(TransportEvent::Connected, TransportEvent::Disconnected));
    EXPECT_THAT(peers.hub_events,
                ElementsAre(TransportEvent::Connected, TransportEvent::Disconnected));
    EXPECT_FALSE(peers.hub->connected());
    EXPECT_TRUE(peers.hub->open_packet(peers.out).empty());
}

TEST(PeerTransport, RestartBringsADisconnectedTransportBackWithTheSameKeys) {
    TwoPeers peers;
    peers.connect();
    peers.drop = [](bool, const wire::Path&, const base::Bytes&) { return true; };
    peers.run_for(62s);
    ASSERT_THAT(peers.hub_events, Contains(TransportEvent::Disconnected));

    int handshakes = 0;
    peers.drop = [&](bool, const wire::Path&, const base::Bytes& bytes) {
        handshakes += is_dtls(bytes);
        return false;
    };
    const auto hub_ice = IceCredentials::random();
    const auto engine_ice = IceCredentials::random();
    peers.hub->restart_ice(hub_ice, engine_ice);
    peers.engine->restart_ice(engine_ice, hub_ice);
    EXPECT_EQ(peers.hub->local_credentials().ufrag, hub_ice.ufrag);
    peers.run_for(3s);
    EXPECT_TRUE(peers.hub->connected());
    EXPECT_TRUE(peers.engine->connected());
    EXPECT_EQ(handshakes, 0);
    EXPECT_EQ(peers.engine_events.back(), TransportEvent::Connected);
    EXPECT_TRUE(peers.send(*peers.engine, 1));
    peers.run_for(100ms);
    EXPECT_EQ(peers.heard_by_hub.size(), 1U);
}

TEST(PeerTransport, RestartInMidCallLosesNothing) {
    TwoPeers peers;
    peers.connect();
    const auto hub_ice = IceCredentials::random();
    const auto engine_ice = IceCredentials::random();
    peers.hub->restart_ice(hub_ice, engine_ice);
    peers.run_for(1s);  // the answer to the PATCH is on its way
    EXPECT_TRUE(peers.send(*peers.engine, 1));
    peers.engine->restart_ice(engine_ice, hub_ice);
    EXPECT_TRUE(peers.send(*peers.engine, 2));
    peers.run_for(60s);
    EXPECT_TRUE(peers.send(*peers.engine, 3));
    peers.run_for(100ms);
    EXPECT_EQ(peers.heard_by_hub.size(), 3U);
    EXPECT_THAT(peers.hub_events, Not(Contains(TransportEvent::Disconnected)));
    EXPECT_EQ(peers.hub->counters().stun_unauthorized, 0U);
}

TEST(PeerTransport, NobodyEverComingIsReportedAfterThirtySeconds) {
    TwoPeers peers;
    peers.run_for(29s);
    EXPECT_THAT(peers.hub_events, IsEmpty());
    peers.run_for(2s);
    EXPECT_THAT(peers.hub_events, ElementsAre(TransportEvent::Disconnected));
    EXPECT_THAT(peers.engine_events, ElementsAre(TransportEvent::Disconnected));
}

TEST(PeerTransport, CloseTellsThePeer) {
    TwoPeers peers;
    peers.connect();
    peers.engine->close(peers.out);
    peers.collect(true);
    EXPECT_FALSE(peers.engine->connected());
    peers.run_for(100ms);
    EXPECT_EQ(peers.hub_events.back(), TransportEvent::Failed);
    EXPECT_FALSE(peers.hub->connected());
    EXPECT_THAT(peers.engine_events, ElementsAre(TransportEvent::Connected));
}

TEST(PeerTransport, AClosedConnectionIsLeftForAnotherPath) {
    TwoPeers peers;
    peers.engine->add_candidate(kHub, kTcpPriority, peers.now);
    peers.engine->add_candidate(kHubTcp, kHostPriority, peers.now);  // preferred here
    peers.run_for(3s);
    ASSERT_EQ(peers.hub->selected_path(), kEngineTcp);

    peers.drop = [](bool, const wire::Path& to, const base::Bytes&) {
        return to.transport == wire::Transport::Tcp;
    };
    peers.engine->path_closed(kHubTcp, peers.now);
    peers.hub->path_closed(kEngineTcp, peers.now);
    peers.run_for(1s);
    EXPECT_EQ(peers.engine->selected_path(), kHub);
    EXPECT_EQ(peers.hub->selected_path(), kEngine);
    EXPECT_THAT(peers.engine_events, Contains(TransportEvent::PathChanged));
}

TEST(PeerTransport, FullBatchLosesAPacketAndNothingElse) {
    TwoPeers peers;
    peers.connect();
    wire::PacketBatch tiny(1);
    ASSERT_FALSE(peers.engine->open_packet(tiny).empty());
    ASSERT_TRUE(peers.engine->seal_rtp(
        tiny, TwoPeers::write_packet(peers.engine->open_packet(tiny), 1, 5)));
    EXPECT_TRUE(peers.engine->open_packet(tiny).empty());
    EXPECT_EQ(tiny.size(), 1U);
    EXPECT_FALSE(peers.engine->seal_rtp(tiny, 40));
    EXPECT_EQ(peers.engine->counters().send_failed, 1U);
}

TEST(AddressedUfrag, IsTheFirstHalfOfTheUsername) {
    base::Bytes buffer(wire::kMaxDatagram);
    wire::StunToWrite request;
    request.username = "hubUfrag:peer";
    buffer.resize(wire::write_stun(request, buffer));
    EXPECT_EQ(addressed_ufrag(buffer), "hubUfrag");
    buffer[9] ^= 1;  // FINGERPRINT no longer fits
    EXPECT_EQ(addressed_ufrag(buffer), "");
    EXPECT_EQ(addressed_ufrag(base::as_bytes("hello")), "");
}

}  // namespace
}  // namespace sightline::transport
