// The waiting room and the states of an interview at sightline-hub, from outside: as a kiosk, as
// people who come early or came before, and as whoever listens to all of it.
#include <gtest/gtest.h>

#include "tests/integration/played_lobby.h"

namespace sightline::integration {
namespace {

class HubLobby : public PlayedLobby {};

TEST_F(HubLobby, ArrivingEarlyDoesNotBypassIt) {
    open("");  // a kiosk that says nothing of places has let nobody in
    auto ida = control("tok-ida");
    const auto welcome = ida->expect("welcome");
    ASSERT_TRUE(welcome.is_object());
    EXPECT_EQ(welcome.at("place"), "lobby");
    EXPECT_EQ(welcome.at("state"), "waiting") << "the lobby is not told how far the others are";
    EXPECT_EQ(welcome.at("title"), "");
    EXPECT_EQ(welcome.at("may"), boost::json::array());
    const HttpReply refused = post("/v1/whip", "tok-ida", offer("sendonly", 1));
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(refused.body.find("waiting room"), std::string::npos) << refused.body;
    EXPECT_EQ(whep("tok-ida"), 403);
    EXPECT_EQ(whep("tok-oto"), 403);
    for (const char* wish : {R"({"type":"ask","what":"pause"})", R"({"type":"ask","what":"end"})",
                             R"({"type":"media","audio":"on","video":"on"})"}) {
        ida->say(wish);
        EXPECT_EQ(ida->expect("error").at("code"), 403) << wish;
    }
    // Reloading, and another socket beside the first, change nothing.
    auto again = control("tok-ida");
    EXPECT_EQ(again->expect("welcome").at("place"), "lobby");
    EXPECT_EQ(kiosk_->expect("participant.joined").at("participant"), kIda)
        << "the kiosk hears who waits";
    EXPECT_EQ(whip("tok-ida"), 403);
    EXPECT_EQ(whip("tok-ana"), 201) << "the applicant's engine is always admitted";
}

TEST_F(HubLobby, IsToldOfNobodyAndNobodyOfIt) {
    open("");
    auto ida = control("tok-ida");
    ASSERT_TRUE(ida->expect("welcome").is_object());
    auto ana = control("tok-ana");
    const auto roster = ana->expect("roster");
    ASSERT_TRUE(roster.is_object());
    ASSERT_EQ(roster.at("participants").as_array().size(), 1u) << roster;
    EXPECT_EQ(roster.at("participants").at(0).at("id"), kAna);
    // Changes that make rosters for others make no message for the lobby.
    ana->say(R"({"type":"media","audio":"on","video":"on"})");
    ASSERT_TRUE(ana->expect("roster").is_object());
    state(R"("paused","pause":"distress")");
    ASSERT_EQ(ana->expect("state").at("pause"), "distress");
    ida->say("{");
    const auto next = ida->next();
    ASSERT_TRUE(next.is_object());
    EXPECT_EQ(next.at("type"), "error") << next;
}

TEST_F(HubLobby, OpensByTheKiosksWordAndClosesByIt) {
    open("");
    auto ida = control("tok-ida");
    auto ana = control("tok-ana");
    ASSERT_TRUE(ida->expect("welcome").is_object());
    place(kIda, "admitted");
    const auto moved = ida->expect("place");
    ASSERT_TRUE(moved.is_object());
    EXPECT_EQ(moved.at("place"), "admitted");
    EXPECT_EQ(moved.at("title"), "Secret title");
    const auto now = ida->expect("state");
    EXPECT_EQ(now.at("state"), "live");
    EXPECT_EQ(now.at("may"),
              (boost::json::array{"publish", "subscribe", "signal", "pause", "end"}));
    EXPECT_EQ(ida->expect("roster").at("participants").as_array().size(), 2u);
    const HttpReply up = post("/v1/whip", "tok-ida", offer("sendonly", 1));
    const HttpReply down = post("/v1/whep", "tok-ida", offer("recvonly", 2));
    ASSERT_EQ(up.status, 201) << up.body;
    ASSERT_EQ(down.status, 201) << down.body;
    EXPECT_EQ(patch(up, "tok-ida"), 200);

    place(kIda, "lobby");
    EXPECT_EQ(ida->expect("place").at("place"), "lobby");
    EXPECT_EQ(ida->expect("state").at("state"), "waiting");
    EXPECT_EQ(whip("tok-ida"), 403);
    EXPECT_EQ(patch(up, "tok-ida"), 403) << "no way back over a resource of before";
    EXPECT_NE(metrics().find("sightline_resources 0\n"), std::string::npos) << metrics();
    place(kIda, "admitted");
    ASSERT_EQ(ida->expect("place").at("place"), "admitted");
    EXPECT_EQ(patch(up, "tok-ida"), 404) << "it was closed at once, not only hidden";
    EXPECT_EQ(patch(down, "tok-ida"), 404);
    EXPECT_EQ(whip("tok-ida"), 201);
}

TEST_F(HubLobby, StaysAsItIsWhenTheKioskComesBackAndWhenTheHubDoes) {
    open("admitted");
    auto ida = control("tok-ida");
    EXPECT_EQ(ida->expect("welcome").at("place"), "admitted");
    place(kIda, "lobby");
    ASSERT_EQ(ida->expect("place").at("place"), "lobby");
    kiosk_.reset();
    auto reconnected = control("tok-ida");
    EXPECT_EQ(reconnected->expect("welcome").at("place"), "lobby");
    EXPECT_EQ(whip("tok-ida"), 403);

    hub_ = std::make_unique<HubProcess>();
    EXPECT_EQ(whip("tok-edo"), 401) << "nobody gets in before the kiosk has opened the session";
    EXPECT_EQ(control("tok-edo")->close_code(), 4401);
    connect_kiosk();
    open("lobby");
    EXPECT_EQ(whip("tok-edo"), 403);
}

TEST_F(HubLobby, InterpreterAndApplicantAreNotSeparatedByIt) {
    open("lobby", R"("consenting","pause":null)");
    place(kEdo, "admitted");
    auto edo = control("tok-edo");
    auto ana = control("tok-ana");
    EXPECT_EQ(edo->expect("welcome").at("place"), "admitted");
    EXPECT_EQ(whip("tok-edo"), 201);
    EXPECT_EQ(whep("tok-ana"), 201);
    const auto together = [&](WireClient& client) {
        const auto roster = client.expect("roster");
        return roster.is_object() && roster.at("participants").as_array().size() >= 2;
    };
    EXPECT_TRUE(together(*ana));
    // Letting the others in and sending them back moves neither.
    place(kIda, "admitted");
    place(kIda, "lobby");
    state(R"("waiting","pause":null)");
    EXPECT_EQ(edo->expect("state").at("state"), "waiting");
    EXPECT_NE(metrics().find("sightline_resources 2\n"), std::string::npos) << metrics();
    EXPECT_EQ(whep("tok-edo"), 201);
}

TEST_F(HubLobby, ARemovedPersonDoesNotComeBackByTheOldInvitation) {
    open("admitted");
    auto ida = control("tok-ida");
    ASSERT_TRUE(ida->expect("welcome").is_object());
    const HttpReply up = post("/v1/whip", "tok-ida", offer("sendonly", 1));
    ASSERT_EQ(up.status, 201);
    order(std::string(R"({"type":"participant.remove","session":")") + kId +
          R"(","participant":")" + kIda + "\"}");
    EXPECT_EQ(ida->expect("ended").at("reason"), "removed");
    EXPECT_EQ(ida->close_code(), 4403);
    EXPECT_EQ(patch(up, "tok-ida"), 401);
    // The kiosk repeats what it said before, out of order, and even lets them in.
    open("admitted");
    place(kIda, "admitted");
    EXPECT_NE(kiosk_->expect("error").at("detail").as_string().find("not in this session"),
              std::string::npos);
    EXPECT_EQ(whip("tok-ida"), 401);
    EXPECT_EQ(control("tok-ida")->close_code(), 4401);
    // Nor does somebody else by their link.
    order(std::string(R"({"type":"participant.add","session":")") + kId +
          R"(","participant":{"id":"00000000000000c9","name":"Ida","role":"interviewer",)" +
          R"("place":"admitted","token_sha256":")" + kHashes[0] + "\"}}");
    EXPECT_NE(kiosk_->expect("error").at("detail").as_string().find("make a new one"),
              std::string::npos);
    EXPECT_EQ(whip("tok-ida"), 401);
}

TEST_F(HubLobby, APersonRemovedWhileTheKiosksLineWasDownIsGoneWhenItIsBack) {
    open("admitted");
    auto ida = control("tok-ida"), edo = control("tok-edo");
    ASSERT_TRUE(ida->expect("welcome").is_object());
    ASSERT_TRUE(edo->expect("welcome").is_object());
    const HttpReply up = post("/v1/whip", "tok-ida", offer("sendonly", 1));
    ASSERT_EQ(up.status, 201);
    kiosk_.reset();
    connect_kiosk();
    order(std::string(R"({"type":"session.open","session":")") + kId +
          R"(","title":"Secret title","state":"live","pause":null,"members":[")" + kEdo + "\",\"" +
          kAna + R"("],"participants":[]})");
    EXPECT_EQ(ida->expect("ended").at("reason"), "removed");
    EXPECT_EQ(ida->close_code(), 4403);
    EXPECT_EQ(patch(up, "tok-ida"), 401);
    EXPECT_EQ(whip("tok-ida"), 401);
    EXPECT_EQ(control("tok-ida")->close_code(), 4401);
    EXPECT_EQ(whip("tok-edo"), 201) << "whoever stays is not touched";
    open("admitted");  // an older list after it brings nobody back
    EXPECT_EQ(whip("tok-ida"), 401);
}

