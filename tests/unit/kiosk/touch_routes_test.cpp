#include "appliance/kiosk/touch_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>

#include "appliance/kiosk/control_requests.h"
#include "tests/support/temporary_directory.h"

namespace sightline::kiosk {
namespace {

using http_server::Reply;
using http_server::Request;
using testing::HasSubstr;

class Touch : public testing::Test {
  protected:
    Touch() {
        for (const char* folder : {"kiosk", "console", "assets", "prompts"}) {
            std::filesystem::create_directory(directory_.path() / folder);
        }
        write("kiosk/index.html", "<!doctype html>");
        write("console/index.html", "for somebody else");
        write("index.html", "for somebody else");
        write("assets/kiosk.js", "let x;");
        write("prompts/prompts.json", "{}");
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(directory_.path() / name) << text;
    }
    using Headers = std::vector<std::pair<std::string, std::string>>;
    static Request asking(Headers headers) {
        Request request{"POST", "/v1/do", std::move(headers), R"({"do":"status"})"};
        return request;
    }
    static Headers own(Headers more = {}) {
        Headers headers = {{"Host", "localhost:8081"}, {"Content-Type", "application/json"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return headers;
    }
    unsigned status_of(Headers headers) { return touch_.handle(asking(std::move(headers))).status; }
    unsigned get(const std::string& path) {
        return touch_.handle({"GET", path, {{"Host", "localhost:8081"}}, ""}).status;
    }
    static std::string header(const Reply& reply, std::string_view name) {
        for (const auto& [key, value] : reply.headers) {
            if (key == name) return value;
        }
        return "";
    }

    tests::TemporaryDirectory directory_;
    std::vector<std::string> asked_;
    TouchRoutes touch_{{"127.0.0.1", 8081}, directory_.path(), [this](std::string_view request) {
                           asked_.emplace_back(request);
                           return std::string(R"({"ok":true})");
                       }};
};

TEST_F(Touch, HandsARequestOnAsItIs) {
    const Reply reply = touch_.handle(asking(own()));
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(reply.body, R"({"ok":true})");
    EXPECT_EQ(header(reply, "Content-Type"), "application/json");
    EXPECT_EQ(header(reply, "Cache-Control"), "no-store");
    EXPECT_THAT(asked_, testing::ElementsAre(R"({"do":"status"})"));
}

TEST_F(Touch, AnswersToItsOwnNamesOnly) {
    const auto by = [&](const char* host) {
        return status_of({{"Host", host}, {"Content-Type", "application/json"}});
    };
    EXPECT_EQ(by("localhost:8081"), 200u);
    EXPECT_EQ(by("127.0.0.1:8081"), 200u);
    EXPECT_EQ(by("LocalHost:8081"), 200u);
    asked_.clear();
    for (const char* host : {"evil.example", "evil.example:8081", "localhost", "localhost:8080",
                             "localhost:8081.evil.example", "127.0.0.2:8081", "[::1]:8081", ""}) {
        EXPECT_EQ(by(host), 403u) << host;
    }
    EXPECT_EQ(status_of({{"Content-Type", "application/json"}}), 403u) << "nameless";
    EXPECT_EQ(status_of(own({{"host", "localhost:8081"}})), 403u) << "which of the two?";
    EXPECT_THAT(asked_, testing::IsEmpty());
}

TEST_F(Touch, KnowsItsNameWithIpv6AndOnTheDefaultPort) {
    TouchRoutes six({"::1", 80}, directory_.path(), [](std::string_view) { return "{}"; });
    for (const char* host : {"[::1]:80", "[::1]", "localhost", "localhost:80"}) {
        EXPECT_EQ(six.handle({"GET", "/kiosk/", {{"Host", host}}, ""}).status, 200u) << host;
    }
    EXPECT_EQ(six.handle({"GET", "/kiosk/", {{"Host", "::1"}}, ""}).status, 403u);
}

TEST_F(Touch, TakesNothingFromAPageOfAnotherOrigin) {
    EXPECT_EQ(status_of(own({{"Origin", "http://localhost:8081"}})), 200u);
    asked_.clear();
    for (const char* origin :
         {"http://localhost:8080", "https://localhost:8081", "http://127.0.0.1:8081", "null",
          "http://localhost:8081.evil.example", "https://evil.example"}) {
        EXPECT_EQ(status_of(own({{"Origin", origin}})), 403u) << origin;
    }
    EXPECT_EQ(
        touch_.handle({"GET", "/kiosk/", own({{"Origin", "https://evil.example"}}), ""}).status,
        403u);
    EXPECT_THAT(asked_, testing::IsEmpty());
}

TEST_F(Touch, TakesOnlyWhatNoFormOfAnotherSiteCanSend) {
    const auto as = [&](const char* type) {
        return status_of({{"Host", "localhost:8081"}, {"Content-Type", type}});
    };
    EXPECT_EQ(as("application/json; charset=utf-8"), 200u);
    asked_.clear();
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded",
                             "multipart/form-data", "text/plain;application/json", ""}) {
        EXPECT_EQ(as(type), 415u) << type;
    }
    EXPECT_EQ(status_of({{"Host", "localhost:8081"}}), 415u) << "untyped";
    EXPECT_THAT(asked_, testing::IsEmpty());
}

TEST_F(Touch, RefusesByTheHeaderAloneWithASentence) {
    auto head = asking({{"Host", "evil.example"}, {"Content-Type", "application/json"}});
    head.body.clear();
    const auto refused = touch_.refuse(head);
    ASSERT_TRUE(refused);
    const auto said = boost::json::parse(touch_reply(*refused).body);
    EXPECT_FALSE(said.at("ok").as_bool());
    EXPECT_EQ(said.at("code"), "forbidden");
    EXPECT_THAT(std::string(said.at("error").as_string()),
                HasSubstr("http://localhost:8081/kiosk/"));
    EXPECT_FALSE(touch_.refuse(asking(own())));
}

TEST_F(Touch, OnlyRequestsMayHaveABody) {
    EXPECT_EQ(TouchRoutes::body_limit({"POST", "/v1/do", {}, ""}), kMaxRequestBytes);
    EXPECT_EQ(TouchRoutes::body_limit({"GET", "/kiosk/", {}, ""}), 0u);
    EXPECT_EQ(TouchRoutes::body_limit({"POST", "/v1/done", {}, ""}), 0u);
}

TEST_F(Touch, RequestsAreNeverRead) {
    const Reply reply = touch_.handle({"GET", "/v1/do", own(), ""});
    EXPECT_EQ(reply.status, 405u);
    EXPECT_EQ(header(reply, "Allow"), "POST");
    EXPECT_EQ(touch_.handle({"OPTIONS", "/v1/do", own(), ""}).status, 405u)
        << "no other origin is told that it may";
}

TEST_F(Touch, ServesTheKiosksPageAndNoOther) {
    const Reply page = touch_.handle({"GET", "/kiosk/", own(), ""});
    EXPECT_EQ(page.status, 200u);
    EXPECT_EQ(page.body, "<!doctype html>");
    EXPECT_THAT(header(page, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(page, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(get("/assets/kiosk.js"), 200u);
    EXPECT_EQ(get("/prompts/prompts.json"), 200u);
    for (const char* path : {"/console/", "/index.html", "/kiosk/../console/index.html",
                             "/kiosk/%2e%2e/console/index.html", "/kioskx", "/v1/status", "/v1/"}) {
        EXPECT_EQ(get(path), 404u) << path;
    }
    const Reply start = touch_.handle({"GET", "/", own(), ""});
    EXPECT_EQ(start.status, 307u);
    EXPECT_EQ(header(start, "Location"), "/kiosk/");
    EXPECT_EQ(touch_.handle({"PUT", "/kiosk/index.html", own(), ""}).status, 405u);
}

}  // namespace
}  // namespace sightline::kiosk
