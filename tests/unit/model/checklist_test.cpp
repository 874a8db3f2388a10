#include "session/model/checklist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/model/view.h"

namespace sightline::model {
namespace {

using testing::ElementsAre;

TEST(Checklist, StaysSortedAndHasEachItemOnce) {
    std::vector<std::string> done;
    EXPECT_TRUE(tick(done, "setup-water"));
    EXPECT_TRUE(tick(done, "identity-face"));
    EXPECT_FALSE(tick(done, "setup-water"));
    EXPECT_THAT(done, ElementsAre("identity-face", "setup-water"));
    EXPECT_TRUE(untick(done, "identity-face"));
    EXPECT_FALSE(untick(done, "identity-face"));
    EXPECT_THAT(done, ElementsAre("setup-water"));
}

TEST(Checklist, HasItemsOfIdentityRoomAndSetUpAndNoOthers) {
    for (const auto item : checklist_items()) EXPECT_TRUE(is_checklist_item(item)) << item;
    EXPECT_EQ(checklist_items().size(), 9u);
    EXPECT_FALSE(is_checklist_item("identity"));
    EXPECT_FALSE(is_checklist_item(""));
}

TEST(View, NamesReadBack) {
    for (const auto view : {View::Face, View::Room, View::Document}) {
        EXPECT_EQ(view_from_name(name_of(view)), view);
    }
    EXPECT_EQ(view_from_name("ceiling"), std::nullopt);
}

}  // namespace
}  // namespace sightline::model
