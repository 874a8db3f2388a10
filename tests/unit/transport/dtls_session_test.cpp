#include "media/transport/dtls_session.h"

#include <gtest/gtest.h>

#include "tests/unit/transport/two_peers.h"

namespace sightline::transport {
namespace {

constexpr const char* kGcm = "SRTP_AEAD_AES_128_GCM";
constexpr const char* kCm = "SRTP_AES128_CM_SHA1_80";

struct Handshake {
    Handshake(const char* client_profiles, const char* server_profiles)
        : client(engine_identity(), DtlsSession::Role::Client, hub_identity().fingerprint(),
                 client_profiles),
          server(hub_identity(), DtlsSession::Role::Server, engine_identity().fingerprint(),
                 server_profiles) {}

    void run() {
        client.start(now, &kHub, out);
        for (int turn = 0; turn < 10 && !out.empty(); ++turn) {
            std::vector<wire::PacketBatch::Entry> sent(out.entries().begin(), out.entries().end());
            out.clear();
            for (const auto& entry : sent) {
                DtlsSession& receiver = entry.path == kHub ? server : client;
                receiver.receive(base::ByteView(entry.bytes).first(entry.size), now,
                                 entry.path == kHub ? &kEngine : &kHub, out);
            }
        }
    }

    base::Instant now = base::Instant{} + 1000s;
    DtlsSession client;
    DtlsSession server;
    wire::PacketBatch out{32};
};

void expect_profile(const char* client, const char* server, SrtpProfile expected) {
    Handshake handshake(client, server);
    handshake.run();
    ASSERT_EQ(handshake.client.state(), DtlsSession::State::Connected);
    ASSERT_EQ(handshake.server.state(), DtlsSession::State::Connected);
    const auto near = handshake.client.take_srtp();
    const auto far = handshake.server.take_srtp();
    ASSERT_EQ(near->profile(), expected);
    ASSERT_EQ(far->profile(), expected);
    // Each side opens what the other seals, so the four keys are where RFC 5764 puts them.
    for (const auto& [from, to] : {std::pair{near.get(), far.get()}, {far.get(), near.get()}}) {
        base::Bytes packet(100);
        const std::size_t size = TwoPeers::write_packet(packet, 1, 0x77);
        packet.resize(from->protect_rtp(packet, size).value());
        EXPECT_EQ(to->unprotect_rtp(packet), size);
    }
}

TEST(DtlsSession, PrefersGcmAndTakesWhicheverTheOtherHas) {
    expect_profile(DtlsSession::kProfiles, DtlsSession::kProfiles, SrtpProfile::AeadAes128Gcm);
    expect_profile(kGcm, DtlsSession::kProfiles, SrtpProfile::AeadAes128Gcm);
    expect_profile(kCm, DtlsSession::kProfiles, SrtpProfile::Aes128CmHmacSha1_80);
    expect_profile(DtlsSession::kProfiles, kCm, SrtpProfile::Aes128CmHmacSha1_80);
}

TEST(DtlsSession, FailsWithoutACommonProfile) {
    Handshake handshake(kGcm, kCm);
    handshake.run();
    EXPECT_EQ(handshake.client.state(), DtlsSession::State::Failed);
    EXPECT_EQ(handshake.client.take_srtp(), nullptr);
    EXPECT_EQ(handshake.server.take_srtp(), nullptr);
}

TEST(DtlsSession, RepeatsItsFlightUnderNewRecordNumbersWithDoublingWaits) {
    Handshake handshake(kGcm, kGcm);
    handshake.client.start(handshake.now, &kHub, handshake.out);
    ASSERT_EQ(handshake.out.size(), 1U);
    const auto number = [&] { return base::load32(&handshake.out.entries()[0].bytes[7]); };
    EXPECT_EQ(number(), 0U);

    std::vector<base::Duration> waits;
    base::Instant last = handshake.now;
    for (std::uint32_t repetition = 1; repetition <= 4; ++repetition) {
        const auto due = handshake.client.tick(last, &kHub, handshake.out);
        waits.push_back(due - last);
        handshake.out.clear();
        handshake.client.tick(due - 1ms, &kHub, handshake.out);
        EXPECT_TRUE(handshake.out.empty());
        handshake.client.tick(due, &kHub, handshake.out);
        ASSERT_EQ(handshake.out.size(), 1U);
        EXPECT_EQ(number(), repetition);
        last = due;
    }
    EXPECT_EQ(waits, (std::vector<base::Duration>{1s, 2s, 4s, 4s}));
}

TEST(DtlsSession, KeepsItsFlightWhileThereIsNoPath) {
    Handshake handshake(kGcm, kGcm);
    handshake.client.start(handshake.now, nullptr, handshake.out);
    EXPECT_TRUE(handshake.out.empty());
    handshake.client.tick(handshake.now + 1s, &kHub, handshake.out);
    EXPECT_EQ(handshake.out.size(), 1U);
}

TEST(DtlsSession, JunkInsideRecordsEndsTheHandshakeAndNothingElse) {
    Handshake handshake(kGcm, kGcm);
    // A handshake record whose message is of no known type.
    base::Bytes junk{22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12,
                     99, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0};
    handshake.server.receive(junk, handshake.now, &kEngine, handshake.out);
    EXPECT_EQ(handshake.server.state(), DtlsSession::State::Failed);
    EXPECT_FALSE(handshake.server.receive(junk, handshake.now, &kEngine, handshake.out));
}

TEST(DtlsIdentity, FingerprintIsThirtyTwoBytesInUpperCase) {
    const std::string& text = hub_identity().fingerprint();
    EXPECT_EQ(text.size(), 95U);
    EXPECT_EQ(text.find_first_not_of("0123456789ABCDEF:"), std::string::npos);
    EXPECT_NE(text, engine_identity().fingerprint());
}

}  // namespace
}  // namespace sightline::transport