TEST_F(HubLobby, TheEncryptionOfAConnectionDoesNotChangeInTheMiddle) {
    open("admitted");
    const HttpReply up = post("/v1/whip", "tok-ida", offer("sendonly", 1));
    ASSERT_EQ(up.status, 201);
    const auto restart = [&](const std::string& more) {
        return WireClient(hub_->http_port())
            .request("PATCH", up.header("location"),
                     bearer("tok-ida") + kFragmentType + "If-Match: *\r\n",
                     "a=ice-ufrag:stuv\r\na=ice-pwd:nmlkjihgfedcba9876543210\r\n" + more);
    };
    const std::string ours = [] {
        const std::string all = offer("sendonly", 1);
        const auto at = all.find("a=fingerprint:");
        return all.substr(at, all.find("\r\n", at) + 2 - at);
    }();
    std::string other = ours;
    other.replace(other.find("00:11"), 5, "11:00");
    const HttpReply refused = restart(other);
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(refused.body.find("another certificate"), std::string::npos) << refused.body;
    EXPECT_EQ(restart("a=fingerprint:none\r\n").status, 400);
    // A new offer that is to go without encryption, or without saying who encrypts.
    for (const auto& [what, with] :
         {std::pair<std::string, std::string>{"UDP/TLS/RTP/SAVPF", "RTP/AVPF"}, {ours, ""}}) {
        std::string plain = offer("sendonly", 1);
        for (auto at = plain.find(what); at != std::string::npos; at = plain.find(what, at + 1)) {
            plain.replace(at, what.size(), with);
        }
        const HttpReply reply = post("/v1/whip", "tok-ida", plain);
        EXPECT_TRUE(reply.status == 400 || reply.status == 422) << reply.status;
        EXPECT_GT(reply.body.size(), 40u) << "no sentence";
    }
    EXPECT_NE(metrics().find("sightline_resources 1\n"), std::string::npos)
        << "what was refused replaced nothing";
    EXPECT_EQ(restart(ours).status, 200);
    EXPECT_EQ(patch(up, "tok-ida"), 200) << "as browsers do it, without a fingerprint";
}

