#include "media/transport/ice_lite.h"

#include <gtest/gtest.h>

#include "tests/unit/transport/two_peers.h"

namespace sightline::transport {
namespace {

struct Hub {
    // Sends one check to the lite agent; what it answered stays in `answer`.
    bool check(const wire::Path& path, wire::StunToWrite request) {
        base::fill_random(request.transaction);
        return repeat(path, request);
    }
    bool repeat(const wire::Path& path, const wire::StunToWrite& request) {
        base::Bytes bytes(wire::kMaxDatagram);
        bytes.resize(wire::write_stun(request, bytes));
        return give(path, bytes);
    }
    bool give(const wire::Path& path, const base::Bytes& bytes) {
        out.clear();
        const bool good = ice.receive(path, wire::parse_stun(bytes).value(), now, out);
        answer.reset();
        if (!out.empty()) {
            const auto& entry = out.entries()[0];
            answer_bytes.assign(entry.bytes.begin(),
                                entry.bytes.begin() + static_cast<std::ptrdiff_t>(entry.size));
            answer = wire::parse_stun(answer_bytes).value();
        }
        return good;
    }
    wire::StunToWrite valid() const { return from(local, remote); }
    static wire::StunToWrite from(const IceCredentials& ours, const IceCredentials& theirs) {
        static std::string username;
        username = ours.ufrag + ":" + theirs.ufrag;
        wire::StunToWrite request;
        request.username = username;
        request.priority = 1;
        request.ice_controlling = 7;
        request.password = ours.password;
        return request;
    }

