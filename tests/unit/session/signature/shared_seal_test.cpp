// What is sealed to several keys: each of them opens it, nobody else does, and nothing altered
// opens.
#include "session/signature/shared_seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "session/signature/sealing_key.h"

namespace sightline::signature {
namespace {

namespace json = boost::json;

struct Three {
    std::array<SealingKey, 3> keys{SealingKey::random(), SealingKey::random(),
                                   SealingKey::random()};
    std::vector<PublicKey> all() const {
        return {keys[0].public_key(), keys[1].public_key(), keys[2].public_key()};
    }
};

json::object altered(const json::object& jwe, const char* member) {
    json::object other = jwe;
    auto& text = other.at(member).as_string();
    text[0] = text[0] == 'A' ? 'B' : 'A';
    return other;
}

TEST(SharedSeal, EachRecipientOpensIt) {
    const Three three;
    const auto sealed = seal_to_all(three.all(), "file 7").value();
    EXPECT_EQ(sealed.find('\n'), std::string::npos);
    for (const SealingKey& key : three.keys) {
        const auto opened = key.open_shared(sealed);
        ASSERT_TRUE(opened) << opened.error().text;
        EXPECT_EQ(opened->reveal_text(), "file 7");
    }
}

TEST(SharedSeal, IsOfTheGeneralFormEvenForOne) {
    const auto key = SealingKey::random();
    const std::array<PublicKey, 1> one{key.public_key()};
    const auto text = seal_to_all(one, "x").value();
    const auto jwe = json::parse(text).as_object();
    ASSERT_TRUE(jwe.contains("recipients"));
    EXPECT_FALSE(jwe.contains("header"));
    const auto& header = jwe.at("recipients").at(0).at("header").as_object();
    EXPECT_EQ(header.at("alg").as_string(), "ECDH-ES+A256KW");
    EXPECT_EQ(header.at("kid").as_string(), key.public_key().thumbprint());
    EXPECT_EQ(header.at("epk").at("crv").as_string(), "P-256");
    EXPECT_TRUE(key.open_shared(text));
}

TEST(SharedSeal, SaysWhoseItIs) {
    const Three three;
    const auto kids = recipients_of(seal_to_all(three.all(), "x").value()).value();
    EXPECT_THAT(kids, testing::ElementsAre(three.keys[0].public_key().thumbprint(),
                                           three.keys[1].public_key().thumbprint(),
                                           three.keys[2].public_key().thumbprint()));
}

TEST(SharedSeal, SaysToAnotherThatItIsNotForThem) {
    const auto sealed = seal_to_all(Three().all(), "x").value();
    EXPECT_EQ(SealingKey::random().open_shared(sealed).error().code, base::Errc::NotFound);
}

TEST(SharedSeal, OpensForNobodyInAnothersName) {
    const Three three;
    const auto stranger = SealingKey::random();
    auto jwe = json::parse(seal_to_all(three.all(), "x").value()).as_object();
    jwe.at("recipients").at(1).at("header").at("kid") = stranger.public_key().thumbprint();
    EXPECT_EQ(stranger.open_shared(json::serialize(jwe)).error().code, base::Errc::Forbidden);
    // The one who was struck from it finds nothing; the others are not concerned.
    EXPECT_EQ(three.keys[1].open_shared(json::serialize(jwe)).error().code, base::Errc::NotFound);
    EXPECT_TRUE(three.keys[2].open_shared(json::serialize(jwe)));
}

TEST(SharedSeal, OpensNothingAltered) {
    const Three three;
    const auto jwe = json::parse(seal_to_all(three.all(), "three words here").value()).as_object();
    for (const char* member : {"ciphertext", "tag", "iv"}) {
        const auto opened = three.keys[0].open_shared(json::serialize(altered(jwe, member)));
        ASSERT_FALSE(opened) << member;
        EXPECT_EQ(opened.error().code, base::Errc::Forbidden) << member;
    }
    auto wrapped = jwe;
    auto& first = wrapped.at("recipients").at(0).as_object();
    first = altered(first, "encrypted_key");
    EXPECT_FALSE(three.keys[0].open_shared(json::serialize(wrapped)));
    EXPECT_TRUE(three.keys[1].open_shared(json::serialize(wrapped)));
}

TEST(SharedSeal, TakesNoOtherAlgorithmAndNoOtherMember) {
    const Three three;
    const auto jwe = json::parse(seal_to_all(three.all(), "x").value()).as_object();
    const auto code = [&](const json::object& other) {
        const auto opened = three.keys[0].open_shared(json::serialize(other));
        return opened ? std::string("opened") : std::string(base::name_of(opened.error().code));
    };
    auto other = jwe;
    other["protected"] = "eyJlbmMiOiJBMTI4R0NNIn0";  // {"enc":"A128GCM"}
    EXPECT_EQ(code(other), "malformed");
    other = jwe;
    other["unprotected"] = json::object{{"zip", "DEF"}};
    EXPECT_EQ(code(other), "malformed");
    other = jwe;
    other.at("recipients").at(0).at("header").at("alg") = "ECDH-ES+A128KW";
    EXPECT_EQ(code(other), "malformed");
    other = jwe;
    other.at("recipients").as_array().push_back(other.at("recipients").at(0));
    EXPECT_EQ(code(other), "malformed");
    other = jwe;
    other["recipients"] = json::array();
    EXPECT_EQ(code(other), "malformed");
    EXPECT_FALSE(recipients_of("{}"));
    EXPECT_FALSE(recipients_of("no json"));
    EXPECT_FALSE(recipients_of(std::string(kMaxSharedBytes + 1, ' ')));
}

TEST(SharedSeal, IsBounded) {
    const auto key = SealingKey::random().public_key();
    EXPECT_FALSE(seal_to_all({}, "x"));
    EXPECT_FALSE(seal_to_all(std::array<PublicKey, 2>{key, key}, "x"));
    EXPECT_FALSE(seal_to_all(std::array<PublicKey, 1>{}, "x"));  // nobody's key
    const std::array<PublicKey, 1> one{key};
    EXPECT_FALSE(seal_to_all(one, ""));
    EXPECT_EQ(seal_to_all(one, std::string(kMaxSharedText + 1, 'x')).error().code,
              base::Errc::TooLarge);
    std::vector<PublicKey> many;
    for (std::size_t i = 0; i < kMaxSharedRecipients; ++i) {
        many.push_back(SealingKey::random().public_key());
    }
    const auto widest = seal_to_all(many, std::string(kMaxSharedText, 'x'));
    ASSERT_TRUE(widest);
    EXPECT_LT(widest->size(), kMaxSharedBytes);
    EXPECT_EQ(recipients_of(*widest).value().size(), many.size());
    many.push_back(key);
    EXPECT_FALSE(seal_to_all(many, "x"));
}

TEST(SharedSeal, LeavesTheFormForOneAlone) {
    const auto key = SealingKey::random();
    const std::array<PublicKey, 1> one{key.public_key()};
    EXPECT_FALSE(key.open(seal_to_all(one, "x").value()));
    EXPECT_FALSE(key.open_shared(seal(key.public_key(), "x")));
}

// The pages' tests open the same file with the jose package.
TEST(SharedSeal, OpensTheVectorsThatThePagesOpen) {
    std::ifstream in(SIGHTLINE_VECTORS "/shared_seal.json");
    const auto vector = json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
    ASSERT_EQ(vector.at("recipients").as_array().size(), 2u);
    for (const auto& recipient : vector.at("recipients").as_array()) {
        const auto key = SealingKey::parse(base::Secret(json::serialize(recipient))).value();
        for (const char* by : {"jwe", "jwe_of_pages"}) {
            const auto opened = key.open_shared(json::serialize(vector.at(by)));
            ASSERT_TRUE(opened) << opened.error().text;
            EXPECT_EQ(opened->reveal_text(), vector.at("text").as_string()) << by;
        }
    }
}

TEST(SealingKey, IsKept) {
    const auto key = SealingKey::random();
    const auto again = SealingKey::parse(key.secret_jwk()).value();
    EXPECT_EQ(again.public_key(), key.public_key());
    EXPECT_EQ(again.open(seal(key.public_key(), "x")).value().reveal_text(), "x");
    EXPECT_FALSE(SealingKey::parse(base::Secret(key.public_key().jwk())));
}

}  // namespace
}  // namespace sightline::signature
