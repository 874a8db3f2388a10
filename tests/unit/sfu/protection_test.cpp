// What a grant with protection lets through: frames whose end shows a key number that it names.
#include <gmock/gmock.h>

#include "media/sfu/frame_gate.h"
#include "tests/unit/sfu/protected_frames.h"

namespace sightline::sfu::test {
namespace {

using testing::IsEmpty;

constexpr std::size_t kOnePacket = 600;
constexpr std::size_t kThreePackets = 3000;

class FrameProtection : public ProtectedRoom {
  protected:
    std::size_t sounds() const { return to.of(to.audio_ssrc(0)).size(); }
    std::size_t pictures() const { return to.of(to.video_ssrc(0)).size(); }
    std::uint64_t unprotected() const { return sfu->counters().rtp_unprotected; }
    // The track has shown its good end and the picture is on its way.
    void open_video() {
        next = send_picture(from, next, true, kOnePacket, video_number());
        ASSERT_EQ(pictures(), 1u);
        from.rtcp.clear();
        to.rtp.clear();
    }
    std::size_t key_frame_requests() {
        run(seconds(1));
        const auto count = from.items<wire::Pli>().size();
        from.rtcp.clear();
        return count;
    }
    void ask_again(std::uint16_t sequence) {
        const std::uint16_t sequences[] = {sequence};
        to.send_rtcp(
            [&](base::ByteWriter& w) { wire::write_nack(w, 5, to.video_ssrc(0), sequences); });
        deliver();
    }
    void send_again(const wire::RtpHeader& original, base::ByteView payload) {
        base::Bytes packet(wire::kMaxDatagram);
        const auto size =
            rtp::write_rtx(original, payload, {kRtx, 102, rtx_sequence++}, {}, packet);
        const auto parsed = wire::parse_rtp(base::ByteView(packet).first(size));
        ASSERT_TRUE(parsed);
        from.send_rtp(*parsed, parsed->payload);
        deliver();
    }

