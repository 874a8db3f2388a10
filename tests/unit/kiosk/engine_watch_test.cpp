#include "appliance/kiosk/engine_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::kiosk {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr base::Instant kStart{std::chrono::seconds(1000)};
const EngineMessage kStatus = EngineStatus{{{"state", "live"}}};

EngineMessage hello(std::int64_t pid) { return EngineHello{pid, "synthetic", "", ""}; }

TEST(EngineWatch, NoticesTwoSecondsOfSilenceOnce) {
    EngineWatch watch;
    watch.connected(kStart);
    watch.heard(kStatus, kStart + milliseconds(500));
    EXPECT_THAT(watch.tick(kStart + milliseconds(2500)), IsEmpty());
    EXPECT_THAT(watch.tick(kStart + milliseconds(2501)), ElementsAre(EngineEvent::Silent));
    EXPECT_TRUE(watch.is_silent());
    EXPECT_THAT(watch.tick(kStart + milliseconds(9000)), IsEmpty());
}

TEST(EngineWatch, AnEngineThatNeverSpokeIsSilentToo) {
    EngineWatch watch;
    watch.connected(kStart);
    EXPECT_THAT(watch.tick(kStart + milliseconds(2001)), ElementsAre(EngineEvent::Silent));
}

TEST(EngineWatch, RecoversWhenItIsHeardAgain) {
    EngineWatch watch;
    watch.connected(kStart);
    watch.tick(kStart + milliseconds(3000));
    EXPECT_THAT(watch.heard(kStatus, kStart + milliseconds(3100)),
                ElementsAre(EngineEvent::Recovered));
    EXPECT_FALSE(watch.is_silent());
    EXPECT_THAT(watch.tick(kStart + milliseconds(5200)), ElementsAre(EngineEvent::Silent));
}

TEST(EngineWatch, AnEngineThatIsNotThereIsLostAndNotSilent) {
    EngineWatch watch;
    EXPECT_THAT(watch.tick(kStart + milliseconds(9000)), IsEmpty());
    EXPECT_THAT(watch.disconnected(), IsEmpty());
    watch.connected(kStart);
    EXPECT_THAT(watch.disconnected(), ElementsAre(EngineEvent::Lost));
    EXPECT_THAT(watch.tick(kStart + milliseconds(9000)), IsEmpty());
}

TEST(EngineWatch, CountsAnotherProcessAsARestart) {
    EngineWatch watch;
    watch.connected(kStart);
    EXPECT_THAT(watch.heard(hello(10), kStart), IsEmpty());
    watch.disconnected();
    watch.connected(kStart + milliseconds(100));
    EXPECT_THAT(watch.heard(hello(10), kStart + milliseconds(100)), IsEmpty())
        << "the same process";
    EXPECT_EQ(watch.restarts(), 0u);
    watch.disconnected();
    watch.connected(kStart + milliseconds(200));
    EXPECT_THAT(watch.heard(hello(11), kStart + milliseconds(200)),
                ElementsAre(EngineEvent::Restarted));
    EXPECT_EQ(watch.restarts(), 1u);
}

TEST(EngineWatch, StatusTellsTheLastAndWhetherItIsThere) {
    EngineWatch watch;
    EXPECT_FALSE(watch.status().at("connected").as_bool());
    watch.connected(kStart);
    watch.heard(hello(10), kStart);
    watch.heard(kStatus, kStart);
    EXPECT_EQ(watch.status().at("state").as_string(), "live");
    EXPECT_EQ(watch.status().at("source").as_string(), "synthetic");
    EXPECT_TRUE(watch.status().at("connected").as_bool());
    watch.disconnected();
    EXPECT_FALSE(watch.status().at("connected").as_bool());
}

}  // namespace
}  // namespace sightline::kiosk
