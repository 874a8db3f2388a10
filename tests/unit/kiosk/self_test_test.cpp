#include "appliance/kiosk/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using hardware::Check;
using testing::HasSubstr;

json::object healthy() {
    return {{"connected", true},
            {"silent", false},
            {"video_output", "window"},
            {"audio_output", "pulsesink"},
            {"mirror", ""},
            {"capture",
             {{"cameras", {"Desk camera", "Copy stand"}},
              {"microphone", "Desk microphone"},
              {"trouble", ""}}}};
}
Check named(const std::vector<Check>& checks, std::string_view name) {
    for (const auto& check : checks) {
        if (check.name == name) return check;
    }
    ADD_FAILURE() << "no check of the " << name;
    return {};
}

TEST(KioskSelfTest, PassesWhatTheEngineHas) {
    const auto checks = judge_engine(healthy());
    ASSERT_EQ(checks.size(), 5u);
    for (const auto& check : checks) EXPECT_TRUE(check.ok) << check.name << check.what;
    EXPECT_EQ(named(checks, "camera").what, "Desk camera and 1 more");
    EXPECT_EQ(named(checks, "microphone").what, "Desk microphone");
}

TEST(KioskSelfTest, NamesEachDeviceThatIsMissing) {
    auto status = healthy();
    status["capture"] = {{"cameras", json::array{}}, {"microphone", ""}, {"trouble", ""}};
    status["audio_output"] = "fakesink";
    status["video_output"] = "none";
    const auto checks = judge_engine(status);
    EXPECT_TRUE(named(checks, "engine").ok);
    for (const char* name : {"camera", "microphone", "speaker", "screen"}) {
        const auto check = named(checks, name);
        EXPECT_FALSE(check.ok) << name;
        EXPECT_THAT(check.what, HasSubstr(name));
        EXPECT_NE(check.what_to_do, "");
    }
}

TEST(KioskSelfTest, TakesAPageForTheScreenOfADemonstration) {
    auto status = healthy();
    status["video_output"] = "none";
    status["mirror"] = "http://127.0.0.1:1234/";
    EXPECT_EQ(named(judge_engine(status), "screen").what, "the page http://127.0.0.1:1234/");
}

TEST(KioskSelfTest, SaysWhatTroublesTheCamera) {
    auto status = healthy();
    status["capture"].as_object()["trouble"] = "the camera gives no picture";
    const auto check = named(judge_engine(status), "engine");
    EXPECT_FALSE(check.ok);
    EXPECT_EQ(check.what, "the camera gives no picture");
}

TEST(KioskSelfTest, BelievesNothingThatAnEngineSaidBefore) {
    for (const char* how : {"lost", "silent"}) {
        auto status = healthy();
        if (how == std::string("lost")) status["connected"] = false;
        status["silent"] = true;
        for (const auto& check : judge_engine(status)) EXPECT_FALSE(check.ok) << how << check.name;
    }
    for (const auto& check : judge_engine({})) EXPECT_FALSE(check.ok) << check.name;
    EXPECT_EQ(judge_engine({}).size(), 5u);
}

TEST(KioskSelfTest, KnowsTheLinkFromTheConnectionThatThereIs) {
    json::object status{{"connected", true}, {"url", "https://hub.example"}, {"trouble", ""}};
    EXPECT_TRUE(judge_hub(status).ok);
    EXPECT_THAT(judge_hub(status).what, HasSubstr("https://hub.example"));
    status["connected"] = false;
    EXPECT_FALSE(judge_hub(status).ok) << "and nobody has said why yet";
    status["trouble"] = "no route to host";
    const auto check = judge_hub(status);
    EXPECT_FALSE(check.ok);
    EXPECT_EQ(check.name, "link");
    EXPECT_THAT(check.what, HasSubstr("hub.example port 443: no route to host"));
    EXPECT_THAT(check.what_to_do, HasSubstr("cable"));
}

}  // namespace
}  // namespace sightline::kiosk
