#include <gtest/gtest.h>

#include "appliance/hub/origin_policy.h"
#include "appliance/hub/whip.h"

namespace sightline::hub {
namespace {

Request get(std::string path, std::vector<std::pair<std::string, std::string>> headers = {}) {
    return {"GET", std::move(path), std::move(headers), ""};
}
std::string header(const Reply& reply, std::string_view name) {
    for (const auto& [key, value] : reply.headers) {
        if (equal_ignoring_case(key, name)) return value;
    }
    return "";
}

TEST(OriginPolicy, ComparesExactly) {
    OriginPolicy policy;
    policy.allow("https://office.example");
    policy.allow("https://other.example:443");
    EXPECT_TRUE(policy.allows("https://office.example"));
    EXPECT_TRUE(policy.allows("https://other.example")) << "443 is the default port";
    EXPECT_TRUE(policy.allows("")) << "no browser";
    EXPECT_FALSE(policy.allows("http://office.example"));
    EXPECT_FALSE(policy.allows("https://office.example.evil"));
    EXPECT_FALSE(policy.allows("https://office.example:8443"));
    EXPECT_FALSE(policy.allows("null"));
}

TEST(OriginPolicy, NamesOnlyAListedOriginInCorsHeaders) {
    OriginPolicy policy;
    policy.allow("https://a.example");
    Reply listed, unlisted;
    policy.add_cors_headers(get("/", {{"origin", "https://a.example"}}), listed);
    policy.add_cors_headers(get("/", {{"Origin", "https://b.example"}}), unlisted);
    EXPECT_EQ(header(listed, "Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(header(listed, "Access-Control-Expose-Headers"),
              "Location, ETag, Link, Sightline-More");
    EXPECT_EQ(header(unlisted, "Access-Control-Allow-Origin"), "");
    EXPECT_EQ(header(unlisted, "Vary"), "Origin");
}

TEST(OriginPolicy, KnowsAnOriginFromAnAddress) {
    EXPECT_TRUE(is_origin("https://a.example"));
    EXPECT_TRUE(is_origin("http://127.0.0.1:80"));
    for (const char* text : {"a.example", "https://", "https://a/b", "https://*", "ftp://a", ""}) {
        EXPECT_FALSE(is_origin(text)) << text;
    }
}

TEST(Whip, ReadsBearerTokens) {
    EXPECT_EQ(bearer_token("Bearer abc"), "abc");
    EXPECT_EQ(bearer_token("bearer abc"), "abc");
    EXPECT_EQ(bearer_token("Basic abc"), "");
    EXPECT_EQ(bearer_token("Bearer "), "");
    EXPECT_EQ(bearer_token(""), "");
}

TEST(Whip, ComparesEntityTagsWithoutQuotes) {
    EXPECT_EQ(bare_etag("\"x\""), "x");
    EXPECT_EQ(bare_etag("W/\"x\""), "x");
    EXPECT_EQ(bare_etag("x"), "x");
    EXPECT_EQ(bare_etag("\""), "\"");
}

}  // namespace
}  // namespace sightline::hub
