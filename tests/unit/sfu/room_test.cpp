#include <gmock/gmock.h>

#include "tests/unit/sfu/room_of_peers.h"

namespace sightline::sfu::test {
namespace {

using base::ParticipantId;
using testing::ElementsAre;

const ParticipantId kNobody;

class Rooms : public RoomOfPeers {
  protected:
    std::size_t closed(base::ResourceId resource) const {
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [&](const Event& e) {
                const auto* c = std::get_if<ResourceClosed>(&e);
                return c != nullptr && c->resource == resource;
            }));
    }
};

TEST_F(Rooms, NeverGiveAnybodyTheirOwnMedia) {
    Peer& up = publisher(interviewer, 100);
    Peer& down = subscriber(interviewer);
    send_audio(up, 100, 1);
    EXPECT_TRUE(down.rtp.empty());
    EXPECT_THAT(last_map(down.resource)->slots, ElementsAre(kNobody, kNobody));
}

TEST_F(Rooms, DropWhatAnObserverSendsUpWithoutDecryptingIt) {
    Peer& watching = subscriber(observer);
    Peer& other = subscriber(interviewer);
    watching.send_rtp({false, kOpus, 1, 1, 1}, base::Bytes(20, 1));
    deliver();
    EXPECT_EQ(sfu->counters().rtp_from_subscriber, 1u);
    EXPECT_EQ(sfu->counters().rtp_forwarded, 0u);
    EXPECT_TRUE(other.rtp.empty());
    // Also what is not even authentic is dropped for that reason, not for its cipher.
    std::array<std::uint8_t, 40> junk{0x80, 111};
    sfu->receive(watching.path, junk, now, out);
    EXPECT_EQ(sfu->counters().rtp_from_subscriber, 2u);
    EXPECT_EQ(sfu->counters().srtp_failed, 0u);
}

TEST_F(Rooms, KeepAPublishersSlotAndGiveAFreedOneToTheNext) {
    const auto third = ParticipantId::from_value(21);
    Peer& a = publisher(applicant, 100);
    publisher(observer, 200);
    Peer& down = subscriber(interviewer);
    EXPECT_THAT(last_map(down.resource)->slots, ElementsAre(applicant, observer));
    Peer& waiting = publisher(third, 300);
    EXPECT_THAT(last_map(down.resource)->slots, ElementsAre(applicant, observer));
    send_audio(waiting, 300, 1);
    EXPECT_TRUE(down.rtp.empty());

    ASSERT_TRUE(sfu->close(a.resource, now, out).has_value());
    deliver();
    EXPECT_THAT(last_map(down.resource)->slots, ElementsAre(third, observer));
    send_audio(waiting, 300, 2);
    EXPECT_EQ(down.of(down.audio_ssrc(0)).size(), 1u);
}

TEST_F(Rooms, StopForwardingAtOnceWhenAParticipantIsRemoved) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_audio(from, 100, 1);
    ASSERT_EQ(to.rtp.size(), 1u);
    // Encrypted before the removal, delivered after it.
    from.send_rtp({false, kOpus, 2, 2, 100}, base::Bytes(20, 1));
    sfu->close_participant(session, applicant, now, out);
    deliver();
    EXPECT_EQ(to.rtp.size(), 1u);
    EXPECT_EQ(closed(from.resource), 1u);
    EXPECT_EQ(closed(to.resource), 0u);
    EXPECT_FALSE(sfu->owner(from.resource));
}

TEST_F(Rooms, SendARemovedSubscriberNothingMoreButAGoodbye) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(observer);
    send_audio(from, 100, 1);
    to.rtcp.clear();
    sfu->close_participant(session, observer, now, out);
    deliver();
    ASSERT_EQ(to.items<wire::Bye>().size(), 1u);
    EXPECT_EQ(to.items<wire::Bye>()[0].ssrc, to.audio_ssrc(0));
    send_audio(from, 100, 2);
    EXPECT_EQ(to.rtp.size(), 1u);
    EXPECT_EQ(to.link->poll_event(), transport::TransportEvent::Connected);
    EXPECT_EQ(to.link->poll_event(), transport::TransportEvent::Failed);
}

TEST_F(Rooms, EndWithTheirSession) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    sfu->close_session(session, now, out);
    deliver();
    EXPECT_EQ(closed(from.resource), 1u);
    EXPECT_EQ(closed(to.resource), 1u);
    EXPECT_TRUE(sfu->stats().empty());
    EXPECT_FALSE(sfu->knows(from.path));
}

TEST_F(Rooms, StayApart) {
    Peer& from = publisher(applicant, 100);
    Peer& elsewhere = add_peer();
    auto answer = sfu->subscribe(base::SessionId::from_value(2), interviewer,
                                 elsewhere.subscribe_offer({}), now);
    ASSERT_TRUE(answer.has_value());
    elsewhere.start(*answer, now);
    connect(elsewhere);
    send_audio(from, 100, 1);
    EXPECT_TRUE(elsewhere.rtp.empty());
    EXPECT_THAT(last_map(elsewhere.resource)->slots, ElementsAre(kNobody, kNobody));
}

TEST_F(Rooms, CloseTheOldestOfTooManySubscriptionsOfOneParticipant) {
    std::vector<Peer*> all;
    for (int i = 0; i < 5; ++i) all.push_back(&subscriber(interviewer));
    EXPECT_EQ(closed(all[0]->resource), 1u);
    EXPECT_EQ(closed(all[1]->resource), 0u);
    EXPECT_EQ(sfu->stats().size(), 4u);
}