TEST_F(HubLobby, EveryStateReachesTheAdmittedOnceAndAnEndStopsMedia) {
    open("admitted");
    auto oto = control("tok-oto");
    ASSERT_TRUE(oto->expect("welcome").is_object());
    ASSERT_EQ(whep("tok-oto"), 201);
    const std::string pause = R"("paused","pause":"private-talk")";
    state(pause);
    state(pause);  // repeated: nothing new to tell
    state(R"("live","pause":null)");
    const auto first = oto->expect("state");
    EXPECT_EQ(first.at("pause"), "private-talk");
    EXPECT_EQ(first.at("may"), (boost::json::array{"subscribe"}));
    EXPECT_EQ(oto->expect("state").at("state"), "live");
    EXPECT_NE(metrics().find("sightline_resources 1\n"), std::string::npos)
        << "a pause cuts nobody";
    state(R"("ended","pause":null,"end_reason":"by-applicant")");
    EXPECT_EQ(oto->expect("state").at("end_reason"), "by-applicant");
    EXPECT_NE(metrics().find("sightline_resources 0\n"), std::string::npos);
    EXPECT_EQ(whep("tok-oto"), 403);
    order(std::string(R"({"type":"session.close","session":")") + kId + "\"}");
    EXPECT_EQ(oto->expect("ended").at("reason"), "by-applicant");
    EXPECT_EQ(oto->close_code(), 4404);
    open_again_is_refused();
}