    Peer& from = publisher(applicant, 100);
    Peer& to = subscriber(interviewer);
    std::uint16_t next = 100;
    std::uint16_t rtx_sequence = 1;
};

TEST_F(FrameProtection, LetsProtectedFramesThroughAndCountsNothing) {
    send_sound(from, 1, audio_number());
    send_sound(from, 2, audio_number());
    EXPECT_EQ(sounds(), 2u);
    open_video();
    next = send_picture(from, next, false, kThreePackets, video_number());
    EXPECT_EQ(pictures(), 3u);
    EXPECT_TRUE(to.of(to.video_ssrc(0)).back().header.marker);
    EXPECT_EQ(unprotected(), 0u);
}

TEST_F(FrameProtection, DropsAndCountsEveryFrameInTheClear) {
    for (std::uint16_t s = 1; s <= 5; ++s) send_sound(from, s, std::nullopt);
    for (int i = 0; i < 5; ++i) next = send_picture(from, next, i == 0, kThreePackets, {});
    EXPECT_THAT(to.rtp, IsEmpty());
    EXPECT_EQ(unprotected(), 10u) << "one for each frame";
    EXPECT_EQ(sfu->counters().rtp_forwarded, 0u);
}

TEST_F(FrameProtection, DropsWhatShowsAnotherKeyNumberThanTheGrantNames) {
    open_video();
    send_sound(from, 1, audio_number());
    to.rtp.clear();
    struct {
        const char* what;
        base::KeyNumber audio, video;
    } const wrong[] = {
        {"an epoch that is over", audio_number(kEpoch - 1), video_number(kEpoch - 1)},
        {"an earlier start of the kiosk", audio_number(6 << 16 | 9), video_number(6 << 16 | 9)},
        {"somebody else's slot", audio_number(kEpoch, kSlot + 1), video_number(kEpoch, kSlot + 1)},
        {"the other kind", video_number(), audio_number()},
    };
    std::uint16_t sequence = 2;
    std::uint64_t count = 0;
    for (const auto& [what, audio, video] : wrong) {
        send_sound(from, sequence++, audio);
        next = send_picture(from, next, true, kOnePacket, video);
        EXPECT_THAT(to.rtp, IsEmpty()) << what;
        EXPECT_EQ(unprotected(), count += 2) << what;
    }
    // A later epoch has its keys before the grant says so.
    send_sound(from, sequence, audio_number(kEpoch + 1));
    next = send_picture(from, next, true, kOnePacket, video_number(kEpoch + 1));
    EXPECT_EQ(sounds(), 1u);
    EXPECT_EQ(pictures(), 1u);
}

TEST_F(FrameProtection, BeginsWithAGoodEndAndAsksForAKeyFrameThen) {
    EXPECT_EQ(key_frame_requests(), 0u) << "nobody would get it yet";
    next = send_picture(from, next, true, kThreePackets, video_number());
    EXPECT_EQ(pictures(), 0u) << "whether it is protected only its end tells";
    run(milliseconds(10));
    EXPECT_EQ(from.items<wire::Pli>().size(), 1u);
    next = send_picture(from, next, true, kThreePackets, video_number());
    EXPECT_EQ(pictures(), 3u);
    EXPECT_EQ(unprotected(), 0u);
}

TEST_F(FrameProtection, AsksForNoKeyFrameOfATrackThatShowsNothingGood) {
    open_video();
    key_frame_requests();
    for (int i = 0; i < 30; ++i) next = send_picture(from, next, false, kThreePackets, {});
    EXPECT_EQ(key_frame_requests(), 0u);
}

TEST_F(FrameProtection, ClosesWithABadEndAndOpensWithAGoodOne) {
    open_video();
    next = send_picture(from, next, false, kThreePackets, {});
    const auto leaked = to.of(to.video_ssrc(0));
    ASSERT_EQ(leaked.size(), 2u) << "what cannot be told before the end has come";
    for (const auto& packet : leaked) EXPECT_FALSE(packet.header.marker) << "it never decodes";
    EXPECT_EQ(unprotected(), 1u);
    next = send_picture(from, next, true, kThreePackets, {});
    EXPECT_EQ(pictures(), 2u) << "nothing more";
    EXPECT_EQ(key_frame_requests(), 0u);

    next = send_picture(from, next, false, kThreePackets, video_number());
    EXPECT_EQ(pictures(), 2u);
    EXPECT_GE(key_frame_requests(), 1u);
    next = send_picture(from, next, true, kThreePackets, video_number());
    const auto all = to.of(to.video_ssrc(0));
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(static_cast<std::uint16_t>(all[2].header.sequence - all[1].header.sequence), 1u)
        << "no gap that anybody would ask for";
    EXPECT_EQ(unprotected(), 2u);
}

TEST_F(FrameProtection, SendsNoFrameAgainThatItDropped) {
    open_video();
    next = send_picture(from, next, false, kThreePackets, {});
    const auto known = to.of(to.video_ssrc(0)).back().header.sequence;
    next = send_picture(from, next, true, kThreePackets, {});
    next = send_picture(from, next, true, kOnePacket, video_number());
    ASSERT_EQ(pictures(), 3u);
    const auto good = to.rtp.back();
    run(seconds(1));
    to.rtp.clear();
    for (int d = -2; d <= 8; ++d) ask_again(static_cast<std::uint16_t>(known + d));
    for (const auto& again : to.of(to.rtx_ssrc(0))) {
        EXPECT_EQ(again.header.timestamp, good.header.timestamp);
    }
}

TEST_F(FrameProtection, TakesAFrameThatComesByRetransmissionNoDifferently) {
    open_video();
    // In the clear: all of it by RTX.
    const auto clear = frames.video(true, kThreePackets, {});
    for (std::size_t i = 0; i < clear.size(); ++i) {
        const auto sequence = static_cast<std::uint16_t>(next + i);
        send_again({i + 1 == clear.size(), kVp8, sequence, 77777, 101}, clear[i]);
    }
    EXPECT_EQ(pictures(), 2u);
    EXPECT_EQ(unprotected(), 1u);
    for (std::size_t i = 0; i < clear.size(); ++i) {
        const auto sequence = static_cast<std::uint16_t>(next + 3 + i);
        send_again({i + 1 == clear.size(), kVp8, sequence, 88888, 101}, clear[i]);
    }
    EXPECT_EQ(pictures(), 2u);
    EXPECT_EQ(unprotected(), 2u);
    // Protected: its end alone by RTX.
    next = static_cast<std::uint16_t>(next + 6);
    const auto good = frames.video(true, kOnePacket, video_number());
    send_again({true, kVp8, next, 99999, 101}, good[0]);
    EXPECT_EQ(pictures(), 3u);
}

TEST_F(FrameProtection, IsNotOpenedByAnEndFromBeforeItClosed) {
    open_video();
    const auto good = frames.video(false, kOnePacket, video_number());
    const auto late = next++;
    next = send_picture(from, next, false, kOnePacket, {});
    send_again({true, kVp8, late, 12345, 101}, good[0]);
    next = send_picture(from, next, true, kThreePackets, {});
    EXPECT_EQ(pictures(), 0u);
    EXPECT_EQ(unprotected(), 2u);
}

TEST_F(FrameProtection, IsNotGotRoundByFramesThatNeverEnd) {
    open_video();
    const auto middle = frames.video(false, 4000, {}).at(1);
    for (int i = 0; i < 1000; ++i) {
        from.send_rtp({false, kVp8, next, 3000u * next, 101}, middle);
        ++next;
        deliver();
    }
    EXPECT_EQ(pictures(), FrameGate::kMaxPackets);
    EXPECT_EQ(unprotected(), 1u);
}

TEST_F(FrameProtection, DoesNotMindALostEndNorOneThatComesLate) {
    open_video();
    const auto frame = frames.video(false, kThreePackets, video_number());
    for (std::size_t i = 0; i < frame.size(); ++i) {
        const auto sequence = static_cast<std::uint16_t>(next + i);
        if (i + 1 < frame.size()) from.send_rtp({false, kVp8, sequence, 5555, 101}, frame[i]);
    }
    deliver();
    const auto end = static_cast<std::uint16_t>(next + 2);
    next = send_picture(from, static_cast<std::uint16_t>(next + 3), false, kThreePackets,
                        video_number());
    EXPECT_EQ(pictures(), 5u);
    send_again({true, kVp8, end, 5555, 101}, frame.back());
    EXPECT_EQ(pictures(), 6u);
    EXPECT_EQ(unprotected(), 0u);
}

TEST_F(FrameProtection, LetsPaddingKeepTheSequenceWholeWhileTheTrackIsOpen) {
    open_video();
    from.send_rtp({false, kVp8, next++, 5555, 101}, {});
    deliver();
    EXPECT_EQ(pictures(), 1u);
    next = send_picture(from, next, false, kOnePacket, {});
    from.send_rtp({true, kVp8, next++, 6666, 101}, {});
    deliver();
    EXPECT_EQ(pictures(), 1u);
    EXPECT_EQ(unprotected(), 1u) << "padding is no frame";
}

TEST_F(FrameProtection, ChecksEachTrackByItself) {
    open_video();
    send_sound(from, 1, std::nullopt);
    next = send_picture(from, next, false, kOnePacket, video_number());
    EXPECT_EQ(pictures(), 1u);
    next = send_picture(from, next, false, kOnePacket, {});
    send_sound(from, 2, audio_number());
    EXPECT_EQ(sounds(), 1u);

    Peer& other = publisher(interviewer, 300);
    Peer& watches = subscriber(applicant);
    other.send_rtp({false, kOpus, 1, 960, 300},
                   frames.frame(wire::MediaKind::Audio, true, 80, audio_number()));
    deliver();
    EXPECT_THAT(watches.rtp, IsEmpty()) << "under the key of the applicant's slot";
    other.send_rtp({false, kOpus, 2, 1920, 300},
                   frames.frame(wire::MediaKind::Audio, true, 80, audio_number(kEpoch, kSlot + 1)));
    deliver();
    EXPECT_EQ(watches.rtp.size(), 1u);
}

TEST_F(FrameProtection, OfALaterEpochInterruptsNobody) {
    open_video();
    send_sound(from, 1, audio_number(kEpoch + 1));
    next = send_picture(from, next, false, kThreePackets, video_number(kEpoch + 1));
    require(kEpoch + 1);
    next = send_picture(from, next, false, kThreePackets, video_number(kEpoch + 1));
    send_sound(from, 2, audio_number(kEpoch + 1));
    EXPECT_EQ(pictures(), 6u);
    EXPECT_EQ(sounds(), 2u);
    next = send_picture(from, next, false, kOnePacket, video_number(kEpoch));
    send_sound(from, 3, audio_number(kEpoch));
    EXPECT_EQ(pictures(), 6u);
    EXPECT_EQ(sounds(), 2u);
    EXPECT_EQ(unprotected(), 2u);
}

TEST_F(FrameProtection, BeginsAnewWhereNoneWasAsked) {
    sfu->set_grant(session, everybody(), base::kNever, now);
    next = send_picture(from, next, true, kThreePackets, {});
    send_sound(from, 1, std::nullopt);
    EXPECT_EQ(pictures(), 3u) << "nothing was asked of them";
    EXPECT_EQ(sounds(), 1u);
    require(kEpoch);
    next = send_picture(from, next, true, kThreePackets, {});
    send_sound(from, 2, std::nullopt);
    EXPECT_EQ(pictures(), 3u);
    EXPECT_EQ(sounds(), 1u);
}

TEST_F(FrameProtection, BeginsAnewWithAnotherStreamOfTheSameTrack) {
    open_video();
    from.send_rtcp([&](base::ByteWriter& w) { wire::write_bye(w, 101); });
    deliver();
    // Sequence numbers of before mean nothing any more, and what follows is closed again.
    const auto clear = frames.video(true, kThreePackets, {});
    from.send_rtp({false, kVp8, 5, 3000, 501}, clear[0]);
    deliver();
    EXPECT_EQ(pictures(), 0u);
    from.send_rtp({true, kVp8, 8, 9000, 501}, frames.video(true, kOnePacket, video_number())[0]);
    deliver();
    EXPECT_EQ(pictures(), 1u);
}

}  // namespace
}  // namespace sightline::sfu::test
