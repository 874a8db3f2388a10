#include "appliance/base/json_members.h"

#include <gtest/gtest.h>

namespace sightline::base {
namespace {

TEST(JsonMembers, AreOfOneObjectWithinTheDepth) {
    EXPECT_TRUE(object_of(R"({"a":{"b":1}})", 2));
    EXPECT_FALSE(object_of(R"({"a":{"b":1}})", 1));
    for (const char* none : {"", "[]", "7", "{", "{} {}", R"({"a":1}x)"}) {
        EXPECT_FALSE(object_of(none, 8)) << none;
    }
}

TEST(JsonMembers, OfAnotherKindAreNone) {
    const auto object = object_of(
        R"({"text":"four","number":7,"less":-1,"part":1.5,"exact":9007199254740992,"beyond":9007199254740993})",
        1);
    ASSERT_TRUE(object);
    EXPECT_EQ(text_in(*object, "text", 4), "four");
    EXPECT_FALSE(text_in(*object, "text", 3));
    EXPECT_FALSE(text_in(*object, "number", 9));
    EXPECT_FALSE(text_in(*object, "missing", 9));
    EXPECT_EQ(text_or_empty(*object, "missing", 9), "");
    EXPECT_EQ(number_in(*object, "number"), 7U);
    EXPECT_EQ(number_in(*object, "exact"), std::uint64_t{1} << 53);
    for (const char* none : {"text", "less", "part", "beyond", "missing"}) {
        EXPECT_FALSE(number_in(*object, none)) << none;
    }
}

TEST(JsonMembers, ALineMayBeShownAnywhere) {
    EXPECT_TRUE(is_line("é", 2));
    EXPECT_FALSE(is_line("", 2));
    EXPECT_FALSE(is_line("abc", 2));
    EXPECT_FALSE(is_line("a\nb", 9));
    EXPECT_FALSE(is_line("a\x7f", 9));
}

}  // namespace
}  // namespace sightline::base