TEST_F(HubLobby, HandsWishesToTheKioskAndRefusesTheOthers) {
    open("admitted");
    auto ida = control("tok-ida");
    ASSERT_TRUE(ida->expect("welcome").is_object());
    ida->say(R"({"type":"ask","what":"pause","reason":"distress"})");
    const auto wish = kiosk_->expect("ask");
    ASSERT_TRUE(wish.is_object());
    EXPECT_EQ(wish.at("session"), kId);
    EXPECT_EQ(wish.at("participant"), kIda);
    EXPECT_EQ(wish.at("what"), "pause");
    EXPECT_EQ(wish.at("reason"), "distress");
    ida->say(R"({"type":"ask","what":"end"})");
    EXPECT_TRUE(kiosk_->expect("ask").at("reason").is_null());

    auto oto = control("tok-oto");
    ASSERT_TRUE(oto->expect("welcome").is_object());
    oto->say(R"({"type":"ask","what":"pause"})");
    const auto refused = oto->expect("error");
    EXPECT_EQ(refused.at("code"), 403);
    EXPECT_NE(refused.at("detail").as_string().find("observer"), std::string::npos);
    state(R"("waiting","pause":null)");
    ASSERT_EQ(ida->expect("state").at("state"), "waiting");
    ida->say(R"({"type":"ask","what":"pause"})");
    EXPECT_EQ(ida->expect("error").at("code"), 403) << "there is nothing to pause yet";
    kiosk_.reset();
    // The hub may have to notice first that the kiosk is gone.
    boost::json::value answer;
    for (int i = 0; i < 50; ++i) {
        ida->say(R"({"type":"ask","what":"end"})");
        ida->say("{");  // always answered, so that one can tell an unanswered wish
        answer = ida->expect("error");
        if (!answer.is_object() || answer.at("code") == 503) break;
    }
    ASSERT_TRUE(answer.is_object());
    EXPECT_EQ(answer.at("code"), 503) << answer;
}

TEST_F(HubLobby, OrdersThatDoNotFitAreRefusedInASentenceAndCounted) {
    open("lobby");
    auto ida = control("tok-ida");
    ASSERT_TRUE(ida->expect("welcome").is_object());
    const std::string in_session = std::string(R"("session":")") + kId + R"(",)";
    const std::string orders[] = {
        R"({"type":"participant.place",)" + in_session +
            R"("participant":"00000000000000ff","place":"admitted"})",
        R"({"type":"participant.place","session":"00000000000000ee","participant":")" +
            std::string(kIda) + R"(","place":"admitted"})",
        R"({"type":"participant.place",)" + in_session + R"("participant":")" + kAna +
            R"(","place":"lobby"})",
        R"({"type":"participant.place",)" + in_session + R"("participant":")" + kIda +
            R"(","place":"everywhere"})",
        R"({"type":"session.state","session":"00000000000000ee","state":"live"})",
        R"({"type":"session.state",)" + in_session + R"("state":"paused"})",
        R"({"type":"session.admit-all",)" + in_session + R"("x":1})",
        R"({"type":"hello","kiosk":"k1","key":"00"})",
    };
    for (const std::string& text : orders) {
        order(text);
        const auto error = kiosk_->expect("error");
        ASSERT_TRUE(error.is_object()) << text;
        EXPECT_GT(error.at("detail").as_string().size(), 10u) << text;
    }
    EXPECT_EQ(whip("tok-ida"), 403) << "nothing of it was done";
    const std::string counted = metrics();
    EXPECT_NE(counted.find("{kind=\"kiosk_order\"} 5\n"), std::string::npos) << counted;
    EXPECT_NE(counted.find("{kind=\"json\"} 3\n"), std::string::npos) << counted;
    order(std::string(1'000'000, ' '));
    EXPECT_EQ(kiosk_->close_code(), 1009);
    EXPECT_EQ(whip("tok-ida"), 403);
}

