#include "appliance/kiosk/engine_messages.h"

#include <gtest/gtest.h>

#include <string>

namespace sightline::kiosk {
namespace {

TEST(EngineMessage, ReadsHelloPongAndStatus) {
    const auto hello = parse_engine_message(
        R"({"type":"hello","pid":12,"source":"camera","mirror":"http://127.0.0.1:1/"})");
    ASSERT_TRUE(hello);
    EXPECT_EQ(std::get<EngineHello>(*hello).pid, 12);
    EXPECT_EQ(std::get<EnginePong>(*parse_engine_message(R"({"type":"pong","n":3})")).n, 3);
    const auto status =
        parse_engine_message(R"({"type":"status","state":"live","up":{"frames":2}})");
    ASSERT_TRUE(status);
    EXPECT_EQ(std::get<EngineStatus>(*status).fields.at("state").as_string(), "live");
    EXPECT_FALSE(std::get<EngineStatus>(*status).fields.contains("type"));
}

TEST(EngineMessage, RefusesWhatIsMalformed) {
    for (const char* text :
         {"", "nonsense", "[1]", "{}", R"({"type":"hello"})", R"({"type":"hello","pid":-4})",
          R"({"type":"hello","pid":"x"})", R"({"type":"pong"})"}) {
        EXPECT_FALSE(parse_engine_message(text)) << text;
    }
}

TEST(EngineMessage, ReadsANonceOfEightBytes) {
    const auto nonce = parse_engine_message(R"({"type":"nonce","data":"0102030405060708"})");
    ASSERT_TRUE(nonce);
    EXPECT_EQ(std::get<EngineNonce>(*nonce).nonce, 0x0102030405060708u);
    for (const char* text : {R"({"type":"nonce"})", R"({"type":"nonce","data":"01"})",
                             R"({"type":"nonce","data":"010203040506070z"})"}) {
        EXPECT_FALSE(parse_engine_message(text)) << text;
    }
}

TEST(EngineMessage, EachOrderIsOneLine) {
    const EngineJoin join{"https://127.0.0.1:8443", "", "token\nwith a break",
                          base::SessionId::from_value(1)};
    for (const std::string& line :
         {engine_join(join), engine_leave(), engine_mute({true, false}), engine_send({true, false}),
          engine_heartbeat({}), engine_ping(1), engine_view(model::View::Room)}) {
        EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    }
}

}  // namespace
}  // namespace sightline::kiosk
