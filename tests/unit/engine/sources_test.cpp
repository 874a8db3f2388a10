#include "appliance/engine/sources.h"

#include <gmock/gmock.h>

namespace sightline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

TEST(NamesOf, TellsEachCameraOnce) {
    auto chosen = devices(true, true);
    chosen.camera->name = "Desk camera";
    chosen.microphone->name = "Desk microphone";
    Views views = choose_views({}, chosen).value();
    EXPECT_THAT(names_of(chosen, views, {}).cameras, ElementsAre("Desk camera"));
    views.document.camera->name = "Copy stand";
    const auto names = names_of(chosen, views, {});
    EXPECT_THAT(names.cameras, ElementsAre("Desk camera", "Copy stand"));
    EXPECT_EQ(names.microphone, "Desk microphone");
    const auto deaf = devices(true, false);
    EXPECT_EQ(names_of(deaf, choose_views({}, deaf).value(), {}).microphone, "");
}

TEST(NamesOf, KnowsAStandInOnlyIfItWasAskedFor) {
    const CaptureConfig drawn;
    const auto views = choose_views({}, drawn).value();
    Options options;
    EXPECT_THAT(names_of(drawn, views, options).cameras, IsEmpty());
    EXPECT_EQ(names_of(drawn, views, options).microphone, "");
    options.synthetic = true;
    EXPECT_THAT(names_of(drawn, views, options).cameras, ElementsAre(HasSubstr("--synthetic")));
}

TEST(Views, APaperGetsMorePointsAndFewerPictures) {
    const auto views = choose_views({}, CaptureConfig{}).value();
    EXPECT_EQ(views.of(model::View::Face), views.of(model::View::Room));
    EXPECT_EQ(views.of(model::View::Face).width, 640);
    EXPECT_EQ(views.of(model::View::Document).width, 1280);
    EXPECT_LT(views.of(model::View::Document).fps, views.of(model::View::Face).fps);
}

TEST(Views, OneCameraServesAllAndAnAbsentOneIsNamed) {
    const auto chosen = devices(true, true);
    const auto views = choose_views({}, chosen).value();
    EXPECT_EQ(views.of(model::View::Room).camera, chosen.camera);
    EXPECT_EQ(views.of(model::View::Document).camera, chosen.camera);
    Options options;
    options.document_camera = "no such camera";
    const auto missing = choose_views(options, chosen);
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().text, HasSubstr("--document-camera"));
}

TEST(Views, AFileIsShownAsItIs) {
    CaptureConfig file;
    file.source = SourceKind::File;
    const auto views = choose_views({}, file).value();
    EXPECT_EQ(views.of(model::View::Document), views.of(model::View::Face));
}

}  // namespace
}  // namespace sightline::engine
