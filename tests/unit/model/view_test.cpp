#include "session/model/view.h"

#include <gtest/gtest.h>

namespace sightline::model {
namespace {

TEST(View, IsFoundByTheNameItHas) {
    for (const View view : {View::Face, View::Room, View::Document}) {
        EXPECT_EQ(view_from_name(name_of(view)), view);
    }
    EXPECT_EQ(view_from_name("ceiling"), std::nullopt);
    EXPECT_EQ(view_from_name(""), std::nullopt);
}

}  // namespace
}  // namespace sightline::model
