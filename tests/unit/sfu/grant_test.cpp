// What a grant lets through, and how soon it stops.
#include <gmock/gmock.h>

#include "tests/unit/sfu/room_of_peers.h"

namespace sightline::sfu::test {
namespace {

using base::ParticipantId;
using testing::ElementsAre;
using testing::IsEmpty;

const ParticipantId kNobody;

class Grants : public RoomOfPeers {
  protected:
    void grant(std::vector<Flow> flows, base::Instant until = base::kNever) {
        sfu->set_grant(session, std::move(flows), until, now);
        deliver();
    }
    void ask_again(Peer& to, std::uint16_t sequence) {
        const std::uint16_t sequences[] = {sequence};
        to.send_rtcp(
            [&](base::ByteWriter& w) { wire::write_nack(w, 5, to.video_ssrc(0), sequences); });
        deliver();
    }
    void ask_for_a_key_frame(Peer& to) {
        to.send_rtcp([&](base::ByteWriter& w) { wire::write_pli(w, 5, to.video_ssrc(0)); });
        deliver();
    }
    // Straight into the Sfu, without the tick that deliver() gives it.
    void receive_without_a_tick(Peer& from) {
        for (auto& entry : from.out.entries()) {
            sfu->receive(from.path, base::MutableBytes(entry.bytes).first(entry.size), now, out);
        }
        from.out.clear();
    }
};

TEST_F(Grants, AreNeededForAnythingToBeForwarded) {
    const auto elsewhere = base::SessionId::from_value(2);
    Peer& from = add_peer();
    auto up = sfu->publish(elsewhere, applicant, from.publish_offer({}, 100), now);
    ASSERT_TRUE(up.has_value());
    from.start(*up, now);
    connect(from);
    Peer& to = add_peer();
    auto down = sfu->subscribe(elsewhere, interviewer, to.subscribe_offer({}), now);
    ASSERT_TRUE(down.has_value());
    to.start(*down, now);
    connect(to);
    send_audio(from, 100, 1);
    send_video(from, 101, 1, true);
    ask_for_a_key_frame(to);
    run(seconds(1));
    EXPECT_THAT(to.rtp, IsEmpty());
    EXPECT_THAT(from.items<wire::Pli>(), IsEmpty());
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(kNobody, kNobody));
    EXPECT_EQ(sfu->counters().rtp_without_grant, 2u);
    EXPECT_EQ(sfu->counters().rtp_forwarded, 0u);
}

TEST_F(Grants, MayComeBeforeAnybodyIsThere) {
    grant({{applicant, {interviewer}, {}}});
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_audio(from, 100, 1);
    send_video(from, 101, 1, true);
    EXPECT_EQ(to.of(to.audio_ssrc(0)).size(), 1u);
    EXPECT_THAT(to.of(to.video_ssrc(0)), IsEmpty()) << "sound alone was granted";
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(applicant, kNobody));
}

TEST_F(Grants, GiveAnObserverThatTheyDoNotNameAnEmptyMapAndNothingElse) {
    Peer& from = publisher(applicant, 100);
    publisher(interviewer, 200);
    Peer& talks = subscriber(interviewer);
    Peer& watches = subscriber(observer);
    ASSERT_THAT(last_map(watches.resource)->slots, ElementsAre(applicant, interviewer));
    send_audio(from, 100, 1);
    ASSERT_EQ(watches.rtp.size(), 1u);

    grant({{applicant, {interviewer}, {interviewer}}, {interviewer, {applicant}, {applicant}}});
    send_audio(from, 100, 2);
    send_video(from, 101, 1, true);
    run(seconds(2));
    EXPECT_THAT(last_map(watches.resource)->slots, ElementsAre(kNobody, kNobody));
    EXPECT_EQ(watches.rtp.size(), 1u);
    EXPECT_EQ(talks.rtp.size(), 3u) << "who stays granted notices nothing";
}

TEST_F(Grants, CutWithinTheCall) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_audio(from, 100, 1);
    send_video(from, 101, 1, true);
    to.rtp.clear();
    // Encrypted before the cut, taken in right after it, before any tick.
    from.send_rtp({false, kOpus, 2, 1920, 100}, base::Bytes(20, 1));
    from.send_rtp({true, kVp8, 2, 6000, 101}, vp8_payload(false, 2, 2));
    sfu->set_grant(session, {}, base::kNever, now);
    receive_without_a_tick(from);
    deliver();
    EXPECT_THAT(to.rtp, IsEmpty());
}

