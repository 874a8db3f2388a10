#include <gmock/gmock.h>

#include "tests/unit/sfu/room_of_peers.h"

namespace sightline::sfu::test {
namespace {

using testing::ElementsAre;

class Forwarding : public RoomOfPeers {};

TEST_F(Forwarding, CarriesSoundAndPictureToTheSubscribersOwnStreams) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_audio(from, 100, 7);
    send_video(from, 101, 9, true);

    const auto audio = to.of(to.audio_ssrc(0));
    ASSERT_EQ(audio.size(), 1u);
    EXPECT_EQ(audio[0].header.payload_type, kOpus);
    EXPECT_EQ(audio[0].payload, base::Bytes(30, 7));
    const auto video = to.of(to.video_ssrc(0));
    ASSERT_EQ(video.size(), 1u);
    EXPECT_TRUE(video[0].header.marker);
    EXPECT_EQ(video[0].payload.size(), 40u);
    EXPECT_EQ(video[0].payload.back(), 9);
    EXPECT_EQ(sfu->counters().rtp_forwarded, 2u);
    EXPECT_EQ(stats_of(from).packets, 2u);
    EXPECT_EQ(stats_of(to).packets, 2u);
}

TEST_F(Forwarding, HoldsVideoBackUntilAKeyFrameAndAsksForOne) {
    Peer& from = publisher(applicant, 100);
    send_video(from, 101, 1, true);
    Peer& to = subscriber(interviewer);
    from.rtcp.clear();
    send_video(from, 101, 2, false);
    EXPECT_TRUE(to.of(to.video_ssrc(0)).empty());
    run(milliseconds(500));
    EXPECT_FALSE(from.items<wire::Pli>().empty() && stats_of(from).key_frame_requests == 0);
    EXPECT_EQ(from.items<wire::Pli>().at(0).media_ssrc, 101u);
    send_video(from, 101, 3, true);
    send_video(from, 101, 4, false);
    EXPECT_EQ(to.of(to.video_ssrc(0)).size(), 2u);
}

TEST_F(Forwarding, GoesOnWithoutABreakWhenThePublisherComesBack) {
    Peer& first = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    for (std::uint16_t s = 1; s <= 3; ++s) send_video(first, 101, s, s == 1);
    Peer& second = publisher(applicant, 900);
    now += milliseconds(33);
    send_video(second, 901, 50000, false);  // not a key frame: the decoder could not begin with it
    send_video(second, 901, 50001, true);
    send_video(second, 901, 50002, false);

    const auto video = to.of(to.video_ssrc(0));
    ASSERT_EQ(video.size(), 5u);
    for (std::size_t i = 1; i < video.size(); ++i) {
        EXPECT_EQ(
            static_cast<std::uint16_t>(video[i].header.sequence - video[i - 1].header.sequence),
            1u);
        const auto step =
            static_cast<std::int32_t>(video[i].header.timestamp - video[i - 1].header.timestamp);
        EXPECT_GT(step, 0);
        const auto before = wire::parse_vp8(video[i - 1].payload);
        const auto after = wire::parse_vp8(video[i].payload);
        EXPECT_EQ((*after->picture_id - *before->picture_id) & 0x7fff, 1);
    }
    EXPECT_EQ(video[3].payload.back(), static_cast<std::uint8_t>(50001));
    EXPECT_THAT(last_map(to.resource)->slots, ElementsAre(applicant, base::ParticipantId()));
}

TEST_F(Forwarding, AnswersANackByRtx) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    for (std::uint16_t s = 1; s <= 3; ++s) send_video(from, 101, s, s == 1);
    const auto lost = to.of(to.video_ssrc(0)).at(1);
    run(milliseconds(20));
    const std::uint16_t sequences[] = {lost.header.sequence};
    to.send_rtcp([&](base::ByteWriter& w) { wire::write_nack(w, 5, to.video_ssrc(0), sequences); });
    deliver();
    const auto again = to.of(to.rtx_ssrc(0));
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].header.payload_type, kRtx);
    EXPECT_EQ(again[0].header.timestamp, lost.header.timestamp);
    EXPECT_EQ(base::load16(again[0].payload.data()), lost.header.sequence);
    EXPECT_EQ(base::Bytes(again[0].payload.begin() + 2, again[0].payload.end()), lost.payload);
    EXPECT_EQ(stats_of(to).retransmitted, 1u);
    EXPECT_EQ(stats_of(to).nacks, 1u);
}

