#include "session/model/consent.h"

#include <gtest/gtest.h>

namespace sightline::model {
namespace {

TEST(Mark, IsStrokesAndNothingElse) {
    EXPECT_TRUE(is_mark("M10 10L20.5 -3"));
    EXPECT_TRUE(is_mark("M 1 2 L 3 4 M 5 6 L 7 8"));
    EXPECT_FALSE(is_mark("")) << "whoever drew nothing has no mark";
    EXPECT_FALSE(is_mark("L1 2")) << "a stroke begins somewhere";
    for (const char* text :
         {"M1 2\"/><script>", "M1 2C3 4", "M1,2", "M1 2\n", "M1 2&quot;", "m1 2", "M1e3 2"}) {
        EXPECT_FALSE(is_mark(text)) << text;
    }
}

TEST(Mark, HasAtMostSixKibibytes) {
    EXPECT_TRUE(is_mark("M" + std::string(kMaxMarkBytes - 1, '1')));
    EXPECT_FALSE(is_mark("M" + std::string(kMaxMarkBytes, '1')));
}

}  // namespace
}  // namespace sightline::model
