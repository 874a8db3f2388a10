#include "appliance/engine/send_gate.h"

#include <gtest/gtest.h>

namespace sightline::engine {
namespace {

using namespace std::chrono_literals;
using wire::MediaKind;

constexpr base::Instant kStart{1h};

bool open(const SendGate& gate, MediaKind kind, base::Instant now) {
    return now < gate.open_until(kind);
}

TEST(SendGate, LetsNothingThroughBeforeTheKioskHasSpoken) {
    SendGate gate;
    EXPECT_FALSE(open(gate, MediaKind::Audio, base::Instant{}));
    gate.heard(kStart);  // a heartbeat allows nothing by itself
    EXPECT_FALSE(open(gate, MediaKind::Audio, kStart));
    EXPECT_FALSE(open(gate, MediaKind::Video, kStart));
}

TEST(SendGate, LetsThroughOnlyTheKindsThatAreAllowed) {
    SendGate gate;
    gate.allow(true, false, kStart);
    EXPECT_TRUE(open(gate, MediaKind::Audio, kStart));
    EXPECT_FALSE(open(gate, MediaKind::Video, kStart));
    gate.allow(false, true, kStart + 1s);
    EXPECT_FALSE(open(gate, MediaKind::Audio, kStart + 1s));
    EXPECT_TRUE(open(gate, MediaKind::Video, kStart + 1s));
}

TEST(SendGate, ClosesTwoSecondsAfterTheKiosksLastWordAndOpensWithTheNext) {
    SendGate gate;
    gate.allow(true, true, kStart);
    EXPECT_TRUE(open(gate, MediaKind::Audio, kStart + 1999ms));
    EXPECT_FALSE(open(gate, MediaKind::Audio, kStart + 2000ms));
    gate.heard(kStart + 1999ms);
    EXPECT_TRUE(open(gate, MediaKind::Audio, kStart + 3998ms));
    EXPECT_FALSE(open(gate, MediaKind::Video, kStart + 3999ms));
    gate.heard(kStart + 60s);
    EXPECT_TRUE(open(gate, MediaKind::Video, kStart + 60s));
}

TEST(SendGate, HoldsBackWhatIsMutedWhateverIsAllowed) {
    SendGate gate;
    gate.mute(true, false);
    gate.allow(true, true, kStart);
    EXPECT_FALSE(open(gate, MediaKind::Audio, kStart));
    EXPECT_FALSE(gate.wants(MediaKind::Audio));
    EXPECT_TRUE(open(gate, MediaKind::Video, kStart));
    gate.mute(false, false);
    EXPECT_TRUE(open(gate, MediaKind::Audio, kStart));
}

TEST(SendGate, AMuteIsNoSignOfLife) {
    SendGate gate;
    gate.allow(true, true, kStart);
    gate.mute(true, true);
    gate.mute(false, false);
    EXPECT_FALSE(open(gate, MediaKind::Audio, kStart + 2s));
}

TEST(SendGate, AllowsNothingInTheNextInterviewUntilTheKioskSaysSo) {
    SendGate gate;
    gate.allow(true, true, kStart);
    gate.close();
    gate.heard(kStart);
    EXPECT_FALSE(open(gate, MediaKind::Audio, kStart));
    EXPECT_FALSE(open(gate, MediaKind::Video, kStart));
}

}  // namespace
}  // namespace sightline::engine
