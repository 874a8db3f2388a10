#include "appliance/engine/kiosk_link.h"

#include <gtest/gtest.h>

namespace sightline::engine {
namespace {

constexpr char kJoin[] = R"({"type":"join","hub":"https://127.0.0.1:8443","fingerprint":")"
                         "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
                         R"(","token":"t","session":"0123456789abcdef"})";

TEST(KioskOrder, ReadsAJoinWithAPinnedHub) {
    const auto order = parse_order(kJoin);
    ASSERT_TRUE(order) << order.error().text;
    const auto& join = std::get<JoinOrder>(*order);
    EXPECT_EQ(join.hub.url.text(), "https://127.0.0.1:8443");
    EXPECT_TRUE(join.hub.fingerprint);
    EXPECT_EQ(join.token, "t");
    EXPECT_EQ(join.session.text(), "0123456789abcdef");
}

TEST(KioskOrder, NamesTheSamePlaceWhateverTheToken) {
    const auto first = std::get<JoinOrder>(*parse_order(kJoin));
    auto second = std::get<JoinOrder>(*parse_order(kJoin));
    second.token = "another";
    EXPECT_TRUE(first.same_place(second));
    second.session = base::SessionId::from_value(3);
    EXPECT_FALSE(first.same_place(second));
}

TEST(KioskOrder, ReadsMuteLeaveAndPing) {
    const auto mute = parse_order(R"({"type":"mute","audio":true,"video":false})");
    ASSERT_TRUE(mute);
    EXPECT_TRUE(std::get<MuteOrder>(*mute).audio);
    EXPECT_FALSE(std::get<MuteOrder>(*mute).video);
    EXPECT_TRUE(std::holds_alternative<LeaveOrder>(*parse_order(R"({"type":"leave"})")));
    EXPECT_EQ(std::get<PingOrder>(*parse_order(R"({"type":"ping","n":7})")).number, 7);
}

TEST(KioskOrder, ReadsWhatMayBeSentAndAHeartbeat) {
    const auto send = parse_order(R"({"type":"send","audio":true,"video":false})");
    ASSERT_TRUE(send);
    EXPECT_TRUE(std::get<SendOrder>(*send).audio);
    EXPECT_FALSE(std::get<SendOrder>(*send).video);
    const auto beat = parse_order(
        R"({"type":"heartbeat","data":"0102030405060708090a0b0c0d0e0f101112131415161718"})");
    ASSERT_TRUE(beat);
    EXPECT_EQ(std::get<HeartbeatOrder>(*beat).bytes.front(), 1);
    EXPECT_EQ(std::get<HeartbeatOrder>(*beat).bytes.back(), 0x18);
}

TEST(KioskOrder, RefusesAJoinToAnUnencryptedHubElsewhere) {
    const auto order = parse_order(
        R"({"type":"join","hub":"http://hub.example","token":"t","session":"0123456789abcdef"})");
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().code, base::Errc::Forbidden);
}

TEST(KioskOrder, RefusesWhatIsNoOrder) {
    for (
        const char* line :
        {"", "[]", "{", "null", R"({"type":5})", R"({"type":"dance"})", R"({"type":"mute"})",
         R"({"type":"mute","audio":1,"video":0})", R"({"type":"send","audio":true})",
         R"({"type":"heartbeat"})", R"({"type":"heartbeat","data":"00"})",
         R"({"type":"heartbeat","data":"zz02030405060708090a0b0c0d0e0f101112131415161718"})",
         R"({"type":"join","hub":"https://h","token":"","session":"0123456789abcdef"})",
         R"({"type":"join","hub":"https://h","token":"t","session":"xyz"})",
         R"({"type":"join","hub":"https://h","fingerprint":"zz","token":"t","session":"0123456789abcdef"})"}) {
        EXPECT_FALSE(parse_order(line)) << line;
    }
}

}  // namespace
}  // namespace sightline::engine
