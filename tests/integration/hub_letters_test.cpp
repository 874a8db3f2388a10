// Letters between pages and the kiosk at sightline-hub, from outside: whose they are, how many, how
// long, and that nobody at the hub reads them.
#include <gtest/gtest.h>

#include "tests/integration/played_lobby.h"

namespace sightline::integration {
namespace {

class HubLetters : public PlayedLobby {
  protected:
    // With everything logged that it can log.
    HubLetters() {
        kiosk_.reset();
        hub_ = std::make_unique<HubProcess>(std::vector<std::string>{"--log-level", "trace"});
        connect_kiosk();
    }
    static std::string letter(const std::string& text) {
        return boost::json::serialize(boost::json::object{{"type", "letter"}, {"text", text}});
    }
    static std::string letter_to(const char* who, const std::string& text, const char* in = kId) {
        return boost::json::serialize(boost::json::object{
            {"type", "letter"}, {"session", in}, {"participant", who}, {"text", text}});
    }
    // Everybody is where `place` says, and here.
    std::unique_ptr<WireClient> arrive(const std::string& token) {
        auto client = control(token);
        EXPECT_TRUE(client->expect("welcome").is_object());
        return client;
    }
    bool counted(const char* event, int count) {
        return metrics().find("sightline_letters_total{event=\"" + std::string(event) + "\"} " +
                              std::to_string(count) + "\n") != std::string::npos;
    }
};

TEST_F(HubLetters, GoBothWaysForObserversAndFromTheWaitingRoomToo) {
    open("lobby");
    int sent = 0;
    for (const auto& [token, who] :
         {std::pair{"tok-ida", kIda}, std::pair{"tok-oto", kOto}, std::pair{"tok-ana", kAna}}) {
        auto page = arrive(token);
        const std::string text = R"({"letter":"hello","page":")" + std::to_string(++sent) + "\"}";
        page->say(letter(text));
        const auto up = kiosk_->expect("letter");
        ASSERT_TRUE(up.is_object());
        EXPECT_EQ(up,
                  (boost::json::object{
                      {"type", "letter"}, {"session", kId}, {"participant", who}, {"text", text}}));
        order(letter_to(who, "an answer \\ with \"quotes\""));
        EXPECT_EQ(
            page->expect("letter"),
            (boost::json::object{{"type", "letter"}, {"text", "an answer \\ with \"quotes\""}}));
    }
    EXPECT_TRUE(counted("up", 3)) << metrics();
    EXPECT_TRUE(counted("down", 3)) << metrics();
    EXPECT_EQ(whip("tok-oto"), 403) << "a letter is no way up to media";
    EXPECT_EQ(whep("tok-oto"), 403);
}

TEST_F(HubLetters, ReachNobodyButTheOneTheyAreFor) {
    open("admitted");
    auto ida = arrive("tok-ida"), again = arrive("tok-ida"), edo = arrive("tok-edo");
    order(letter_to(kIda, "for Ida"));
    EXPECT_EQ(ida->expect("letter").at("text"), "for Ida");
    EXPECT_EQ(again->expect("letter").at("text"), "for Ida") << "her other page may be the one";
    // Not connected, removed, unknown: nobody's mistake.
    order(letter_to(kOto, "for Oto"));
    order(letter_to("00000000000000ff", "for nobody"));
    order(letter_to(kEdo, "for Edo"));
    EXPECT_EQ(edo->expect("letter").at("text"), "for Edo");
    EXPECT_TRUE(counted("undelivered", 2)) << metrics();
    EXPECT_TRUE(counted("down", 2)) << metrics();
    EXPECT_EQ(edo->heard().find("for Ida"), std::string::npos);
    EXPECT_EQ(kiosk_->heard().find("\"error\""), std::string::npos) << kiosk_->heard();

    // Another kiosk reaches nobody here, nor does one by another session of its own.
    WireClient other(hub_->http_port());
    ASSERT_EQ(other.upgrade("/v1/kiosk"), 101);
    other.say(std::string(R"({"type":"hello","kiosk":"k2","key":")") + HubProcess::kKey + "\"}");
    other.say(letter_to(kIda, "from another"));
    EXPECT_NE(other.expect("error").at("detail").as_string().find("not open"), std::string::npos);
    other.say(R"({"type":"session.open","session":"00000000000000d2","title":"T",)"
              R"("state":"live","pause":null,"participants":[]})");
    ASSERT_TRUE(other.expect("opened").is_object());
    other.say(letter_to(kIda, "from another", "00000000000000d2"));
    order(letter_to(kIda, "the last"));
    EXPECT_EQ(ida->expect("letter").at("text"), "the last");
}

TEST_F(HubLetters, AreRefusedWhileTheKioskIsAway) {
    open("admitted");
    auto ida = arrive("tok-ida");
    kiosk_.reset();
    boost::json::value answer;
    // The hub may have to notice first that the kiosk is gone.
    for (int i = 0; i < 10; ++i) {
        ida->say(letter("hello"));
        ida->say("{");  // always answered, so that one can tell a letter that was taken
        answer = ida->expect("error");
        if (!answer.is_object() || answer.at("code") == 503) break;
    }
    ASSERT_TRUE(answer.is_object());
    EXPECT_EQ(answer.at("code"), 503) << answer;
}

TEST_F(HubLetters, HaveRoomForTheLongestAndForNoMore) {
    open("admitted");
    auto ida = arrive("tok-ida");
    const std::string up(12 * 1024, '"'), down(48 * 1024, 'x');
    ida->say(letter(up));
    EXPECT_EQ(kiosk_->expect("letter").at("text").as_string(), up);
    order(letter_to(kIda, down));
    EXPECT_EQ(ida->expect("letter").at("text").as_string(), down);

    ida->say(letter(up + "x"));
    const auto refused = ida->expect("error");
    ASSERT_TRUE(refused.is_object());
    EXPECT_EQ(refused.at("code"), 400);
    EXPECT_NE(refused.at("detail").as_string().find("12288"), std::string::npos) << refused;
    order(letter_to(kIda, down + "x"));
    EXPECT_NE(kiosk_->expect("error").at("detail").as_string().find("49152"), std::string::npos);
    for (const char* text : {R"({"type":"letter"})", R"({"type":"letter","text":7})",
                             R"({"type":"letter","text":"two\nlines"})"}) {
        ida->say(text);
        EXPECT_EQ(ida->expect("error").at("code"), 400) << text;
    }
    EXPECT_TRUE(counted("up", 1)) << metrics();
    // Much longer than any message may be: the connection ends.
    ida->say(letter(std::string(100'000, 'x')));
    EXPECT_EQ(ida->close_code(), 1009);
}

TEST_F(HubLetters, OfAFloodAreRefusedAndTheFloodEnds) {
    open("admitted");
    auto ida = arrive("tok-ida"), again = arrive("tok-ida"), edo = arrive("tok-edo");
    for (int i = 0; i < 20; ++i) (i % 2 == 0 ? ida : again)->say(letter("many"));
    // One person's, over however many connections; and a few may have been earned meanwhile.
    boost::json::value refused;
    for (int i = 0; i < 30 && !refused.is_object(); ++i) {
        ida->say(letter("more"));
        ida->say("{");
        const auto error = ida->expect("error");
        ASSERT_TRUE(error.is_object());
        if (error.at("code") != 400) refused = error;
    }
    ASSERT_TRUE(refused.is_object()) << "no end to it";
    EXPECT_EQ(refused.at("code"), 429) << refused;
    EXPECT_NE(refused.at("detail").as_string().find("five a second"), std::string::npos);
    edo->say(letter("another person's"));
    for (;;) {
        const auto up = kiosk_->expect("letter");
        ASSERT_TRUE(up.is_object());
        if (up.at("participant") == kEdo) break;
    }
    for (int i = 0; i < 200; ++i) ida->say(letter("on and on"));
    EXPECT_EQ(ida->close_code(), 1008);
}

TEST_F(HubLetters, AreNeitherLoggedNorToldToAnybodyElse) {
    open("lobby");
    auto ida = arrive("tok-ida"), edo = arrive("tok-edo");
    const std::string marks[] = {"MARK-taken",  "MARK-answered", "MARK-nobody", "MARK-too-long",
                                 "MARK-broken", "MARK-flood",    "MARK-refused"};
    ida->say(letter(marks[0]));
    ASSERT_TRUE(kiosk_->expect("letter").is_object());
    order(letter_to(kIda, marks[1]));
    ASSERT_TRUE(ida->expect("letter").is_object());
    order(letter_to(kOto, marks[2]));
    ida->say(letter(marks[3] + std::string(13'000, 'x')));
    ida->say(R"({"type":"letter","text":"MARK-broken)");
    order(letter_to(kIda, marks[6] + std::string(50'000, 'x')));
    ASSERT_TRUE(kiosk_->expect("error").is_object());
    for (int i = 0; i < 30; ++i) ida->say(letter(marks[5]));
    for (int code = 0; code != 429;) {
        const auto error = ida->expect("error");
        ASSERT_TRUE(error.is_object());
        code = static_cast<int>(error.at("code").as_int64());
    }
    ASSERT_EQ(hub_->stop(std::chrono::seconds(15)), 0);
    const std::string log = hub_->log();
    ASSERT_NE(log.find("participant_joined"), std::string::npos) << "the search has something";
    EXPECT_EQ(log.find("MARK"), std::string::npos) << log;
    EXPECT_EQ(edo->heard().find("MARK"), std::string::npos);
    // What the kiosk is told of refusals says nothing of the text either.
    std::string heard = kiosk_->heard();
    for (auto at = heard.find("\"refused\""); at != std::string::npos;
         at = heard.find("\"refused\"", at + 1)) {
        EXPECT_EQ(heard.substr(at, heard.find('\n', at) - at).find("MARK"), std::string::npos);
    }
}

}  // namespace
}  // namespace sightline::integration
