// A camera that is pulled out, plugged in again, or freezes, through the path that opens any
// camera.
#include <gtest/gtest.h>

#include "local_daemon.h"
#include "media/engine/capture.h"
#include "media/engine/gst.h"
#include "test_camera.h"

namespace sightline::integration {
namespace {

using namespace std::chrono_literals;
using engine::Capture;
using engine::CaptureEvent;

class CameraDevice : public ::testing::Test {
  protected:
    void SetUp() override {
        engine::start_gstreamer();
        register_test_camera();
        test_camera_plug = Plug::In;
        config_.source = engine::SourceKind::Camera;
        config_.camera = engine::DeviceElement{"testcamera", "", ""};
        config_.microphone = engine::DeviceElement{"audiotestsrc", "is-live", "true"};
        config_.echo_cancel = false;
    }

    // Fetches everything until the condition holds.
    template <class Condition>
    bool fetch_until(Capture& capture, std::chrono::milliseconds patience, Condition condition) {
        return becomes_true(patience, [&] {
            while (const auto frame = capture.poll()) {
                ++(frame->kind == wire::MediaKind::Video ? pictures_ : sounds_);
            }
            while (auto event = capture.poll_event()) events_.push_back(std::move(*event));
            const auto age = capture.last_frame_age(base::Clock::now());
            oldest_ = std::max(oldest_, age);
            return condition();
        });
    }
    bool saw(CaptureEvent::Kind kind) const {
        return std::any_of(events_.begin(), events_.end(),
                           [kind](const auto& event) { return event.kind == kind; });
    }

    engine::CaptureConfig config_;
    int pictures_ = 0;
    int sounds_ = 0;
    base::Duration oldest_{};
    std::vector<CaptureEvent> events_;
};

TEST_F(CameraDevice, ThatIsPulledOutIsOpenedAgainWhenItIsBack) {
    auto capture = Capture::open(config_).value();
    EXPECT_TRUE(capture->gives_pictures());
    ASSERT_TRUE(fetch_until(*capture, 20s, [&] { return pictures_ > 10; }));
    test_camera_plug = Plug::Out;
    ASSERT_TRUE(fetch_until(*capture, 10s, [&] { return saw(CaptureEvent::Kind::Failed); }));
    EXPECT_EQ(events_.front().text, "camera testcamera stopped: Failed to allocate a buffer");
    // The voice goes on as long as it takes, and nobody is told to start the engine anew.
    sounds_ = 0;
    EXPECT_TRUE(fetch_until(*capture, 20s, [&] { return sounds_ > 300; }));
    EXPECT_FALSE(saw(CaptureEvent::Kind::Restarted));
    EXPECT_TRUE(capture->gives_pictures());
    test_camera_plug = Plug::In;
    EXPECT_TRUE(fetch_until(*capture, 20s, [&] { return saw(CaptureEvent::Kind::Restarted); }));
    pictures_ = 0;
    EXPECT_TRUE(fetch_until(*capture, 10s, [&] { return pictures_ > 20; }));
    EXPECT_LT(oldest_, 3s);
}

TEST_F(CameraDevice, ThatFreezesIsOpenedAnew) {
    auto capture = Capture::open(config_).value();
    ASSERT_TRUE(fetch_until(*capture, 20s, [&] { return pictures_ > 10; }));
    test_camera_plug = Plug::Frozen;
    EXPECT_TRUE(fetch_until(*capture, 20s, [&] { return saw(CaptureEvent::Kind::Stuck); }));
    test_camera_plug = Plug::In;
    EXPECT_TRUE(fetch_until(*capture, 20s, [&] { return saw(CaptureEvent::Kind::Restarted); }));
    pictures_ = 0;
    EXPECT_TRUE(fetch_until(*capture, 10s, [&] { return pictures_ > 20; }));
    // It was seen to be stuck, and was mended before the watchdog of the engine would bark.
    EXPECT_GT(oldest_, 2s);
    EXPECT_LT(oldest_, 5s);
}

TEST_F(CameraDevice, ThatIsNotThereAtTheStartIsNamed) {
    test_camera_plug = Plug::Out;
    const auto opened = Capture::open(config_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().text,
              "open camera testcamera: Cannot identify device '/dev/test'; check that it is "
              "plugged in and not in use by another program");
}

TEST_F(CameraDevice, IsNotNeededForTheVoice) {
    config_.camera.reset();
    auto capture = Capture::open(config_).value();
    EXPECT_FALSE(capture->gives_pictures());
    EXPECT_TRUE(fetch_until(*capture, 20s, [&] { return sounds_ > 200; }));
    EXPECT_EQ(pictures_, 0);
    EXPECT_EQ(oldest_, base::Duration{});
}

}  // namespace
}  // namespace sightline::integration
