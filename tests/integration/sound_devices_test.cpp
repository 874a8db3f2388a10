// The engine's sound, through a real PulseAudio daemon with a null sink for a loudspeaker and that
// sink's monitor for a microphone.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "hardware/devices.h"
#include "media/engine/encoder.h"
#include "media/engine/playout.h"
#include "media/engine/synthetic_sound.h"
#include "sound_ear.h"
#include "sound_room.h"

namespace sightline::integration {
namespace {

using namespace std::chrono_literals;
using engine::Capture;
using engine::CaptureConfig;
using engine::CaptureEvent;
using engine::Playout;

double milliseconds(base::Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

using Packets = std::vector<base::Bytes>;

// Sound as the Opus packets that a remote participant would send.
Packets packets_of(std::span<const std::int16_t> sound) {
    std::mutex mutex;
    Packets packets;
    const auto count = sound.size() / engine::kFrameSamples;
    const auto done = [&](std::size_t wanted) {
        std::lock_guard lock(mutex);
        return packets.size() >= wanted;
    };
    auto encoder = engine::AudioEncoder::open(32'000, [&](wire::EncodedFrame frame) {
                       std::lock_guard lock(mutex);
                       packets.push_back(std::move(frame.data));
                   }).value();
    for (std::size_t i = 0; i < count; ++i) {
        encoder->push(sound.subspan(i * engine::kFrameSamples, engine::kFrameSamples),
                      1s + static_cast<int>(i) * 20ms);
        // One packet is looked ahead for, and the first is left out.
        if (i % 20 != 19) continue;
        EXPECT_TRUE(becomes_true(10s, [&] { return done(i - 1); }));
    }
    encoder.reset();
    return packets;
}

const Packets& speech() {
    static const Packets packets = packets_of(engine::synthesise_speech(20s));
    return packets;
}

// One second: a tone for its first 200 ms, then silence.
Packets tone_and_silence() {
    std::vector<std::int16_t> sound(48'000);
    for (std::size_t i = 0; i < 9600; ++i) {
        sound[i] = static_cast<std::int16_t>(
            16'000 * std::sin(2 * std::numbers::pi * 1000 / 48'000 * static_cast<double>(i)));
    }
    return packets_of(sound);
}

class SoundDevices : public ::testing::Test {
  protected:
    void SetUp() override {
        if (find_program("pulseaudio").empty()) {
            GTEST_SKIP() << "NOT TESTED: there is no pulseaudio; install the Debian package "
                            "pulseaudio";
        }
        engine::start_gstreamer();
        room_ = std::make_unique<SoundRoom>();
    }

    static std::unique_ptr<Playout> open_playout() {
        engine::PlayoutConfig config;
        config.window = false;
        auto playout = Playout::open(config).value();
        playout->set_tiles({{0, "Far end", "interviewer", true, false}});
        return playout;
    }
    static std::unique_ptr<Capture> open_microphone(bool echo_cancel) {
        const auto devices = hardware::list_devices(20s);
        const auto* microphone = hardware::pick(devices, hardware::DeviceKind::Microphone);
        if (!microphone) throw std::runtime_error("no microphone was found");
        CaptureConfig config;
        config.source = engine::SourceKind::Camera;
        config.microphone =
            engine::DeviceElement{microphone->element, microphone->property, microphone->value};
        config.echo_cancel = echo_cancel;
        auto capture = Capture::open(config);
        if (!capture) throw std::runtime_error(capture.error().text);
        return std::move(capture.value());
    }

    // Goes on for `time` with the far end saying this, in a loop, and everybody listening.
    static void converse(std::chrono::milliseconds time, Playout& playout, const Packets& far_end,
                         const std::vector<Ear*>& ears) {
        const auto start = base::Clock::now();
        for (int i = 0; i * 20ms < time; ++i) {
            std::this_thread::sleep_until(start + i * 20ms);
            if (!far_end.empty()) {
                playout.push({0, wire::MediaKind::Audio, true, start + i * 20ms + kRenderDelay,
                              far_end[static_cast<std::size_t>(i) % far_end.size()], i == 0});
            }
            for (Ear* ear : ears) ear->listen();
        }
    }
    static constexpr std::chrono::milliseconds kRenderDelay{100};

