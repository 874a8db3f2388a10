#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/hub_client/http_client.h"

namespace sightline::hub_client {
namespace {

using testing::HasSubstr;

TEST(HttpResponse, FindsAHeaderWhateverItsCase) {
    const HttpResponse response{201, {{"Location", "/v1/whip/1"}, {"ETag", "\"x\""}}, ""};
    EXPECT_EQ(response.header("location"), "/v1/whip/1");
    EXPECT_EQ(response.header("ETAG"), "\"x\"");
    EXPECT_EQ(response.header("link"), std::nullopt);
}

TEST(ErrorFromResponse, CarriesTheHubsOwnDetail) {
    const auto hub = *parse_hub_url("https://hub.example");
    const auto error = error_from_response(
        hub, "publish", {403, {}, R"({"title":"Forbidden","detail":"an observer may not"})"});
    EXPECT_EQ(error.code, base::Errc::Forbidden);
    EXPECT_EQ(error.text, "publish at hub https://hub.example: answered 403: an observer may not");
}

TEST(ErrorFromResponse, LivesWithABodyThatIsNoJson) {
    const auto hub = *parse_hub_url("https://hub.example");
    const auto error = error_from_response(hub, "publish", {502, {}, "<html>"});
    EXPECT_EQ(error.code, base::Errc::Unavailable);
    EXPECT_THAT(error.text, HasSubstr("502"));
    EXPECT_EQ(error_from_response(hub, "publish", {401, {}, ""}).code, base::Errc::Unauthorized);
    EXPECT_EQ(error_from_response(hub, "publish", {503, {}, "[1]"}).code, base::Errc::Exhausted);
}

}  // namespace
}  // namespace sightline::hub_client
