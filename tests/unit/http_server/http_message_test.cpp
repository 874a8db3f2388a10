#include "appliance/http_server/http_message.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace sightline::http_server {
namespace {

TEST(MediaType, IsComparedWithoutParameters) {
    EXPECT_TRUE(is_media_type("application/sdp", "application/sdp"));
    EXPECT_TRUE(is_media_type("Application/SDP ; charset=utf-8", "application/sdp"));
    EXPECT_FALSE(is_media_type("application/sdpx", "application/sdp"));
    EXPECT_FALSE(is_media_type("", "application/sdp"));
}

TEST(Problem, MapsErrorsToStatus) {
    EXPECT_EQ(problem(base::Error(base::Errc::Exhausted)).status, 503u);
    EXPECT_EQ(problem(base::Error(base::Errc::Unsupported)).status, 422u);
    const Reply reply = problem(base::Error(base::Errc::Unauthorized, "say who"));
    EXPECT_EQ(reply.status, 401u);
    const auto header = [&](const std::string& name) {
        for (const auto& [key, value] : reply.headers) {
            if (key == name) return value;
        }
        return std::string();
    };
    EXPECT_NE(header("WWW-Authenticate").find("Bearer"), std::string::npos);
    EXPECT_EQ(header("Content-Type"), "application/problem+json");
}

TEST(Problem, IsJsonWithTitleAndDetail) {
    const auto value = boost::json::parse(problem(403, "say \"please\"").body);
    EXPECT_EQ(value.at("title"), "Forbidden");
    EXPECT_EQ(value.at("detail"), "say \"please\"");
    EXPECT_EQ(value.at("status"), 403);
}

}  // namespace
}  // namespace sightline::http_server
