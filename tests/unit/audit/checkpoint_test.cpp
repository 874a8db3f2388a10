#include "storage/audit/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/audit/merkle_tree.h"
#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using testing::HasSubstr;

// The example of the C2SP specification.
const std::string kExample =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

TEST(Checkpoint, ReadsAndWritesTheExampleOfTheSpecification) {
    const auto checkpoint = parse_checkpoint(kExample);
    ASSERT_TRUE(checkpoint) << checkpoint.error().text;
    EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
    EXPECT_EQ(checkpoint->size, 20852163u);
    EXPECT_EQ(checkpoint->root[0], 0x0a);
    EXPECT_EQ(checkpoint->root[31], 0x62);
    EXPECT_EQ(*write_checkpoint(*checkpoint), kExample);
}

TEST(Checkpoint, KeepsExtensionLines) {
    const auto checkpoint = parse_checkpoint(kExample + "one\ntwo words\n");
    ASSERT_TRUE(checkpoint);
    EXPECT_THAT(checkpoint->extensions, testing::ElementsAre("one", "two words"));
    EXPECT_EQ(*write_checkpoint(*checkpoint), kExample + "one\ntwo words\n");
}

TEST(Checkpoint, RefusesWhatItWouldNotWrite) {
    const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
             {"", "three lines"},
             {"log\n1\n", "three lines"},
             {"\n1\n" + root, "origin"},
             {"l\rog\n1\n" + root, "origin"},
             {"\xff\n1\n" + root, "origin"},
             {std::string(256, 'o') + "\n1\n" + root, "255"},
             {"log\n01\n" + root, "decimal"},
             {"log\n-1\n" + root, "decimal"},
             {"log\n\n" + root, "decimal"},
             {"log\n9223372036854775809\n" + root, "2^63"},
             {"log\n0\n" + root, "empty tree"},
             {"log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", "32-byte"},
             {"log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "32-byte"},
             {"log\n1\n" + root + "\n", "extension"},
             {"log\n1\n" + root + "more", "end"},
             {"log\n1\n" + root + std::string(1025, 'e') + "\n", "1024"},
             {"log\n1\n" + root + "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n",
              "16"}}) {
        const auto checkpoint = parse_checkpoint(text);
        ASSERT_FALSE(checkpoint) << text;
        EXPECT_THAT(checkpoint.error().text, HasSubstr(why)) << text;
    }
}

TEST(Checkpoint, WritesNoneThatCouldBeReadInTwoWays) {
    EXPECT_FALSE(write_checkpoint({"two\nlines", 1, {}, {}}));
    EXPECT_FALSE(write_checkpoint({"log", 1, {}, {""}}));
    EXPECT_FALSE(write_checkpoint({"log", 1, {}, {"a\nb"}}));
    EXPECT_FALSE(write_checkpoint({"log", 0, {}, {}}));
    EXPECT_TRUE(write_checkpoint({"log", 0, empty_root(), {}}));
}

TEST(Checkpoint, NoByteCanBeChangedWithoutChangingTheValue) {
    const auto original = *parse_checkpoint(kExample);
    for (std::size_t i = 0; i < kExample.size(); ++i) {
        for (const char flip : {'\x01', '\x02', '\x08', '\x20', '\x40'}) {
            std::string text = kExample;
            text[i] = static_cast<char>(text[i] ^ flip);
            const auto changed = parse_checkpoint(text);
            EXPECT_FALSE(changed && *changed == original) << i;
        }
    }
}

}  // namespace
}  // namespace sightline::storage::audit