    base::Instant now = base::Instant{} + 1000s;
    IceCredentials local{"hubufrag", "hub-password-of-24-chars"};
    IceCredentials remote{"peer", "peer-password"};
    IceLite ice{local, remote, now};
    wire::PacketBatch out{8};
    base::Bytes answer_bytes;
    std::optional<wire::StunMessage> answer;
};

TEST(IceLite, AnswersAValidCheckWithTheMappedAddressUnderItsOwnPassword) {
    Hub hub;
    ASSERT_TRUE(hub.check(kEngine, hub.valid()));
    ASSERT_TRUE(hub.answer);
    EXPECT_EQ(hub.answer->kind, wire::StunClass::Success);
    EXPECT_EQ(hub.answer->xor_mapped_address, kEngine.remote);
    EXPECT_TRUE(hub.answer->has_fingerprint);
    EXPECT_TRUE(wire::integrity_ok(*hub.answer, hub.local.password));
    EXPECT_TRUE(hub.ice.validated(kEngine));
    EXPECT_FALSE(hub.ice.validated(kStranger));
}

TEST(IceLite, UseCandidateFromANewPathMovesTheSelection) {
    Hub hub;
    hub.check(kEngine, hub.valid());
    EXPECT_EQ(hub.ice.selected(), kEngine);
    auto other = hub.valid();
    hub.check(kEngineTcp, other);
    EXPECT_EQ(hub.ice.selected(), kEngine);
    other.use_candidate = true;
    hub.check(kEngineTcp, other);
    EXPECT_EQ(hub.ice.selected(), kEngineTcp);
    EXPECT_TRUE(hub.ice.validated(kEngine));
}

TEST(IceLite, ACheckReplayedFromElsewhereMovesNothing) {
    Hub hub;
    auto request = hub.valid();
    request.use_candidate = true;
    request.transaction = {1, 2, 3};
    ASSERT_TRUE(hub.repeat(kEngine, request));
    EXPECT_FALSE(hub.repeat(kStranger, request));
    EXPECT_EQ(hub.ice.selected(), kEngine);
    EXPECT_FALSE(hub.ice.validated(kStranger));
    EXPECT_TRUE(hub.repeat(kEngine, request));  // the peer's own repetition is answered
}

TEST(IceLite, RefusesWrongPasswordUsernameAndMissingIntegrity) {
    Hub hub;
    auto request = hub.valid();
    request.password = "guess";
    EXPECT_FALSE(hub.check(kEngine, request));
    EXPECT_EQ(hub.answer->error_code, 401);

    request = hub.valid();
    request.username = "hubufrag:somebody";
    EXPECT_FALSE(hub.check(kEngine, request));
    EXPECT_EQ(hub.answer->error_code, 401);

    request = hub.valid();
    request.username = "hubufragX:peer";
    EXPECT_FALSE(hub.check(kEngine, request));
    EXPECT_EQ(hub.answer->error_code, 401);

    request = hub.valid();
    request.password = {};
    EXPECT_FALSE(hub.check(kEngine, request));
    EXPECT_EQ(hub.answer->error_code, 400);
    EXPECT_FALSE(hub.ice.validated(kEngine));
    EXPECT_FALSE(hub.ice.selected());
}

TEST(IceLite, RoleConflictIsAnsweredWith487) {
    Hub hub;
    auto request = hub.valid();
    request.ice_controlling.reset();
    request.ice_controlled = 9;
    request.use_candidate = true;
    hub.check(kEngine, request);
    EXPECT_EQ(hub.answer->error_code, 487);
    EXPECT_FALSE(hub.ice.validated(kEngine));
}

TEST(IceLite, UnknownRequiredAttributeIsAnsweredWith420) {
    Hub hub;
    // UNKNOWN-ATTRIBUTES in the place of an attribute the reader knows: patch its type.
    wire::StunToWrite request = hub.valid();
    base::Bytes bytes(wire::kMaxDatagram);
    request.password = {};
    request.unknown_attribute = 0x7ffe;
    bytes.resize(wire::write_stun(request, bytes));
    wire::StunMessage message = wire::parse_stun(bytes).value();
    EXPECT_EQ(message.unknown_required, 0);
    message.unknown_required = 0x7ffe;
    // Not authentic: the attribute must not be looked at before integrity is.
    EXPECT_FALSE(hub.ice.receive(kEngine, message, hub.now, hub.out));
    EXPECT_EQ(hub.out.size(), 1U);

    base::Bytes signed_bytes(wire::kMaxDatagram);
    signed_bytes.resize(wire::write_stun(hub.valid(), signed_bytes));
    message = wire::parse_stun(signed_bytes).value();
    message.unknown_required = 0x7ffe;
    hub.out.clear();
    EXPECT_TRUE(hub.ice.receive(kEngine, message, hub.now, hub.out));
    ASSERT_EQ(hub.out.size(), 1U);
    const auto& entry = hub.out.entries()[0];
    const auto answer = wire::parse_stun(base::ByteView(entry.bytes).first(entry.size)).value();
    EXPECT_EQ(answer.error_code, 420);
    EXPECT_FALSE(hub.ice.validated(kEngine));
}

TEST(IceLite, AnswersOnlyTenStrangersASecond) {
    Hub hub;
    auto request = hub.valid();
    request.password = "guess";
    int answered = 0;
    for (int i = 0; i < 100; ++i) {
        hub.check(kStranger, request);
        answered += hub.answer.has_value();
    }
    EXPECT_EQ(answered, 10);
    EXPECT_TRUE(hub.check(kEngine, hub.valid()));
    EXPECT_TRUE(hub.answer);
    hub.now += 1s;
    hub.check(kStranger, request);
    EXPECT_TRUE(hub.answer);
}

TEST(IceLite, RestartAcceptsOldAndNewUntilTheNewIsValidated) {
    Hub hub;
    hub.check(kEngine, hub.valid());
    const IceCredentials next_local{"nextufrg", "next-password-of-24-char"};
    const IceCredentials next_remote{"next", "next-peer-password"};
    hub.ice.restart(next_local, next_remote);
    EXPECT_TRUE(hub.check(kEngine, hub.valid()));
    EXPECT_TRUE(hub.ice.validated(kEngine));

    EXPECT_TRUE(hub.check(kEngine, Hub::from(next_local, next_remote)));
    EXPECT_TRUE(wire::integrity_ok(*hub.answer, next_local.password));
    EXPECT_FALSE(hub.check(kEngine, hub.valid()));
    EXPECT_EQ(hub.answer->error_code, 401);
}

TEST(IceLite, TwoRestartsKeepTheCredentialsThatWereValidated) {
    Hub hub;
    hub.check(kEngine, hub.valid());
    hub.ice.restart({"secondxx", "second-password"}, {"b", "b"});
    hub.ice.restart({"thirdxxx", "third-password"}, {"c", "c"});
    EXPECT_TRUE(hub.check(kEngine, hub.valid()));
    EXPECT_FALSE(hub.check(kEngine, Hub::from({"secondxx", "second-password"}, {"b", "b"})));
    EXPECT_TRUE(hub.check(kEngine, Hub::from({"thirdxxx", "third-password"}, {"c", "c"})));
}

TEST(IceLite, AnyRemoteFragmentServesWhileItIsUnknown) {
    Hub hub;
    hub.ice = IceLite(hub.local, {}, hub.now);
    EXPECT_TRUE(hub.check(kEngine, hub.valid()));
}

TEST(IceLite, KeepsEightPathsAndNeverForgetsTheSelectedOne) {
    Hub hub;
    auto request = hub.valid();
    request.use_candidate = true;
    hub.check(kEngine, request);
    request.use_candidate = false;
    wire::Path path = kStranger;
    for (std::uint16_t port = 1; port <= 100; ++port) {
        hub.now += 10ms;
        path.remote.port = port;
        hub.check(path, request);
        EXPECT_TRUE(hub.ice.validated(path));
    }
    EXPECT_TRUE(hub.ice.validated(kEngine));
    path.remote.port = 93;
    EXPECT_FALSE(hub.ice.validated(path));
    path.remote.port = 94;
    EXPECT_TRUE(hub.ice.validated(path));
}

TEST(IceLite, ExpiresAfterThirtySecondsWithoutAValidCheck) {
    Hub hub;
    hub.check(kEngine, hub.valid());
    const auto start = hub.now;
    EXPECT_EQ(hub.ice.tick(start, hub.out), start + 30s);
    hub.now = start + 29s;
    auto forged = hub.valid();
    forged.password = "guess";
    hub.check(kEngine, forged);  // proves nothing, so it keeps nothing alive
    hub.ice.tick(start + 29999ms, hub.out);
    EXPECT_FALSE(hub.ice.expired());
    hub.ice.tick(start + 30s, hub.out);
    EXPECT_TRUE(hub.ice.expired());
    EXPECT_FALSE(hub.ice.selected());
    EXPECT_FALSE(hub.ice.validated(kEngine));
}

TEST(IceLite, FallsBackToAPathThatIsStillChecked) {
    Hub hub;
    auto request = hub.valid();
    request.use_candidate = true;
    hub.check(kEngine, request);
    request.use_candidate = false;
    hub.now += 20s;
    hub.check(kEngineTcp, request);
    hub.ice.tick(hub.now + 10s, hub.out);
    EXPECT_FALSE(hub.ice.expired());
    EXPECT_EQ(hub.ice.selected(), kEngineTcp);
}

}  // namespace
}  // namespace sightline::transport
