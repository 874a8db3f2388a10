#include "appliance/hub_client/hub_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace sightline::hub_client {
namespace {

using testing::HasSubstr;

TEST(HubUrl, ReadsHostAndPort) {
    const auto url = parse_hub_url("https://Hub.Example:8443/");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, Scheme::Https);
    EXPECT_EQ(url->host, "hub.example");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->text(), "https://hub.example:8443");
}

TEST(HubUrl, LeavesOutADefaultPort) {
    EXPECT_EQ(parse_hub_url("https://hub.example")->port, 443);
    EXPECT_EQ(parse_hub_url("https://hub.example:443")->text(), "https://hub.example");
    EXPECT_EQ(parse_hub_url("http://localhost")->text(), "http://localhost");
}

TEST(HubUrl, KeepsBracketsRoundAnIpv6Address) {
    const auto url = parse_hub_url("https://[2001:db8::1]:8443");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "2001:db8::1");
    EXPECT_EQ(url->authority(), "[2001:db8::1]:8443");
}

TEST(HubUrl, AllowsPlainHttpToThisMachineOnly) {
    for (const char* own : {"http://localhost:8080", "http://127.0.0.1:8080", "http://127.9.8.7",
                            "http://[::1]:8080"}) {
        EXPECT_TRUE(parse_hub_url(own)) << own;
    }
    for (const char* other : {"http://hub.example", "http://10.0.0.1:8080", "http://[2001:db8::1]",
                              "http://localhost.example", "http://127.0.0.1.example"}) {
        const auto url = parse_hub_url(other);
        ASSERT_FALSE(url) << other;
        EXPECT_EQ(url.error().code, base::Errc::Forbidden) << other;
        EXPECT_THAT(url.error().text, HasSubstr("use https://"));
    }
}

TEST(HubUrl, RefusesWhatIsMoreThanHostAndPort) {
    for (const char* text :
         {"", "hub.example", "ftp://hub.example", "https://", "https://hub.example/path",
          "https://user@hub.example", "https://hub.example?x", "https://hub.example#x",
          "https://hub.example:0", "https://hub.example:65536",
          "https://hub.example:", "https://hub.example:8x", "https://[::1", "https://[hub]",
          "https://a b", "https://hub\r\nX: y", "https://1:2:3"}) {
        const auto url = parse_hub_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, base::Errc::Malformed) << text;
        EXPECT_THAT(url.error().text, HasSubstr("https://HOST:PORT"));
    }
}

TEST(Fingerprint, TakesDigitsWithOrWithoutColons) {
    std::string plain, colons;
    for (int i = 0; i < 32; ++i) {
        plain += "0a";
        colons += i == 0 ? "0A" : ":0A";
    }
    ASSERT_TRUE(parse_fingerprint(plain));
    EXPECT_EQ(*parse_fingerprint(plain), *parse_fingerprint(colons));
    EXPECT_EQ((*parse_fingerprint(plain))[31], 0x0a);
    EXPECT_FALSE(parse_fingerprint(plain.substr(2)));
    EXPECT_FALSE(parse_fingerprint(plain + "0a"));
    EXPECT_FALSE(parse_fingerprint(std::string(64, 'g')));
}

TEST(Fingerprint, IsReadFromTheHubsFile) {
    const tests::TemporaryDirectory directory;
    const auto file = directory.path() / "hub-cert.sha256";
    std::ofstream(file) << std::string(64, 'b') << "\n";
    ASSERT_TRUE(read_fingerprint(file.string()));
    EXPECT_EQ((*read_fingerprint(file.string()))[0], 0xbb);

    std::ofstream(file) << "nothing of the kind\n";
    EXPECT_THAT(read_fingerprint(file.string()).error().text, HasSubstr(file.string()));
    EXPECT_THAT(read_fingerprint("/nowhere").error().text, HasSubstr("hub-cert.sha256"));
}

}  // namespace
}  // namespace sightline::hub_client