TEST_F(Grants, AnswerNoNackAndPassOnNoKeyFrameRequestAfterTheCut) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    for (std::uint16_t s = 1; s <= 3; ++s) send_video(from, 101, s, s == 1);
    const auto known = to.of(to.video_ssrc(0)).at(1).header.sequence;
    run(seconds(1));
    grant({{applicant, {interviewer}, {}}});
    from.rtcp.clear();
    ask_again(to, known);
    ask_for_a_key_frame(to);
    run(seconds(1));
    EXPECT_THAT(to.of(to.rtx_ssrc(0)), IsEmpty());
    EXPECT_THAT(from.items<wire::Pli>(), IsEmpty());

    // Nor later, when pictures are granted again.
    grant(everybody());
    send_video(from, 101, 4, true);
    ask_again(to, known);
    EXPECT_THAT(to.of(to.rtx_ssrc(0)), IsEmpty());
    EXPECT_EQ(to.of(to.video_ssrc(0)).size(), 4u);
}

TEST_F(Grants, EndAtTheirDeadlineEvenIfNoTickComes) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    for (std::uint16_t s = 1; s <= 2; ++s) send_video(from, 101, s, s == 1);
    const auto known = to.of(to.video_ssrc(0)).at(1).header.sequence;
    sfu->extend_grant(session, now + seconds(2), now);
    now += seconds(2) - milliseconds(1);
    from.send_rtp({true, kVp8, 3, 9000, 101}, vp8_payload(false, 3, 3));
    receive_without_a_tick(from);
    EXPECT_EQ(out.size(), 1u);
    out.clear();

    now += milliseconds(1);
    from.send_rtp({true, kVp8, 4, 12000, 101}, vp8_payload(false, 4, 4));
    receive_without_a_tick(from);
    const std::uint16_t sequences[] = {known};
    to.send_rtcp([&](base::ByteWriter& w) {
        wire::write_nack(w, 5, to.video_ssrc(0), sequences);
        wire::write_pli(w, 5, to.video_ssrc(0));
    });
    receive_without_a_tick(to);
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(sfu->counters().rtp_without_grant, 1u);
}

TEST_F(Grants, SayInTheSlotsThatTheyHaveEndedAndThatTheyLiveAgain) {
    Peer& from = publisher(applicant, 100);
    publisher(interviewer, 200);
    Peer& to = subscriber(observer);
    sfu->extend_grant(session, now + seconds(2), now);
    // The deadline is one that the Sfu asks to be ticked at.
    EXPECT_LE(sfu->tick(now, out), now + seconds(2));
    run(seconds(2));
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(kNobody, kNobody));
    send_video(from, 101, 1, true);
    EXPECT_THAT(to.rtp, IsEmpty());

    from.rtcp.clear();
    run(seconds(1));
    EXPECT_THAT(from.items<wire::Pli>(), IsEmpty()) << "for nobody";
    sfu->extend_grant(session, now + seconds(2), now);
    run(milliseconds(20));
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(applicant, interviewer));
    EXPECT_EQ(from.items<wire::Pli>().size(), 1u) << "a picture is asked for at once";
    send_video(from, 101, 2, true);
    EXPECT_EQ(to.of(to.video_ssrc(0)).size(), 1u);
}

TEST_F(Grants, BridgeNoGapThatNobodyNoticed) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_video(from, 101, 1, true);
    sfu->extend_grant(session, now + seconds(1), now);
    now += milliseconds(1500);
    // Two packets while nothing is granted, and no tick between the end and the extension.
    for (std::uint16_t s = 2; s <= 3; ++s) {
        from.send_rtp({true, kVp8, s, 3000u * s, 101}, vp8_payload(s == 2, s, 7));
    }
    receive_without_a_tick(from);
    sfu->extend_grant(session, now + seconds(2), now);
    send_video(from, 101, 4, false);
    EXPECT_EQ(to.of(to.video_ssrc(0)).size(), 1u) << "nothing to build the next picture on";
    send_video(from, 101, 5, true);
    const auto video = to.of(to.video_ssrc(0));
    ASSERT_EQ(video.size(), 2u);
    EXPECT_EQ(static_cast<std::uint16_t>(video[1].header.sequence - video[0].header.sequence), 1u);
    // Whatever number is asked for: what came in between is not given.
    for (int d = -3; d <= 3; ++d) {
        ask_again(to, static_cast<std::uint16_t>(video[1].header.sequence + d));
    }
    for (const auto& again : to.of(to.rtx_ssrc(0))) EXPECT_EQ(again.payload.back(), 5);
}

TEST_F(Grants, GiveEverybodyTheirSlotBack) {
    publisher(applicant, 100);
    publisher(interviewer, 200);
    Peer& to = subscriber(observer);
    grant({{interviewer, {observer}, {observer}}});
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(kNobody, interviewer));
    grant({});
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(kNobody, kNobody));
    grant(everybody());
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(applicant, interviewer));
}

