#include "media/engine/pcm.h"

#include <gtest/gtest.h>

#include <vector>

#include "media/engine/synthetic_sound.h"

namespace sightline::engine {
namespace {

using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

struct Frames {
    std::vector<std::chrono::nanoseconds> at;
    Samples samples;
    PcmFramer::Emit emit() {
        return [this](std::span<const std::int16_t> frame, std::chrono::nanoseconds captured) {
            at.push_back(captured);
            samples.insert(samples.end(), frame.begin(), frame.end());
        };
    }
};

TEST(SampleIndex, AgreesWithTimeAfterYearsOfUptime) {
    const auto years = std::chrono::hours(24 * 365 * 10);
    EXPECT_EQ(sample_at(years), years.count() * 3600 * kSampleRate);
    EXPECT_EQ(time_of_sample(sample_at(years + 20ms)), years + 20ms);
}

TEST(PcmFramer, MakesFramesExactly20MsApartFromJitteryBlocks) {
    PcmFramer framer;
    Frames frames;
    const Samples block(441, 7);
    for (int i = 0; i < 100; ++i) {
        const auto jitter = std::chrono::milliseconds(i % 5 * 4 - 8);
        framer.push(block, 10s + time_of_sample(441 * i) + jitter, frames.emit());
    }
    ASSERT_EQ(frames.at.size(), 45U);
    for (std::size_t i = 1; i < frames.at.size(); ++i)
        EXPECT_EQ(frames.at[i] - frames.at[i - 1], 20ms);
    EXPECT_EQ(std::count(frames.samples.begin(), frames.samples.end(), 0), 0);
}

TEST(PcmFramer, FillsAGapWithSilenceAndCutsAnOverlap) {
    PcmFramer framer;
    Frames frames;
    const Samples block(960, 7);
    framer.push(block, 1s, frames.emit());
    framer.push(block, 1s + 120ms, frames.emit());  // 100 ms are missing
    framer.push(block, 1s + 60ms, frames.emit());   // already emitted as silence
    framer.push(block, 1s + 140ms, frames.emit());
    ASSERT_EQ(frames.at.size(), 8U);
    EXPECT_EQ(frames.at.back(), 1s + 140ms);
    EXPECT_EQ(std::count(frames.samples.begin(), frames.samples.end(), 7), 3 * 960);
}

TEST(PcmFramer, StartsAnewAfterALongGap) {
    PcmFramer framer;
    Frames frames;
    const Samples block(960, 7);
    framer.push(block, 1s, frames.emit());
    framer.push(block, 9s + 3ms, frames.emit());
    ASSERT_EQ(frames.at.size(), 2U);
    EXPECT_EQ(frames.at.back(), 9s + 3ms);
}

TEST(PcmFramer, FillsSilenceUpToAnInstant) {
    PcmFramer framer;
    Frames frames;
    framer.push(Samples(480, 7), 1s, frames.emit());
    framer.fill_until(1s + 100ms, frames.emit());
    EXPECT_EQ(frames.at.size(), 5U);
    EXPECT_EQ(std::count(frames.samples.begin(), frames.samples.end(), 7), 480);
}

TEST(PcmTimeline, PlacesSoundAtItsIndexAndSilenceElsewhere) {
    PcmTimeline line(1000);
    EXPECT_TRUE(line.write(1500, Samples(960, 5)));
    Samples out(480, 9);
    line.read(1000, out);
    EXPECT_EQ(out, Samples(480, 0));
    line.read(1480, out);
    EXPECT_EQ(std::count(out.begin(), out.end(), 5), 460);
    EXPECT_EQ(out[19], 0);
    EXPECT_EQ(out[20], 5);
}

TEST(PcmTimeline, JoinsPacketsWhoseStampsNearlyFollow) {
    PcmTimeline line(0);
    line.write(100, Samples(960, 5));
    line.write(100 + 962, Samples(960, 6));
    Samples out(2200);
    line.read(0, out);
    EXPECT_EQ(std::count(out.begin() + 100, out.begin() + 2020, 0), 0);
}

TEST(PcmTimeline, WorksOffAClockThatRunsApartOneSampleAPacket) {
    PcmTimeline line(0);
    // The sender's stamps run 100 samples ahead of the count of its samples.
    line.write(0, Samples(960, 5));
    for (int i = 1; i < 30; ++i) line.write(960 * i + 20, Samples(960, 5));
    Samples out(30 * 960 + 40);
    line.read(0, out);
    // 18 packets made up all but the two samples that mean nothing.
    EXPECT_EQ(std::count(out.begin(), out.end(), 5), 30 * 960 + 18);
}

TEST(PcmTimeline, SaysWhenSoundCameTooLate) {
    PcmTimeline line(0);
    Samples out(48000);
    line.read(0, out);
    EXPECT_FALSE(line.write(40000, Samples(960, 5)));
    EXPECT_TRUE(line.write(50000, Samples(960, 5)));
}

TEST(PcmTimeline, RefusesAStampFarInTheFuture) {
    PcmTimeline line(0);
    EXPECT_FALSE(line.write(10 * kSampleRate, Samples(960, 5)));
    Samples out(960);
    for (std::int64_t at = 0; at < 20 * kSampleRate; at += 960) {
        line.read(at, out);
        ASSERT_EQ(out, Samples(960, 0));
    }
}

TEST(SyntheticSound, MarksTheFullSecondWithTheTone) {
    const SyntheticSound sound({});
    Samples out(48000);
    // A full second of the strip's clock, which is not one of Unix time.
    const auto second = 400 * std::chrono::milliseconds(std::int64_t{1} << 32) + 7000s;
    sound.fill(second - 500ms, out);
    EXPECT_EQ(out[23999], 0);
    EXPECT_NEAR(level_dbfs(std::span(out).subspan(24000, 4800)), -9.03, 0.05);  // 0.5 / sqrt 2
    EXPECT_EQ(out[24000 + 6], 16384);                                           // a quarter turn on
    EXPECT_EQ(level_dbfs(std::span(out).subspan(24000 + 4800)), -100);
}

TEST(SyntheticSound, SpeaksBelowTheToneAndMovesTheMouth) {
    const auto speech = synthesise_speech(5s);
    ASSERT_GT(speech.size(), 3U * 48000) << "is gstreamer1.0-plugins-bad installed?";
    EXPECT_GT(level_dbfs(speech), -40);
    for (const auto sample : speech) ASSERT_LE(std::abs(int{sample}), 0.2 * 32768);
    const SyntheticSound sound(speech);
    double least = 1;
    double most = 0;
    for (auto at = 0ns; at < 5s; at += 33ms) {
        least = std::min(least, sound.loudness(at));
        most = std::max(most, sound.loudness(at));
    }
    EXPECT_LT(least, 0.1);
    EXPECT_GT(most, 0.7);
}

}  // namespace
}  // namespace sightline::engine