// Whatever the hub says to one of them: nothing by which another could be found or impersonated.
TEST_F(HubLobby, NoAddressNoPinNoTokenAndNoHashReachesAnybody) {
    open("admitted");
    std::string heard;
    const auto note = [&](const HttpReply& reply) { heard += reply.head + reply.body; };
    // Each offer has an address of its own, and ICE credentials of its own.
    const auto offer_of = [](const std::string& direction, const std::string& mark) {
        std::string sdp = offer(direction, 2, "uf" + mark);
        const std::string at = "a=rtcp-mux\r\n";
        for (auto i = sdp.find(at); i != std::string::npos; i = sdp.find(at, i + 200)) {
            sdp.insert(i, "a=candidate:1 1 udp 2130706431 203.0.113." + mark + " 9 typ host\r\n");
        }
        return sdp;
    };
    auto ida = control("tok-ida"), oto = control("tok-oto"), ana = control("tok-ana");
    ASSERT_TRUE(ana->expect("welcome").is_object());
    const HttpReply replies[] = {post("/v1/whip", "tok-ida", offer_of("sendonly", "11")),
                                 post("/v1/whep", "tok-ida", offer_of("recvonly", "12")),
                                 post("/v1/whip", "tok-ana", offer_of("sendonly", "13")),
                                 post("/v1/whep", "tok-ana", offer_of("recvonly", "14")),
                                 post("/v1/whep", "tok-oto", offer_of("recvonly", "15"))};
    for (const HttpReply& reply : replies) {
        ASSERT_EQ(reply.status, 201) << reply.body;
        note(reply);
    }
    note(post("/v1/whip", "tok-oto", offer_of("sendonly", "16")));
    ida->say(R"({"type":"media","audio":"on","video":"on"})");
    ASSERT_TRUE(ana->expect("roster").is_object());
    ida->say(R"({"type":"ask","what":"pause"})");
    oto->say(R"({"type":"ask","what":"pause"})");
    ASSERT_TRUE(kiosk_->expect("ask").is_object());
    ASSERT_TRUE(oto->expect("error").is_object());
    state(R"("paused","pause":"break")");
    state(R"("live","pause":null)");
    place(kIda, "lobby");
    ASSERT_TRUE(ida->expect("place").is_object());
    order(std::string(R"({"type":"session.close","session":")") + kId + "\"}");
    for (WireClient* client : {ida.get(), oto.get(), ana.get()}) {
        EXPECT_EQ(client->close_code(), 4404);
        heard += client->heard();
    }
    ASSERT_NE(heard.find("\"roster\""), std::string::npos) << "the search has something to find";
    ASSERT_NE(heard.find("\"slots\""), std::string::npos);
    std::string secrets[] = {
        "203.0.113.", "uf11",           "uf13",        "0123456789abcdefghijklmn",
        "tok-",       HubProcess::kKey, "00:11:22:33", "token",
        "sha256\"",   "pin\""};
    for (const std::string& secret : secrets) {
        EXPECT_EQ(heard.find(secret), std::string::npos) << secret;
    }
    for (const char* hash : kHashes) EXPECT_EQ(heard.find(hash), std::string::npos);
}

}  // namespace
}  // namespace sightline::integration
