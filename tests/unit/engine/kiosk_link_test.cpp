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

constexpr char kKeys[] =
    R"({"type":"keys","session":"0123456789abcdef","epoch":65537,"switch":true,"old_ms":1500,)"
    R"("send":[{"sender":"0000000000000001","kind":"video","kid":8388737,)"
    R"("key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}],"receive":[],)"
    R"("people":[{"id":"0000000000000002","name":"Vries","role":"interviewer",)"
    R"("organisation":"IND"}]})";

TEST(KioskOrder, ReadsKeys) {
    const auto order = parse_order(kKeys);
    ASSERT_TRUE(order) << order.error().text;
    const auto& keys = std::get<KeysOrder>(*order);
    EXPECT_EQ(keys.session.text(), "0123456789abcdef");
    EXPECT_EQ(keys.epoch, 65537U);
    EXPECT_TRUE(keys.switched);
    EXPECT_EQ(keys.old, std::chrono::milliseconds(1500));
    ASSERT_EQ(keys.send.size(), 1U);
    EXPECT_EQ(keys.send[0].kid, 8388737U);
    EXPECT_EQ(keys.send[0].kind, wire::MediaKind::Video);
    EXPECT_EQ(keys.send[0].base_key.reveal().size(), 32U);
    ASSERT_EQ(keys.people.size(), 1U);
    EXPECT_EQ(keys.people[0].name, "Vries");
}

TEST(KioskOrder, ReadsWhichViewIsShown) {
    const auto view = parse_order(R"({"type":"view","view":"document"})");
    ASSERT_TRUE(view);
    EXPECT_EQ(std::get<ViewOrder>(*view).view, model::View::Document);
    EXPECT_FALSE(parse_order(R"({"type":"view","view":"ceiling"})"));
}

TEST(KioskOrder, RefusesKeysThatAreNone) {
    const std::string good = kKeys;
    const auto with = [&](const std::string& from, const std::string& to) {
        auto text = good;
        text.replace(text.find(from), from.size(), to);
        return parse_order(text).has_value();
    };
    EXPECT_FALSE(with("AAAA\"", "AAA\"")) << "a key of another size";
    EXPECT_FALSE(with("\"video\"", "\"smell\""));
    EXPECT_FALSE(with("8388737", "0"));
    EXPECT_FALSE(with("65537", "-1"));
    EXPECT_FALSE(with("true", "1"));
    EXPECT_FALSE(with("\"receive\":[]", "\"receive\":{}"));
    EXPECT_FALSE(with("0000000000000002", "nobody"));
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