TEST_F(Grants, GiveAHiddenPublishersSlotToOneWhoIsGranted) {
    const auto third = ParticipantId::from_value(21);
    publisher(applicant, 100);
    publisher(interviewer, 200);
    Peer& c = publisher(third, 300);
    Peer& to = subscriber(observer);
    grant({{interviewer, {observer}, {observer}}, {third, {observer}, {observer}}});
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(third, interviewer));
    send_audio(c, 300, 1);
    EXPECT_EQ(to.of(to.audio_ssrc(0)).size(), 1u);
}

TEST_F(Grants, AreGoneWithTheirSession) {
    publisher(applicant, 100);
    sfu->close_session(session, now, out);
    deliver();
    Peer& from = publisher(applicant, 500);
    Peer& to = subscriber(interviewer);
    send_audio(from, 500, 1);
    EXPECT_THAT(to.rtp, IsEmpty());
    sfu->extend_grant(session, base::kNever, now);
    send_audio(from, 500, 2);
    EXPECT_THAT(to.rtp, IsEmpty()) << "there is nothing to extend";
}

TEST_F(Grants, CutNobodyWhenASessionIsClosedRightAfterAnUplinkWasReplaced) {
    publisher(applicant, 100);
    Peer& again = add_peer();
    ASSERT_TRUE(sfu->publish(session, applicant, again.publish_offer({}, 300), now).has_value());
    sfu->close_session(session, now, out);
    deliver();
    EXPECT_TRUE(sfu->stats().empty());
}

class Apps : public RoomOfPeers {
  protected:
    std::vector<AppPacket> apps() const {
        std::vector<AppPacket> found;
        for (const auto& event : events) {
            if (const auto* app = std::get_if<AppPacket>(&event)) found.push_back(*app);
        }
        return found;
    }
    void send_app(Peer& from, base::ByteView data) {
        from.send_rtcp([&](base::ByteWriter& w) {
            wire::write_app(w, {0, 100, wire::app_name("SLHB"), data});
        });
    }
};

TEST_F(Apps, GoUnreadFromAPublisherToWhoeverAsksForEvents) {
    Peer& from = publisher(applicant, 100);
    const base::Bytes data(24, 9);
    send_app(from, data);
    deliver();
    const auto got = apps();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].session, session);
    EXPECT_EQ(got[0].participant, applicant);
    EXPECT_EQ(got[0].resource, from.resource);
    EXPECT_EQ(got[0].at, now);
    EXPECT_EQ(got[0].name, wire::app_name("SLHB"));
    EXPECT_THAT(got[0].bytes(), testing::ElementsAreArray(data));
}

TEST_F(Apps, AreTakenFromPublishersOnlyAndBounded) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(observer);
    send_app(to, base::Bytes(24, 1));
    deliver();
    EXPECT_THAT(apps(), IsEmpty());
    send_app(from, base::Bytes(kMaxAppBytes + 4, 1));
    deliver();
    EXPECT_THAT(apps(), IsEmpty());
    EXPECT_EQ(sfu->counters().app_refused, 1u);
    for (int i = 0; i < 100; ++i) {
        send_app(from, base::Bytes(8, 1));
        deliver();
    }
    EXPECT_EQ(apps().size(), 20u);
    EXPECT_EQ(sfu->counters().app_refused, 81u);
    run(seconds(1));
    send_app(from, base::Bytes(8, 1));
    deliver();
    EXPECT_EQ(apps().size(), 21u);
}

TEST_F(Apps, ReachTheUplinkThatIsConnectedAndNoOther) {
    Peer& up = publisher(applicant, 100);
    Peer& down = subscriber(applicant);
    const base::Bytes nonce(8, 5);
    ASSERT_TRUE(sfu->send_app(session, applicant, wire::app_name("SLNC"), nonce, out).has_value());
    deliver();
    ASSERT_EQ(up.rtcp.size(), 1u);
    const auto got = up.items<wire::App>();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].name, wire::app_name("SLNC"));
    EXPECT_THAT(got[0].data, testing::ElementsAreArray(nonce));
    EXPECT_THAT(down.rtcp, IsEmpty());

    const auto nobody = sfu->send_app(session, observer, 1, nonce, out);
    ASSERT_TRUE(nobody.has_error());
    EXPECT_EQ(nobody.error().code, base::Errc::NotFound);
    Peer& early = add_peer();
    ASSERT_TRUE(sfu->publish(session, interviewer, early.publish_offer({}, 1), now).has_value());
    EXPECT_TRUE(sfu->send_app(session, interviewer, 1, nonce, out).has_error());
}

}  // namespace
}  // namespace sightline::sfu::test
