#include "appliance/http_server/static_pages.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sightline::http_server {
namespace {

namespace fs = std::filesystem;

Request get(std::string path, std::vector<std::pair<std::string, std::string>> headers = {}) {
    return {"GET", std::move(path), std::move(headers), ""};
}
std::string header(const Reply& reply, std::string_view name) {
    for (const auto& [key, value] : reply.headers) {
        if (equal_ignoring_case(key, name)) return value;
    }
    return "";
}

TEST(PagePath, ResolvesPlainPaths) {
    EXPECT_EQ(page_path("/"), "index.html");
    EXPECT_EQ(page_path("/console/"), "console/index.html");
    EXPECT_EQ(page_path("/console/app.js"), "console/app.js");
    EXPECT_EQ(page_path("/a%20b.css"), "a b.css");
}

TEST(PagePath, RefusesTraversalInEverySpelling) {
    for (const char* path : {"", "x", "/..", "/../etc/passwd", "/a/../../b", "/%2e%2e/x", "/%2E./x",
                             "/a/%2e%2e%2fb", "//etc/passwd", "/a//b", "/.git/config", "/a/.hidden",
                             "/a\\..\\b", "/%5c", "/%00", "/a%0d%0aX", "/%", "/%2", "/%zz"}) {
        EXPECT_EQ(page_path(path), std::nullopt) << path;
    }
}

class Pages : public testing::Test {
  protected:
    void SetUp() override {
        directory_ = fs::temp_directory_path() / ("pages_" + std::to_string(::getpid()));
        fs::create_directories(directory_ / "www" / "console");
        write("www/console/index.html", "<!doctype html>");
        write("www/app.js", "let x;");
        write("www/app.js.gz", "squeezed");
        write("www/notes.exe", "no");
        write("secret.txt", "secret");
        fs::create_symlink(directory_ / "secret.txt", directory_ / "www" / "link.txt");
    }
    void TearDown() override { fs::remove_all(directory_); }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(directory_ / name) << text;
    }
    fs::path directory_;
};

TEST_F(Pages, ServeHtmlWithAStrictPolicy) {
    StaticPages pages(directory_ / "www");
    pages.allow_connections("ws://localhost:1");
    const Reply reply = pages.serve(get("/console/"));
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(reply.body, "<!doctype html>");
    EXPECT_EQ(header(reply, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(reply, "Cache-Control"), "no-store");
    const std::string policy = header(reply, "Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'; script-src 'self';"), std::string::npos);
    EXPECT_NE(policy.find("connect-src 'self' ws://localhost:1;"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_NE(header(reply, "Permissions-Policy").find("camera=(self)"), std::string::npos);
}

TEST_F(Pages, GiveNoCameraToOtherPages) {
    StaticPages pages(directory_ / "www");
    EXPECT_NE(header(pages.serve(get("/app.js")), "Permissions-Policy").find("camera=()"),
              std::string::npos);
}

TEST_F(Pages, RevalidateByEtag) {
    StaticPages pages(directory_ / "www");
    const std::string etag = header(pages.serve(get("/app.js")), "ETag");
    ASSERT_FALSE(etag.empty());
    const Reply again = pages.serve(get("/app.js", {{"If-None-Match", etag}}));
    EXPECT_EQ(again.status, 304u);
    EXPECT_EQ(again.body, "");
    write("www/app.js", "let longer;");
    EXPECT_EQ(pages.serve(get("/app.js", {{"If-None-Match", etag}})).status, 200u);
}

TEST_F(Pages, PreferThePrecompressedSibling) {
    StaticPages pages(directory_ / "www");
    const Reply reply = pages.serve(get("/app.js", {{"Accept-Encoding", "br, gzip"}}));
    EXPECT_EQ(header(reply, "Content-Encoding"), "gzip");
    EXPECT_EQ(reply.body, "squeezed");
    EXPECT_EQ(header(pages.serve(get("/app.js")), "Content-Encoding"), "");
}

TEST_F(Pages, DoNotFollowLinksOutOrServeUnknownKinds) {
    StaticPages pages(directory_ / "www");
    EXPECT_EQ(pages.serve(get("/link.txt")).status, 404u);
    EXPECT_EQ(pages.serve(get("/notes.exe")).status, 404u);
    EXPECT_EQ(pages.serve(get("/missing.html")).status, 404u);
    EXPECT_EQ(pages.serve(get("/../secret.txt")).status, 404u);
    EXPECT_EQ(header(pages.serve(get("/console")), "Location"), "/console/");
}

TEST_F(Pages, CanOnlyBeRead) {
    StaticPages pages(directory_ / "www");
    Request request = get("/app.js");
    request.method = "POST";
    const Reply reply = pages.serve(request);
    EXPECT_EQ(reply.status, 405u);
    EXPECT_EQ(header(reply, "Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace sightline::http_server
