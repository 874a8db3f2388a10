// The applicant's window on a real X server, which has no monitor.
#include <gtest/gtest.h>

#include "media/engine/capture.h"
#include "media/engine/clock_strip.h"
#include "media/engine/playout.h"
#include "media/engine/screen_layout.h"
#include "virtual_screen.h"

namespace sightline::integration {
namespace {

using namespace std::chrono_literals;
using engine::Capture;
using engine::Picture;
using engine::Playout;
using engine::Rect;

class ScreenWindow : public ::testing::Test {
  protected:
    void SetUp() override {
        if (find_program("Xvfb").empty()) {
            GTEST_SKIP() << "NOT TESTED: there is no Xvfb; install the Debian package xvfb";
        }
        engine::start_gstreamer();
        screen_ = std::make_unique<VirtualScreen>();
        capture_ = Capture::open({}).value();
    }

    std::unique_ptr<Playout> open_playout(int width, int height, bool fullscreen) {
        engine::PlayoutConfig config;
        config.width = width;
        config.height = height;
        config.fullscreen = fullscreen;
        config.speaker_element = "fakesink";
        auto playout = Playout::open(config).value();
        playout->set_tiles({{0, "Amina Yusuf", "interviewer", true, true},
                            {1, "Leyla Demir", "interpreter", true, false}});
        return playout;
    }

    // The synthetic person in the first tile until the condition holds.
    template <class Condition>
    bool converse_until(Playout& playout, std::chrono::milliseconds patience, Condition condition) {
        return becomes_true(patience, [&] {
            while (auto frame = capture_->poll()) {
                playout.push({0, frame->kind, frame->key_frame,
                              base::Instant(frame->captured + 100ms), frame->data, false});
            }
            return condition();
        });
    }

    // The clock burned into the first of two tiles, on a screen that the composed picture of this
    // size covers from the left top corner on.
    static std::optional<std::uint32_t> clock_on(const Picture& shot, int width, int height) {
        const Rect room = engine::layout_tiles(2, width, height)[0].picture;
        return engine::read_clock(
            engine::part_of(engine::luma_of(shot), engine::fit(640, 360, room)));
    }
    // Pixels of text: bright on the dark ground.
    static int bright_pixels(const Picture& shot, Rect area) {
        int count = 0;
        for (int y = area.y; y < area.y + area.height; ++y) {
            for (int x = area.x; x < area.x + area.width; ++x) count += shot.luma(x, y) > 140;
        }
        return count;
    }
    bool shows_clock(int width, int height) {
        const auto shot = screen_->screenshot();
        return shot && clock_on(*shot, width, height);
    }

    std::unique_ptr<VirtualScreen> screen_;
    std::unique_ptr<Capture> capture_;
};

TEST_F(ScreenWindow, ShowsPicturesWithNamesAndRoles) {
    auto playout = open_playout(960, 540, false);
    EXPECT_EQ(playout->video_output(), "window");
    ASSERT_TRUE(converse_until(*playout, 20s, [&] { return shows_clock(960, 540); }));
    const char* file = std::getenv("SCREENSHOT");
    const auto shot = screen_->screenshot(file ? file : "");
    ASSERT_TRUE(shot);
    const auto clock = clock_on(*shot, 960, 540);
    ASSERT_TRUE(clock);
    // It is the present that is shown. A screenshot takes its time too.
    const auto now = engine::clock_ms_of(engine::steady_now() + capture_->wall_clock_offset());
    std::printf("seen %d ms after it was captured\n", static_cast<int>(now - *clock));
    EXPECT_GT(static_cast<int>(now - *clock), 0);
    EXPECT_LT(static_cast<int>(now - *clock), 3000);
    const auto places = engine::layout_tiles(2, 960, 540);
    for (const auto& place : places) {
        EXPECT_GT(bright_pixels(*shot, place.label), 150);
        EXPECT_LT(bright_pixels(*shot, place.label), place.label.width * place.label.height / 4);
    }
    // The one without a camera has the name in place of the face.
    EXPECT_GT(bright_pixels(*shot, places[1].picture), 300);
    EXPECT_EQ(bright_pixels(*shot, {960, 0, 320, 720}), 0) << "the window is larger than asked";
    EXPECT_EQ(bright_pixels(*shot, {0, 540, 1280, 180}), 0) << "the window is larger than asked";
}

TEST_F(ScreenWindow, FillsTheScreenWhenAskedTo) {
    auto playout = open_playout(640, 360, true);
    EXPECT_EQ(playout->video_output(), "window");
    EXPECT_TRUE(converse_until(
        *playout, 20s, [&] { return shows_clock(VirtualScreen::kWidth, VirtualScreen::kHeight); }));
}

TEST_F(ScreenWindow, GoesOnWithoutTheServerAndComesBackWithIt) {
    auto playout = open_playout(960, 540, false);
    ASSERT_TRUE(converse_until(*playout, 20s, [&] { return shows_clock(960, 540); }));
    screen_->server().kill();
    EXPECT_TRUE(converse_until(*playout, 10s, [&] { return playout->video_output() == "none"; }));
    // The conversation goes on meanwhile.
    const auto decoded = playout->frames_decoded();
    EXPECT_TRUE(
        converse_until(*playout, 10s, [&] { return playout->frames_decoded() > decoded + 10; }));
    screen_->start();
    EXPECT_TRUE(converse_until(*playout, 30s, [&] { return playout->video_output() == "window"; }));
    EXPECT_TRUE(converse_until(*playout, 20s, [&] { return shows_clock(960, 540); }));
}

TEST_F(ScreenWindow, IsClosedInTimeWhenTheServerHangs) {
    auto playout = open_playout(960, 540, false);
    ASSERT_TRUE(converse_until(*playout, 20s, [&] { return shows_clock(960, 540); }));
    screen_->server().signal(SIGSTOP);
    const auto decoded = playout->frames_decoded();
    EXPECT_TRUE(
        converse_until(*playout, 10s, [&] { return playout->frames_decoded() > decoded + 30; }));
    const auto start = base::Clock::now();
    playout.reset();
    EXPECT_LT(base::Clock::now() - start, 5s);
}

}  // namespace
}  // namespace sightline::integration
