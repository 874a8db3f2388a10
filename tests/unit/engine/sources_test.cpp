#include "appliance/engine/sources.h"

#include <gmock/gmock.h>

namespace sightline::engine {
namespace {

using ::testing::HasSubstr;

CaptureConfig devices(bool camera, bool microphone) {
    CaptureConfig config;
    config.source = SourceKind::Camera;
    if (camera) config.camera = DeviceElement{"v4l2src", "device", "/dev/video0"};
    if (microphone) config.microphone = DeviceElement{"pulsesrc", "device", "desk"};
    return config;
}

TEST(WarningAbout, SaysWhichHalfOfThePersonIsMissing) {
    EXPECT_FALSE(warning_about(devices(true, true), {}));
    EXPECT_THAT(*warning_about(devices(false, true), {}), HasSubstr("heard but not seen"));
    EXPECT_THAT(*warning_about(devices(true, false), {}), HasSubstr("seen but not heard"));
}

TEST(WarningAbout, SaysThatADemonstrationWasNotAskedFor) {
    Options options;
    EXPECT_THAT(*warning_about(CaptureConfig{}, options), HasSubstr("--synthetic"));
    options.synthetic = true;
    EXPECT_FALSE(warning_about(CaptureConfig{}, options));
    CaptureConfig file;
    file.source = SourceKind::File;
    EXPECT_FALSE(warning_about(file, {}));
}

}  // namespace
}  // namespace sightline::engine