TEST_F(Rooms, ReplaceAPublisherWithoutAnEventForTheOldConnection) {
    Peer& first = publisher(applicant, 100);
    Peer& second = publisher(applicant, 500);
    run(milliseconds(50));
    EXPECT_EQ(closed(first.resource), 0u);
    EXPECT_FALSE(sfu->owner(first.resource));
    EXPECT_EQ(sfu->owner(second.resource), applicant);
}

TEST_F(Rooms, CloseAConnectionThatNeverComes) {
    Peer& peer = add_peer();
    auto answer = sfu->publish(session, applicant, peer.publish_offer({}, 100), now);
    ASSERT_TRUE(answer.has_value());
    run(seconds(29));
    EXPECT_TRUE(sfu->owner(answer->resource));
    run(seconds(2));
    EXPECT_FALSE(sfu->owner(answer->resource));
    EXPECT_EQ(closed(answer->resource), 1u);
}

TEST_F(Rooms, CloseAConnectionWhoseIceConsentHasExpired) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    from.link.reset();
    run(seconds(35));
    EXPECT_EQ(closed(from.resource), 1u);
    EXPECT_EQ(closed(to.resource), 0u);
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(kNobody, kNobody));
}

TEST_F(Rooms, RestartIceUnderTheRightETagOnly) {
    Peer& from = publisher(applicant, 100);
    const auto etag = sfu->etag(from.resource);
    ASSERT_TRUE(etag);
    wire::SdpFragment fragment;
    fragment.ice_ufrag = "newufrag";
    fragment.ice_pwd = "newpasswordnewpassword22";
    const auto wrong = sfu->restart_ice(from.resource, "other", fragment, now);
    ASSERT_TRUE(wrong.has_error());
    EXPECT_EQ(wrong.error().code, base::Errc::Conflict);
    const auto unknown = sfu->restart_ice(base::ResourceId::from_value(9), "*", fragment, now);
    EXPECT_EQ(unknown.error().code, base::Errc::NotFound);

    const auto restarted = sfu->restart_ice(from.resource, *etag, fragment, now);
    ASSERT_TRUE(restarted.has_value());
    EXPECT_NE(restarted->etag, *etag);
    EXPECT_EQ(sfu->etag(from.resource), restarted->etag);
    from.link->restart_ice({fragment.ice_ufrag, fragment.ice_pwd},
                           {restarted->answer.ice_ufrag, restarted->answer.ice_pwd});
    from.link->add_candidate(kHub, 1, now);
    // From another address, as after a change of network.
    from.path.remote.port = 6000;
    run(seconds(1));
    EXPECT_TRUE(sfu->knows(from.path));
    Peer& to = subscriber(interviewer);
    send_audio(from, 100, 1);
    EXPECT_EQ(to.rtp.size(), 1u);
}

// The encryption of a running connection never changes silently.
TEST_F(Rooms, RefuseAnIceRestartThatNamesAnotherCertificate) {
    Peer& from = publisher(applicant, 100);
    const auto etag = sfu->etag(from.resource);
    wire::SdpFragment fragment;
    fragment.ice_ufrag = "newufrag";
    fragment.ice_pwd = "newpasswordnewpassword22";
    fragment.fingerprint_algorithm = "sha-256";
    fragment.fingerprint = "00:11";
    const auto other = sfu->restart_ice(from.resource, "*", fragment, now);
    ASSERT_TRUE(other.has_error());
    EXPECT_EQ(other.error().code, base::Errc::Unsupported);
    EXPECT_NE(other.error().text.find("another certificate"), std::string::npos);
    EXPECT_EQ(sfu->etag(from.resource), etag) << "nothing has changed by half";
    fragment.fingerprint = identity().fingerprint();
    fragment.fingerprint_algorithm = "sha-1";
    EXPECT_TRUE(sfu->restart_ice(from.resource, "*", fragment, now).has_error());
    fragment.fingerprint_algorithm = "sha-256";
    EXPECT_TRUE(sfu->restart_ice(from.resource, "*", fragment, now).has_value());
}

TEST_F(Rooms, CountDatagramsOfNobody) {
    const wire::Path stranger{wire::Transport::Udp, wire::Endpoint::v4(203, 0, 113, 9, 1), 0};
    std::array<std::uint8_t, 60> rtp{0x80, 96};
    std::array<std::uint8_t, 60> dtls{22, 254, 253};
    std::array<std::uint8_t, 60> broken_stun{0, 1, 0, 40, 0x21, 0x12, 0xa4, 0x42};
    sfu->receive(stranger, rtp, now, out);
    sfu->receive(stranger, dtls, now, out);
    sfu->receive(stranger, broken_stun, now, out);
    EXPECT_EQ(sfu->counters().datagrams_in, 3u);
    EXPECT_EQ(sfu->counters().datagrams_unknown_path, 2u);
    EXPECT_EQ(sfu->counters().stun_malformed, 1u);
    EXPECT_TRUE(out.empty());
}

TEST_F(Rooms, RefuseMoreConnectionsThanTheyMay) {
    Sfu::Config config;
    config.identity = &identity();
    config.max_resources = 1;
    Sfu small(config);
    Peer& peer = add_peer();
    ASSERT_TRUE(small.subscribe(session, observer, peer.subscribe_offer({}), now).has_value());
    const auto refused = small.subscribe(session, interviewer, peer.subscribe_offer({}), now);
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().code, base::Errc::Exhausted);
}

}  // namespace
}  // namespace sightline::sfu::test
