// What `cmake --install` puts where is where the programs look.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "appliance/kiosk/options.h"
#include "session/consent/consent_text.h"
#include "tests/support/temporary_directory.h"

namespace sightline {
namespace {

TEST(Installation, TheKioskFindsTheConsentTextsWhereItLooksForThem) {
    const tests::TemporaryDirectory root;
    const std::string command = "DESTDIR='" + root.path().string() +
                                "' '" CMAKE "' --install '" BUILD_ROOT
                                "' --prefix /usr --component texts >/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    const auto place = kiosk::Options().texts;
    const auto texts =
        consent::TextLibrary::load(root.path() / std::filesystem::relative(place, "/"));
    ASSERT_TRUE(texts) << texts.error().text;
    const auto sources = consent::TextLibrary::load(SOURCE_ROOT "/session/languages");
    ASSERT_TRUE(sources) << sources.error().text;
    ASSERT_FALSE(sources->present().empty());
    EXPECT_EQ(texts->present().size(), sources->present().size());
    for (const auto& text : sources->present()) EXPECT_NE(texts->by_hash(text.sha256), nullptr);
}

}  // namespace
}  // namespace sightline
