#include "appliance/kiosk/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <initializer_list>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace sightline::kiosk {
namespace {

using testing::HasSubstr;

ParsedOptions parse(std::initializer_list<const char*> arguments) {
    std::vector<const char*> argv = {"sightline-kiosk"};
    argv.insert(argv.end(), arguments);
    return parse_options(static_cast<int>(argv.size()), argv.data());
}
std::string complaint_about(std::initializer_list<const char*> arguments) {
    testing::internal::CaptureStderr();
    const auto parsed = parse(arguments);
    EXPECT_FALSE(parsed.options);
    EXPECT_EQ(parsed.exit_code, 2);
    return testing::internal::GetCapturedStderr();
}

TEST(KioskOptions, LinksBeginWithTheHubUnlessToldOtherwise) {
    EXPECT_EQ(parse({"--hub", "https://hub.example/"}).options->public_url, "");
    EXPECT_EQ(parse({"--public-url", "http://localhost:8080/"}).options->public_url,
              "http://localhost:8080");
    EXPECT_EQ(parse({"--state", "/somewhere"}).options->key_file, "/somewhere/kiosk.key");
}

TEST(KioskOptions, ThereMayBeSeveralHubs) {
    const std::string pin(64, 'a'), other(64, 'b');
    const auto parsed =
        parse({"--hub", "https://a.example", "--hub", "https://b.example:8443", "--hub-fingerprint",
               pin.c_str(), "--hub-fingerprint", other.c_str()});
    ASSERT_TRUE(parsed.options);
    ASSERT_EQ(parsed.options->hubs.size(), 2u);
    EXPECT_EQ(parsed.options->hubs[0].url.text(), "https://a.example");
    EXPECT_EQ(parsed.options->hubs[1].url.text(), "https://b.example:8443");
    EXPECT_EQ(parsed.options->hubs[1].fingerprint, *hub_client::parse_fingerprint(other));
    EXPECT_EQ(parse({}).options->hubs.size(), 1u);
    EXPECT_THAT(complaint_about({"--hub", "https://a.example", "--hub", "https://b.example",
                                 "--hub-fingerprint", pin.c_str()}),
                HasSubstr("--hub-fingerprint"));
}

TEST(KioskOptions, TheTouchScreenIsThisMachinesOwn) {
    tests::TemporaryDirectory pages;
    const auto listening = [&](const char* at) {
        return parse({"--pages", pages.path().c_str(), "--touch-listen", at}).options->touch;
    };
    EXPECT_FALSE(parse({}).options->touch) << "off";
    EXPECT_EQ(listening("127.0.0.1:8081")->port, 8081);
    EXPECT_EQ(listening("[::1]:0")->ip, "::1");
    for (const char* open : {"0.0.0.0:8081", "[::]:8081", "192.0.2.1:8081"}) {
        EXPECT_THAT(complaint_about({"--pages", pages.path().c_str(), "--touch-listen", open}),
                    HasSubstr("give a loopback address"));
    }
    EXPECT_THAT(complaint_about({"--touch-listen", "8081"}), HasSubstr("as in 127.0.0.1:8081"));
    EXPECT_THAT(complaint_about({"--touch-listen", "127.0.0.1:8081", "--pages", "/nowhere"}),
                HasSubstr("/nowhere is not a directory"));
}

TEST(KioskOptions, ComplaintsNameTheOption) {
    EXPECT_THAT(complaint_about({"--hub", "http://hub.example"}), HasSubstr("--hub"));
    EXPECT_THAT(complaint_about({"--hub-fingerprint", "123"}), HasSubstr("--hub-fingerprint"));
    EXPECT_THAT(complaint_about({"--public-url", "localhost"}), HasSubstr("--public-url"));
    EXPECT_THAT(complaint_about({"--name", ""}), HasSubstr("--name"));
    EXPECT_THAT(complaint_about({"--config", "/nowhere.toml"}), HasSubstr("--config"));
    EXPECT_THAT(complaint_about({"--log-level", "loud"}), HasSubstr("--log-level"));
}

TEST(KioskOptions, TheCommandLineWinsOverTheFile) {
    const tests::TemporaryDirectory directory;
    const auto file = (directory.path() / "kiosk.toml").string();
    std::ofstream(file)
        << "hub = \"https://from-file.example:8443\"\nname = \"from-file\"\ntexts = \"/texts\"\n";
    const auto parsed = parse({"--config", file.c_str(), "--name", "given"});
    ASSERT_TRUE(parsed.options);
    EXPECT_EQ(parsed.options->hubs.at(0).url.host, "from-file.example");
    EXPECT_EQ(parsed.options->name, "given");
    EXPECT_EQ(parsed.options->texts, "/texts");

    std::ofstream(file) << "no-such-key = 1\n";
    EXPECT_THAT(complaint_about({"--config", file.c_str()}), HasSubstr("no-such-key"));
}

TEST(DeviceKey, IsMadeOnceAndReadableByItsUserOnly) {
    const tests::TemporaryDirectory directory;
    const auto file = directory.path() / "kiosk.key";
    const auto made = read_or_make_key(file);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->reveal().size(), 64u);
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_EQ(read_or_make_key(file)->reveal_text(), made->reveal_text());
}

TEST(DeviceKey, RefusesAFileThatHoldsNone) {
    const tests::TemporaryDirectory directory;
    const auto file = directory.path() / "kiosk.key";
    std::ofstream(file) << "secret\n";
    EXPECT_THAT(read_or_make_key(file).error().text, HasSubstr("64 hexadecimal digits"));
    EXPECT_THAT(read_or_make_key(directory.path() / "no" / "key").error().text,
                HasSubstr("--key-file"));
}

}  // namespace
}  // namespace sightline::kiosk
