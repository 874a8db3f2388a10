#include "appliance/kiosk/hub_choice.h"

#include <gtest/gtest.h>

#include <string>

namespace sightline::kiosk {
namespace {

HubChoice three() {
    std::vector<hub_client::HubAddress> hubs;
    for (const char* url : {"https://a.example", "https://b.example:8443", "https://c.example"}) {
        hubs.push_back({hub_client::parse_hub_url(url).value(), std::nullopt});
    }
    return HubChoice(std::move(hubs));
}
std::string host(const HubChoice& choice) { return choice.current().url.host; }

TEST(HubChoice, TriesTheHubsInTurn) {
    HubChoice choice = three();
    for (const char* next : {"a.example", "b.example", "c.example", "a.example"}) {
        EXPECT_EQ(host(choice), next);
        choice.failed();
    }
}

TEST(HubChoice, TriesTheOneThatServedOnceMoreBeforeTheOthers) {
    HubChoice choice = three();
    choice.served();
    choice.failed();
    EXPECT_EQ(host(choice), "a.example");
    choice.failed();
    EXPECT_EQ(host(choice), "b.example");
}

TEST(HubChoice, GoesWhereItIsSentAndOnIfThatOneIsGone) {
    HubChoice choice = three();
    choice.failed();
    EXPECT_TRUE(choice.sent_to("https://C.example:443/"));
    choice.failed();
    EXPECT_EQ(host(choice), "c.example");
    choice.failed();
    EXPECT_EQ(host(choice), "a.example");
}

TEST(HubChoice, GoesToNoHubThatItWasNotTold) {
    HubChoice choice = three();
    EXPECT_FALSE(choice.sent_to("https://evil.example"));
    EXPECT_FALSE(choice.sent_to("http://a.example"));
    EXPECT_FALSE(choice.sent_to(""));
    EXPECT_EQ(host(choice), "a.example");
    choice.failed();
    EXPECT_EQ(host(choice), "b.example");
}

TEST(HubChoice, OfOneHubThereIsNoOther) {
    HubChoice choice({{hub_client::parse_hub_url("https://a.example").value(), std::nullopt}});
    choice.failed();
    choice.failed();
    EXPECT_EQ(host(choice), "a.example");
}

}  // namespace
}  // namespace sightline::kiosk
