#include "appliance/hub/presence.h"

#include <gtest/gtest.h>

namespace sightline::hub {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const base::Instant kStart{seconds(1000)};
const auto kWho = base::ParticipantId::from_value(7);

TEST(Presence, JoinsWithTheFirstSocketOnly) {
    Presence presence;
    EXPECT_TRUE(presence.arrived(kWho));
    EXPECT_FALSE(presence.arrived(kWho));
    EXPECT_TRUE(presence.present(kWho));
}

TEST(Presence, LeavesAtOnceWhenTheLastSocketSaysBye) {
    Presence presence;
    presence.arrived(kWho);
    presence.arrived(kWho);
    EXPECT_FALSE(presence.departed(kWho, true, kStart)) << "another socket is still there";
    EXPECT_TRUE(presence.departed(kWho, true, kStart));
    EXPECT_FALSE(presence.present(kWho));
}

TEST(Presence, ABrokenConnectionMayHealWithinTheGrace) {
    Presence presence;
    presence.arrived(kWho);
    EXPECT_FALSE(presence.departed(kWho, false, kStart));
    EXPECT_TRUE(presence.lost(kStart + milliseconds(2999)).empty());
    EXPECT_FALSE(presence.arrived(kWho)) << "was never away for the others";
    EXPECT_TRUE(presence.lost(kStart + seconds(100)).empty());
}

TEST(Presence, IsLostAfterTheGrace) {
    Presence presence;
    presence.arrived(kWho);
    presence.departed(kWho, false, kStart);
    EXPECT_TRUE(presence.present(kWho));
    EXPECT_EQ(presence.lost(kStart + seconds(3)), std::vector{kWho});
    EXPECT_FALSE(presence.present(kWho));
    EXPECT_TRUE(presence.lost(kStart + seconds(4)).empty()) << "told once";
}

TEST(Presence, ASocketThatOutlivesARemovalChangesNothing) {
    Presence presence;
    presence.arrived(kWho);
    EXPECT_TRUE(presence.removed(kWho));
    EXPECT_FALSE(presence.departed(kWho, true, kStart));
    EXPECT_FALSE(presence.removed(kWho));
}

}  // namespace
}  // namespace sightline::hub