TEST_F(Forwarding, NeverEncryptsASequenceTwiceForAClientWithoutRtx) {
    Wishes plain;
    plain.rtx = false;
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer, plain);
    const auto& feedback = to.answer.media.at(1).codecs.at(0).feedback;
    EXPECT_EQ(std::count(feedback.begin(), feedback.end(), "nack"), 0);
    send_video(from, 101, 1, true);
    const std::uint16_t sequences[] = {to.of(to.video_ssrc(0)).at(0).header.sequence};
    to.send_rtcp([&](base::ByteWriter& w) { wire::write_nack(w, 5, to.video_ssrc(0), sequences); });
    deliver();
    EXPECT_EQ(to.rtp.size(), 1u);
    EXPECT_EQ(stats_of(to).retransmitted, 0u);
}

TEST_F(Forwarding, DoesNotMultiplyARetransmissionAskedForTwiceAtOnce) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_video(from, 101, 1, true);
    const std::uint16_t sequences[] = {to.of(to.video_ssrc(0)).at(0).header.sequence};
    for (int i = 0; i < 5; ++i) {
        to.send_rtcp(
            [&](base::ByteWriter& w) { wire::write_nack(w, 5, to.video_ssrc(0), sequences); });
    }
    deliver();
    EXPECT_EQ(to.of(to.rtx_ssrc(0)).size(), 1u);
}

TEST_F(Forwarding, AsksThePublisherForWhatIsMissingAndTakesItByRtx) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_video(from, 101, 1, true);
    send_video(from, 101, 3, false);
    run(milliseconds(30));
    const auto nacks = from.items<wire::Nack>();
    ASSERT_FALSE(nacks.empty());
    EXPECT_EQ(nacks[0].media_ssrc, 101u);
    std::vector<std::uint16_t> asked;
    nacks[0].each([&](std::uint16_t s) { asked.push_back(s); });
    EXPECT_THAT(asked, ElementsAre(2));

    base::Bytes payload = {0, 2};
    const auto original = vp8_payload(false, 2, 2);
    payload.insert(payload.end(), original.begin(), original.end());
    from.send_rtp({true, kRtx, 1, 6000, 102}, payload, 99);
    deliver();
    const auto video = to.of(to.video_ssrc(0));
    ASSERT_EQ(video.size(), 3u);
    EXPECT_EQ(static_cast<std::uint16_t>(video[2].header.sequence - video[0].header.sequence), 1u);
    EXPECT_EQ(video[2].payload.back(), 2);
    EXPECT_EQ(stats_of(from).lost, 0u);
    EXPECT_EQ(stats_of(from).retransmitted, 1u);
}

TEST_F(Forwarding, MergesTheKeyFrameRequestsOfMany) {
    Peer& from = publisher(applicant, 100);
    Peer& one = subscriber(interviewer);
    Peer& two = subscriber(observer);
    send_video(from, 101, 1, true);
    run(seconds(1));
    from.rtcp.clear();
    for (int i = 0; i < 10; ++i) {
        for (Peer* each : {&one, &two}) {
            each->send_rtcp(
                [&](base::ByteWriter& w) { wire::write_pli(w, 5, each->video_ssrc(0)); });
        }
        deliver();
    }
    EXPECT_EQ(from.items<wire::Pli>().size(), 1u);
    send_video(from, 101, 2, true);
    run(seconds(1));
    EXPECT_EQ(from.items<wire::Pli>().size(), 1u);
    EXPECT_EQ(stats_of(one).key_frame_requests, 10u);
}

TEST_F(Forwarding, TellsTheSameClockForSoundAndPictureOfOnePerson) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_audio(from, 100, 1);
    send_video(from, 101, 1, true);
    const std::uint64_t ntp = 0x1234'0000'0000'0000;
    from.send_rtcp([&](base::ByteWriter& w) {
        // Audio 480 and video 900 units after the packets above: both 10 ms.
        wire::write_sender_report(w, {100, ntp, 960 + 480, 1, 1, {}}, {});
        wire::write_sender_report(w, {101, ntp, 3000 + 900, 1, 1, {}}, {});
    });
    deliver();
    run(milliseconds(10));
    const auto sent_audio = to.of(to.audio_ssrc(0)).at(0).header;
    const auto sent_video = to.of(to.video_ssrc(0)).at(0).header;
    int seen = 0;
    for (const auto& report : to.items<wire::SenderReport>()) {
        const bool audio = report.ssrc == to.audio_ssrc(0);
        ASSERT_TRUE(audio || report.ssrc == to.video_ssrc(0));
        const double rate = audio ? 48000 : 90000;
        const auto stamp = audio ? sent_audio.timestamp : sent_video.timestamp;
        // Wall-clock time of the packet, by this report: the same 10 ms before `ntp` for both.
        const double at = static_cast<double>(report.ntp - ntp) / 4294967296.0 -
                          static_cast<double>(report.rtp_timestamp - stamp) / rate;
        EXPECT_NEAR(at, -0.010, 0.0005);
        EXPECT_EQ(report.packets, 1u);
        ++seen;
    }
    EXPECT_GE(seen, 2);
    for (const auto& sdes : to.items<wire::Sdes>()) EXPECT_EQ(sdes.cname, "slot-0");
}

