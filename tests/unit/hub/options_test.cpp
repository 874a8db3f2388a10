#include "appliance/hub/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace sightline::hub {
namespace {

using testing::HasSubstr;

OptionsOrExit parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "sightline-hub");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

class Config : public testing::Test {
  protected:
    ~Config() override { std::filesystem::remove(file_); }
    OptionsOrExit with(const std::string& toml, std::vector<const char*> more = {}) {
        std::ofstream(file_) << toml;
        more.insert(more.end(), {"--config", file_.c_str()});
        return parse(more);
    }
    std::string file_ = "/tmp/hub_options_" + std::to_string(::getpid()) + ".toml";
};

TEST(Options, HaveSafeDefaults) {
    const auto parsed = parse({});
    ASSERT_TRUE(parsed.options);
    EXPECT_EQ(parsed.options->http->ip, "127.0.0.1");
    EXPECT_EQ(parsed.options->https->port, 8443);
}

TEST(Options, RefusePlainHttpBeyondLoopback) {
    const auto parsed = parse({"--listen", "0.0.0.0:80"});
    EXPECT_NE(parsed.exit_code, 0);
    EXPECT_THAT(parsed.message, HasSubstr("--listen"));
    EXPECT_THAT(parsed.message, HasSubstr("--insecure-listen"));
    EXPECT_TRUE(parse({"--listen", "0.0.0.0:80", "--insecure-listen"}).options);
}

TEST(Options, NameTheOptionInEveryComplaint) {
    EXPECT_THAT(parse({"--listen", "nonsense"}).message, HasSubstr("--listen nonsense"));
    EXPECT_THAT(parse({"--tls-listen", "1.2.3.4:99999"}).message, HasSubstr("--tls-listen"));
    EXPECT_THAT(parse({"--workers", "0"}).message, HasSubstr("--workers"));
    EXPECT_THAT(parse({"--media-port", "hello"}).message, HasSubstr("--media-port"));
    EXPECT_THAT(parse({"--advertise", "host.example"}).message, HasSubstr("--advertise"));
    EXPECT_THAT(parse({"--origin", "office.example"}).message, HasSubstr("--origin"));
    EXPECT_THAT(parse({"--pages", "/no/such/place"}).message, HasSubstr("--pages"));
    EXPECT_THAT(parse({"--listen", "off", "--tls-listen", "off"}).message, HasSubstr("--listen"));
    EXPECT_THAT(parse({"--bogus"}).message, HasSubstr("--bogus"));
    EXPECT_NE(parse({"--bogus"}).exit_code, 0);
    EXPECT_EQ(parse({"--help"}).exit_code, 0);
}

TEST(Options, ANodeOfSeveralHasAnOriginAndTheirDatabase) {
    EXPECT_TRUE(parse({"--store", "postgresql://hub@db/sightline", "--node-origin",
                       "https://hub-a.example:8443"})
                    .options);
    for (const char* wrong : {"hub-a.example", "https://hub-a.example/", "javascript:alert(1)"}) {
        EXPECT_THAT(
            parse({"--store", "postgresql://hub@db/sightline", "--node-origin", wrong}).message,
            HasSubstr("--node-origin"));
    }
    EXPECT_THAT(parse({"--node-origin", "https://hub-a.example"}).message,
                testing::AllOf(HasSubstr("--node-origin"), HasSubstr("--store")));
}

TEST_F(Config, FillsInWhatTheCommandLineLeftOpen) {
    const auto parsed = with(
        "listen = \"127.0.0.1:1\"\nworkers = 3\norigin = [\"https://a.x\", "
        "\"https://b.x\"]\ninsecure-listen = true\n",
        {"--listen", "127.0.0.1:2"});
    ASSERT_TRUE(parsed.options) << parsed.message;
    EXPECT_EQ(parsed.options->http->port, 2);
    EXPECT_EQ(parsed.options->workers, 3u);
    EXPECT_EQ(parsed.options->origins.size(), 2u);
    EXPECT_TRUE(parsed.options->insecure_listen);
}

TEST_F(Config, RefusesUnknownKeysAndBadValues) {
    EXPECT_THAT(with("lisen = \"127.0.0.1:1\"").message, HasSubstr("unknown key \"lisen\""));
    EXPECT_THAT(with("workers = \"many\"").message, HasSubstr("workers"));
    EXPECT_THAT(with("workers = 1.5").message, HasSubstr("workers"));
    EXPECT_THAT(with("listen = [").message, HasSubstr("--config"));
    EXPECT_NE(with("listen = [").exit_code, 0);
}

TEST(Options, RefuseAConfigurationThatIsNotThere) {
    const auto parsed = parse({"--config", "/no/such/file.toml"});
    EXPECT_NE(parsed.exit_code, 0);
    EXPECT_THAT(parsed.message, HasSubstr("--config"));
    EXPECT_THAT(parsed.message, HasSubstr("/no/such/file.toml"));
}

}  // namespace
}  // namespace sightline::hub
