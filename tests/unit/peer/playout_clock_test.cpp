#include "media/peer/playout_clock.h"

#include <gtest/gtest.h>

#include "media/wire/rtcp.h"

namespace sightline::peer {
namespace {

using std::chrono::milliseconds;
using wire::MediaKind;

constexpr base::Instant kStart{std::chrono::hours(1)};
constexpr std::chrono::nanoseconds kEpoch = std::chrono::hours(500000);

base::Instant at(int ms) { return kStart + milliseconds(ms); }

TEST(PlayoutClock, RendersOnTimeFramesAfterTheMinimumDelay) {
    PlayoutClock clock;
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(clock.render_at(MediaKind::Audio, 960 * i, at(20 * i)),
                  at(20 * i) + PlayoutClock::kMinDelay);
    }
}

TEST(PlayoutClock, KeepsTheSpacingOfCaptureWhenArrivalJitters) {
    PlayoutClock clock;
    clock.render_at(MediaKind::Audio, 0, at(0));
    clock.render_at(MediaKind::Audio, 960, at(20 + 100));  // grows the delay once
    const auto a = clock.render_at(MediaKind::Audio, 2 * 960, at(40 + 30));
    const auto b = clock.render_at(MediaKind::Audio, 3 * 960, at(60 + 5));
    EXPECT_EQ(b - a, milliseconds(20));
}

TEST(PlayoutClock, GrowsAtOnceWithALateFrame) {
    PlayoutClock clock;
    clock.render_at(MediaKind::Video, 0, at(0));
    clock.render_at(MediaKind::Video, 3000, at(33 + 200));
    EXPECT_GE(clock.delay(), milliseconds(200));
    EXPECT_LE(clock.delay(), milliseconds(260));
}

TEST(PlayoutClock, ShrinksAgainWhenTheLinkHasCalmedDown) {
    PlayoutClock clock;
    clock.render_at(MediaKind::Video, 0, at(0));
    clock.render_at(MediaKind::Video, 3000, at(33 + 200));
    const auto grown = clock.delay();
    for (int i = 2; i < 900; ++i) clock.render_at(MediaKind::Video, 3000 * i, at(i * 100 / 3));
    EXPECT_LT(clock.delay(), grown);
}

TEST(PlayoutClock, NeverDelaysBeyondTheMaximum) {
    PlayoutClock clock;
    clock.render_at(MediaKind::Video, 0, at(0));
    clock.render_at(MediaKind::Video, 3000, at(60'000));
    EXPECT_EQ(clock.delay(), PlayoutClock::kMaxDelay);
}

TEST(PlayoutClock, RendersAudioAndVideoOfOneInstantTogetherOnceBothAreReported) {
    PlayoutClock clock;
    // The two streams start at unrelated RTP time stamps; the reports tie both to the same instant.
    clock.on_sender_report(MediaKind::Audio, wire::ntp_from_unix(kEpoch), 7'000'000);
    clock.on_sender_report(MediaKind::Video, wire::ntp_from_unix(kEpoch), 123'456);
    // Both captured one second after the report; video takes 60 ms longer on its way.
    const auto audio = clock.render_at(MediaKind::Audio, 7'000'000 + 48'000, at(1000));
    clock.render_at(MediaKind::Video, 123'456 + 90'000, at(1060));
    const auto video = clock.render_at(MediaKind::Video, 123'456 + 90'000 + 3000, at(1090));
    const auto later = clock.render_at(MediaKind::Audio, 7'000'000 + 48'000 + 1600, at(1035));
    const auto skew = video - later;
    EXPECT_LT(std::chrono::abs(skew), milliseconds(2));
    EXPECT_GE(audio, at(1000));
}

TEST(PlayoutClock, FollowsASenderWhoseClockRunsSlow) {
    PlayoutClock clock;
    // 300 ppm slow for ten minutes: 180 ms in all, which must not be taken for lateness.
    for (int i = 0; i < 30'000; ++i) {
        const auto arrived =
            kStart + std::chrono::microseconds(static_cast<std::int64_t>(i) * 20'006);
        clock.render_at(MediaKind::Audio, static_cast<std::int64_t>(i) * 960, arrived);
    }
    EXPECT_LE(clock.delay(), milliseconds(80));
}

}  // namespace
}  // namespace sightline::peer