TEST_F(Forwarding, ReportsReceptionAndTransportFeedbackToThePublisher) {
    Peer& from = publisher(applicant, 100);
    for (std::uint16_t s = 1; s <= 10; ++s) {
        send_audio(from, 100, s);
        run(milliseconds(20));
    }
    run(seconds(1));
    const auto reports = from.items<wire::ReceiverReport>();
    const auto full = std::find_if(reports.begin(), reports.end(),
                                   [](const auto& r) { return !r.blocks.empty(); });
    ASSERT_NE(full, reports.end());
    EXPECT_EQ(wire::block_at(full->blocks, 0).ssrc, 100u);
    EXPECT_EQ(wire::block_at(full->blocks, 0).cumulative_lost, 0);
    EXPECT_GE(from.items<wire::TransportFeedback>().size(), 2u);
}

TEST_F(Forwarding, SendsNoTransportFeedbackThatWasNotNegotiated) {
    Wishes plain;
    plain.transport_feedback = false;
    Peer& from = publisher(applicant, 100, plain);
    Peer& to = subscriber(interviewer, plain);
    send_audio(from, 100, 1);
    run(seconds(1));
    EXPECT_TRUE(from.items<wire::TransportFeedback>().empty());
    ASSERT_EQ(to.of(to.audio_ssrc(0)).size(), 1u);
    EXPECT_FALSE(to.of(to.audio_ssrc(0))[0].transport_sequence);
}

TEST_F(Forwarding, CountsTransportSequenceOverAllStreamsOfASubscriber) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    send_audio(from, 100, 1);
    send_video(from, 101, 1, true);
    send_audio(from, 100, 2);
    ASSERT_EQ(to.rtp.size(), 3u);
    for (std::size_t i = 1; i < 3; ++i) {
        EXPECT_EQ(*to.rtp[i].transport_sequence, *to.rtp[i - 1].transport_sequence + 1);
    }
}

TEST_F(Forwarding, LearnsSsrcsByPayloadTypeWhenTheOfferNamesNone) {
    Wishes silent;
    silent.ssrcs = false;
    Peer& from = publisher(applicant, 100, silent);
    Peer& to = subscriber(interviewer);
    send_audio(from, 4321, 1);
    send_audio(from, 9999, 2);  // a second source of the same type was not agreed
    EXPECT_EQ(to.of(to.audio_ssrc(0)).size(), 1u);
    EXPECT_EQ(sfu->counters().rtp_not_negotiated, 1u);
}

TEST_F(Forwarding, DropsWhatWasNotNegotiatedAndCountsIt) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    from.send_rtp({false, 99, 1, 1, 100}, base::Bytes(10, 1));
    from.send_rtp({false, kOpus, 1, 1, 777}, base::Bytes(10, 1));
    deliver();
    EXPECT_TRUE(to.rtp.empty());
    EXPECT_EQ(sfu->counters().rtp_not_negotiated, 2u);
}

TEST_F(Forwarding, CountsMalformedRtpAndRtcp) {
    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    // A VP8 payload whose descriptor promises more than there is.
    from.send_rtp({true, kVp8, 1, 1, 101}, base::Bytes{0x90, 0x80});
    // An RTCP packet that claims to be longer than the datagram.
    from.send_rtcp([](base::ByteWriter& w) {
        w.u8(0x81);
        w.u8(206);
        w.u16(200);
    });
    to.send_rtcp([](base::ByteWriter& w) {
        w.u8(0x81);
        w.u8(205);
        w.u16(90);
    });
    deliver();
    EXPECT_EQ(sfu->counters().rtp_malformed, 1u);
    EXPECT_EQ(sfu->counters().rtcp_malformed, 2u);
    send_audio(from, 100, 1);
    EXPECT_EQ(to.rtp.size(), 1u);
}

}  // namespace
}  // namespace sightline::sfu::test