    // The mean of the loudest fifth of the 100 ms pieces: where the bursts are.
    static double tone_in(const Ear& ear, base::Instant from, base::Instant to) {
        std::vector<double> pieces;
        for (auto at = from; at < to; at += 100ms)
            pieces.push_back(tone_dbfs(ear.heard(at, at + 100ms), kNearHz));
        std::sort(pieces.begin(), pieces.end(), std::greater<>());
        pieces.resize(pieces.size() / 5);
        double sum = 0;
        for (const double piece : pieces) sum += piece;
        return sum / static_cast<double>(pieces.size());
    }
    static constexpr double kNearHz = 3100;

    std::unique_ptr<SoundRoom> room_;
};

TEST_F(SoundDevices, AreFoundWithoutTheMonitorOfTheLoudspeaker) {
    const auto devices = hardware::list_devices(20s);
    const auto* speaker = hardware::pick(devices, hardware::DeviceKind::Speaker);
    ASSERT_TRUE(speaker);
    EXPECT_EQ(speaker->name, SoundRoom::kLoudspeaker);
    EXPECT_EQ(speaker->element, "pulsesink");
    EXPECT_EQ(speaker->value, "room");
    const auto* microphone = hardware::pick(devices, hardware::DeviceKind::Microphone);
    ASSERT_TRUE(microphone);
    EXPECT_EQ(microphone->name, SoundRoom::kMicrophone);
    EXPECT_EQ(microphone->element, "pulsesrc");
    EXPECT_EQ(microphone->value, "desk_microphone");
    for (const auto& device : devices) EXPECT_NE(device.value, "room.monitor") << device.name;
}

TEST_F(SoundDevices, PlayAndHearWithinAConversationsDelay) {
    auto playout = open_playout();
    EXPECT_EQ(playout->audio_output(), "pulsesink");
    auto capture = open_microphone(false);
    Ear ear(*capture);
    converse(1s, *playout, {}, {&ear});
    const Packets far_end = tone_and_silence();
    const auto start = base::Clock::now();
    converse(8s, *playout, far_end, {&ear});

    EXPECT_TRUE(ear.steady());
    std::vector<double> delays;
    // The first seconds are the two clocks' getting used to each other.
    const auto period = 20ms * static_cast<int>(far_end.size());
    for (int i = 3; i < 7; ++i) {
        // The encoder's first packet, 20 ms, was left out.
        const auto due = start + i * period + kRenderDelay;
        const auto onset = ear.onset(due - 100ms, -30);
        if (onset) delays.push_back(milliseconds(*onset - due));
    }
    ASSERT_GE(delays.size(), 3U) << "the tone did not come back";
    std::sort(delays.begin(), delays.end());
    std::printf("heard %.0f to %.0f ms after it was due, fetched %.0f ms after it was heard\n",
                delays.front(), delays.back(), milliseconds(ear.lag()));
    EXPECT_GT(delays.front(), 0);
    EXPECT_LT(delays[delays.size() / 2], 250);
    EXPECT_LT(ear.lag(), 250ms);
    EXPECT_GT(ear.level(start + 2s, start + 7s), -40);
}

TEST_F(SoundDevices, TheFarEndDoesNotHearItselfButHearsWhoIsInTheRoom) {
    auto playout = open_playout();
    auto cancelling = open_microphone(true);
    auto control = open_microphone(false);
    Ear clean(*cancelling);
    Ear raw(*control);
    converse(4s, *playout, speech(), {&clean, &raw});
    const auto far_from = base::Clock::now();
    converse(5s, *playout, speech(), {&clean, &raw});
    const auto far_to = base::Clock::now() - 500ms;
    const double echo = raw.level(far_from, far_to);
    const double left = clean.level(far_from, far_to);
    std::printf("echo %.1f dBFS without and %.1f dBFS with cancellation: %.1f dB less\n", echo,
                left, echo - left);
    EXPECT_GT(echo, -45) << "the control run must bring the voice back in full";
    EXPECT_GT(echo - left, 10);

    // Somebody in the room, heard through the same microphone: bursts of a tone that speech hardly
    // has, first alone and then while the far end goes on talking.
    converse(1s, *playout, {}, {&clean, &raw});
    auto near_end = engine::Pipeline::parse(
                        "audiotestsrc is-live=true wave=ticks freq=3100 tick-interval=500000000 "
                        "sine-periods-per-tick=620 volume=0.1 ! audio/x-raw,rate=48000,channels=1 "
                        "! pulsesink device=room")
                        .value();
    ASSERT_TRUE(near_end->play());
    converse(2s, *playout, {}, {&clean, &raw});
    const auto alone_from = base::Clock::now();
    converse(3s, *playout, {}, {&clean, &raw});
    const auto alone_to = base::Clock::now() - 500ms;
    const double alone = tone_in(clean, alone_from, alone_to) - tone_in(raw, alone_from, alone_to);
    const auto both_from = base::Clock::now() + 1s;
    converse(5s, *playout, speech(), {&clean, &raw});
    const auto both_to = base::Clock::now() - 500ms;
    const double both = tone_in(clean, both_from, both_to) - tone_in(raw, both_from, both_to);
    std::printf("near end: %.1f dB alone, %.1f dB while the far end talks\n", alone, both);
    EXPECT_GT(alone, -6);
    EXPECT_GT(both, -15);
}

TEST_F(SoundDevices, GoOnSilentlyWithoutTheDaemonAndComeBackWithIt) {
    auto playout = open_playout();
    auto capture = open_microphone(true);
    Ear ear(*capture);
    converse(2s, *playout, speech(), {&ear});
    room_->daemon().kill();
    const auto death = base::Clock::now();
    EXPECT_TRUE(becomes_true(15s, [&] {
        converse(100ms, *playout, speech(), {&ear});
        return playout->audio_output() == "fakesink" && ear.saw(CaptureEvent::Kind::Failed);
    })) << playout->audio_output();
    std::printf("noticed after %.1f s: %s\n", milliseconds(base::Clock::now() - death) / 1000,
                ear.events().empty() ? "nothing" : ear.events().front().text.c_str());
    // Packets go on at their constant rate all the while.
    const auto before = *ear.last();
    converse(2s, *playout, speech(), {&ear});
    EXPECT_GT(*ear.last() - before, 1s);

    room_->start();
    const auto birth = base::Clock::now();
    EXPECT_TRUE(becomes_true(30s, [&] {
        converse(100ms, *playout, speech(), {&ear});
        return playout->audio_output() == "pulsesink" && ear.saw(CaptureEvent::Kind::Restarted);
    })) << playout->audio_output();
    std::printf("back after %.1f s\n", milliseconds(base::Clock::now() - birth) / 1000);
    // What is heard comes from the daemon: the room's echo, and the canceller found its probe.
    auto control = open_microphone(false);
    Ear raw(*control);
    converse(6s, *playout, speech(), {&ear, &raw});
    const auto from = base::Clock::now();
    converse(4s, *playout, speech(), {&ear, &raw});
    const auto to = base::Clock::now() - 500ms;
    std::printf("afterwards: echo %.1f dBFS without, %.1f dBFS with cancellation\n",
                raw.level(from, to), ear.level(from, to));
    EXPECT_GT(raw.level(from, to), -45);
    EXPECT_GT(raw.level(from, to) - ear.level(from, to), 10);
}

TEST_F(SoundDevices, AreClosedInTimeWhenTheDaemonHangs) {
    auto playout = open_playout();
    auto capture = open_microphone(true);
    Ear ear(*capture);
    converse(2s, *playout, speech(), {&ear});
    room_->daemon().signal(SIGSTOP);
    // The loop that pushes and fetches never waits for the daemon, and packets go on.
    const auto before = *ear.last();
    const auto hang = base::Clock::now();
    converse(6s, *playout, speech(), {&ear});
    EXPECT_LT(base::Clock::now() - hang, 8s);
    EXPECT_GT(*ear.last() - before, 4s);
    EXPECT_TRUE(ear.saw(CaptureEvent::Kind::Stuck));
    const auto start = base::Clock::now();
    capture.reset();
    playout.reset();
    std::printf("closed in %.1f s\n", milliseconds(base::Clock::now() - start) / 1000);
    EXPECT_LT(base::Clock::now() - start, 20s);
}

}  // namespace
}  // namespace sightline::integration
