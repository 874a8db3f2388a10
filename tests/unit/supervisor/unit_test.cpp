#include "appliance/supervisor/unit.h"

#include <gtest/gtest.h>

namespace sightline::supervisor {
namespace {

using namespace std::chrono_literals;
using Action = Unit::Action;
using State = Unit::State;

constexpr base::Instant kStart = base::Instant(1h);

Unit running_unit(std::chrono::milliseconds watchdog = 2000ms) {
    Unit unit({.name = "engine", .command = {"x"}, .after = {}, .watchdog = watchdog});
    unit.allow(kStart);
    EXPECT_EQ(unit.poll(kStart), Action::Start);
    unit.started(kStart);
    unit.said_ready(kStart + 1s);
    return unit;
}

TEST(Unit, WaitsUntilItIsAllowed) {
    Unit unit({.name = "engine", .command = {"x"}, .after = {"kiosk"}});
    EXPECT_EQ(unit.poll(kStart), Action::None);
    EXPECT_EQ(unit.deadline(), base::kNever);
    unit.allow(kStart);
    EXPECT_EQ(unit.poll(kStart), Action::Start);
    EXPECT_EQ(unit.poll(kStart), Action::None);
}

TEST(Unit, IsReadyOnlyWhenItSaysSo) {
    Unit unit({.name = "hub", .command = {"x"}, .after = {}});
    unit.allow(kStart);
    unit.poll(kStart);
    unit.started(kStart);
    unit.said_alive(kStart + 1ms);
    EXPECT_FALSE(unit.has_been_ready());
    unit.said_ready(kStart + 2ms);
    EXPECT_TRUE(unit.has_been_ready());
    EXPECT_EQ(unit.state(), State::Running);
}

TEST(Unit, IsAbortedWhenItNeverBecomesReady) {
    Unit unit({.name = "hub", .command = {"x"}, .after = {}, .ready_within = 5000ms});
    unit.allow(kStart);
    unit.poll(kStart);
    unit.started(kStart);
    EXPECT_EQ(unit.poll(kStart + 4999ms), Action::None);
    EXPECT_EQ(unit.poll(kStart + 5000ms), Action::Abort);
}

TEST(Unit, LivesAsLongAsItSpeaksInTime) {
    Unit unit = running_unit();
    for (auto now = kStart + 1s; now < kStart + 60s; now += 1999ms) {
        unit.said_alive(now);
        EXPECT_EQ(unit.poll(now + 1998ms), Action::None);
    }
}

TEST(Unit, IsAbortedAndThenKilledWhenItFallsSilent) {
    Unit unit = running_unit(2000ms);
    const auto silent = kStart + 3s;  // ready at 1 s, then 2 s of nothing
    EXPECT_EQ(unit.deadline(), silent);
    EXPECT_EQ(unit.poll(silent - 1ms), Action::None);
    EXPECT_EQ(unit.poll(silent), Action::Abort);
    EXPECT_EQ(unit.poll(silent + kAbortGrace - 1ms), Action::None);
    EXPECT_EQ(unit.poll(silent + kAbortGrace), Action::Kill);
    EXPECT_EQ(unit.poll(silent + 1h), Action::None);
    unit.exited(silent + 300ms);
    EXPECT_EQ(unit.silences(), 1);
    EXPECT_EQ(unit.poll(silent + 399ms), Action::None);
    EXPECT_EQ(unit.poll(silent + 400ms), Action::Start);
}

TEST(Unit, IgnoresAWordThatComesAfterItWasAborted) {
    Unit unit = running_unit();
    ASSERT_EQ(unit.poll(kStart + 3s), Action::Abort);
    unit.said_alive(kStart + 3100ms);
    unit.said_ready(kStart + 3100ms);
    EXPECT_EQ(unit.poll(kStart + 3200ms), Action::Kill);
}

TEST(Unit, IsNotWatchedWithoutAWatchdogTime) {
    Unit unit = running_unit(0ms);
    EXPECT_EQ(unit.deadline(), base::kNever);
    EXPECT_EQ(unit.poll(kStart + 24h), Action::None);
}

TEST(Unit, SlowsDownAfterFiveQuickFailures) {
    Unit unit({.name = "hub", .command = {"x"}, .after = {}, .restart = 100ms});
    unit.allow(kStart);
    auto now = kStart;
    std::vector<std::chrono::milliseconds> waits;
    for (int failure = 0; failure < 14; ++failure) {
        ASSERT_EQ(unit.poll(now), Action::Start);
        unit.started(now);
        unit.exited(now);
        waits.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(unit.deadline() - now));
        now = unit.deadline();
    }
    EXPECT_EQ(waits[0], 100ms);
    EXPECT_EQ(waits[4], 100ms);
    EXPECT_EQ(waits[5], 200ms);
    EXPECT_EQ(waits[6], 400ms);
    EXPECT_EQ(waits[13], 5000ms);
    EXPECT_EQ(unit.restarts(), 14);
}

TEST(Unit, ForgetsOldFailuresAfterALongLife) {
    Unit unit({.name = "hub", .command = {"x"}, .after = {}, .restart = 100ms});
    unit.allow(kStart);
    auto now = kStart;
    for (int failure = 0; failure < 8; ++failure) {
        unit.poll(now);
        unit.started(now);
        unit.exited(now);
        now = unit.deadline();
    }
    unit.poll(now);
    unit.started(now);
    unit.exited(now + kQuickLife);
    EXPECT_EQ(unit.deadline(), now + kQuickLife + 100ms);
}

TEST(Unit, IsTerminatedThenKilledWhenItIsStopped) {
    Unit unit = running_unit();
    unit.stop(kStart + 2s);
    EXPECT_EQ(unit.poll(kStart + 2s), Action::Terminate);
    EXPECT_EQ(unit.poll(kStart + 11999ms), Action::None);
    EXPECT_EQ(unit.poll(kStart + 12s), Action::Kill);
    unit.exited(kStart + 12s);
    EXPECT_EQ(unit.state(), State::Stopped);
    EXPECT_EQ(unit.poll(kStart + 1h), Action::None);
}

TEST(Unit, StopsAtOnceWhenNothingRuns) {
    Unit unit({.name = "hub", .command = {"x"}, .after = {}});
    unit.allow(kStart);
    unit.stop(kStart);
    EXPECT_EQ(unit.state(), State::Stopped);
    EXPECT_EQ(unit.poll(kStart), Action::None);
}

TEST(Unit, IsNotRestartedWhenItEndsWhileBeingStopped) {
    Unit unit = running_unit();
    ASSERT_EQ(unit.poll(kStart + 3s), Action::Abort);
    unit.stop(kStart + 3s);
    unit.exited(kStart + 3100ms);
    EXPECT_EQ(unit.state(), State::Stopped);
}

}  // namespace
}  // namespace sightline::supervisor
