// What is sealed to a key: only that key opens it, and nothing that was altered.
#include "session/signature/sealing_key.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sightline::signature {
namespace {

namespace json = boost::json;

TEST(SealingKey, OpensWhatWasSealedToIt) {
    const auto key = SealingKey::random();
    const auto sealed = seal(key.public_key(), "the keys of epoch 7");
    EXPECT_EQ(sealed.find("epoch"), std::string::npos);
    const auto opened = key.open(sealed);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->reveal_text(), "the keys of epoch 7");
}

TEST(SealingKey, IsOfTheOneFormThatPagesRead) {
    const auto key = SealingKey::random();
    const auto sealed = json::parse(seal(key.public_key(), "x")).as_object();
    for (const char* member : {"protected", "encrypted_key", "iv", "ciphertext", "tag"}) {
        EXPECT_TRUE(sealed.contains(member)) << member;
    }
    EXPECT_FALSE(sealed.contains("recipients"));
    EXPECT_EQ(sealed.at("header").as_object().at("epk").as_object().at("crv").as_string(), "P-256");
}

TEST(SealingKey, OpensNothingOfAnother) {
    const auto sealed = seal(SealingKey::random().public_key(), "x");
    const auto opened = SealingKey::random().open(sealed);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, base::Errc::Forbidden);
}

TEST(SealingKey, OpensNothingAltered) {
    const auto key = SealingKey::random();
    const auto sealed = json::parse(seal(key.public_key(), "the keys")).as_object();
    for (const char* member : {"ciphertext", "tag", "iv", "encrypted_key"}) {
        auto altered = sealed;
        auto& text = altered.at(member).as_string();
        text[0] = text[0] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(key.open(json::serialize(altered)).has_value()) << member;
    }
}

TEST(SealingKey, TakesNoOtherAlgorithm) {
    const auto key = SealingKey::random();
    auto sealed = json::parse(seal(key.public_key(), "x")).as_object();
    sealed["protected"] = "eyJlbmMiOiJBMTI4R0NNIn0";  // {"enc":"A128GCM"}
    EXPECT_EQ(key.open(json::serialize(sealed)).error().code, base::Errc::Malformed);
    EXPECT_EQ(key.open("{}").error().code, base::Errc::Malformed);
    EXPECT_EQ(key.open("no json").error().code, base::Errc::Malformed);
}

}  // namespace
}  // namespace sightline::signature
