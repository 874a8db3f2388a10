#include "appliance/http_server/listen_address.h"

#include <gtest/gtest.h>

namespace sightline::http_server {
namespace {

TEST(ListenAddress, TakesNumericAddressesOnly) {
    EXPECT_EQ(parse_listen_address("[::1]:443")->ip, "::1");
    EXPECT_EQ(parse_listen_address("127.0.0.1:0")->port, 0);
    for (const char* text : {"", ":80", "localhost:80", "127.0.0.1", "127.0.0.1:", "1.2.3.4:70000",
                             "::1:80", "127.0.0.1:80x", "[fe80::1%lo]:80"}) {
        EXPECT_FALSE(parse_listen_address(text)) << text;
    }
}

TEST(ListenAddress, KnowsWhatOnlyThisMachineReaches) {
    for (const char* text : {"127.0.0.1:1", "127.9.8.7:1", "[::1]:1"}) {
        EXPECT_TRUE(parse_listen_address(text)->is_loopback()) << text;
    }
    for (const char* text : {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "128.0.0.1:1"}) {
        EXPECT_FALSE(parse_listen_address(text)->is_loopback()) << text;
    }
}

}  // namespace
}  // namespace sightline::http_server
