// sightline-hub from outside, as browsers, kiosks and strangers meet it.
#include <gtest/gtest.h>

#include <memory>

#include "tests/integration/hub_offer.h"
#include "tests/integration/hub_process.h"
#include "tests/integration/hub_wire_client.h"

namespace sightline::integration {
namespace {

using std::chrono::seconds;

constexpr const char* kSession = "00000000000000a1";
constexpr const char* kInterviewer = "00000000000000b1";
constexpr const char* kObserver = "00000000000000b2";
constexpr const char* kApplicant = "00000000000000b3";
// One hub with one open session for all tests that leave it as they found it.
class HubService : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        sessions_file_ = "/tmp/hub_service_" + std::to_string(::getpid()) + ".json";
        std::ofstream(sessions_file_)
            << R"({"session":"00000000000000a1","title":"Interview","participants":[
                {"id":"00000000000000b1","name":"Ida","role":"interviewer","token":"tok-interviewer"},
                {"id":"00000000000000b2","name":"Oto","role":"observer","token":"tok-observer"},
                {"id":"00000000000000b3","name":"Ana","role":"applicant","token":"tok-applicant"}]})";
        hub_ = std::make_unique<HubProcess>(
            std::vector<std::string>{"--static-token", sessions_file_});
    }
    static void TearDownTestSuite() {
        hub_.reset();
        std::filesystem::remove(sessions_file_);
    }
    static std::uint16_t port() { return hub_->http_port(); }
    static int status(const std::string& method, const std::string& path,
                      const std::string& headers = "", const std::string& body = "") {
        return WireClient(port()).request(method, path, headers, body).status;
    }
    static std::string metrics() { return WireClient(port()).request("GET", "/metrics").body; }

    static inline std::unique_ptr<HubProcess> hub_;
    static inline std::string sessions_file_;
};

TEST_F(HubService, IsHealthyAndCounts) {
    WireClient client(port());
    const HttpReply health = client.request("GET", "/healthz");
    EXPECT_EQ(health.status, 200);
    EXPECT_EQ(boost::json::parse(health.body).at("status"), "ok");
    const HttpReply text = client.request("GET", "/metrics");
    EXPECT_EQ(text.status, 200);
    EXPECT_NE(text.body.find("sightline_sessions 1\n"), std::string::npos);
    EXPECT_EQ(client.request("HEAD", "/healthz").status, 200) << "on the same connection";
}

TEST_F(HubService, AnswersAWhipOfferAndLetsGo) {
    WireClient client(port());
    const HttpReply made = client.request("POST", "/v1/whip", bearer("tok-interviewer") + kSdpType,
                                          offer("sendonly", 1));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.header("content-type"), "application/sdp");
    EXPECT_NE(made.body.find("a=ice-lite"), std::string::npos) << made.body;
    EXPECT_NE(made.body.find("a=recvonly"), std::string::npos);
    const std::string location = made.header("location");
    ASSERT_EQ(location.substr(0, 9), "/v1/whip/");
    EXPECT_EQ(client.etag().front(), '"');

    EXPECT_EQ(client.request("DELETE", location).status, 401);
    EXPECT_EQ(client.request("DELETE", location, bearer("tok-applicant")).status, 403);
    EXPECT_EQ(client.request("DELETE", location, bearer("tok-interviewer")).status, 200);
    EXPECT_EQ(client.request("DELETE", location, bearer("tok-interviewer")).status, 404);
}

TEST_F(HubService, GuardsPatchByEntityTag) {
    WireClient client(port());
    const std::string who = bearer("tok-observer");
    const HttpReply made = client.request("POST", "/v1/whep", who + kSdpType, offer("recvonly", 3));
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string etag = client.etag();
    const std::string path = made.header("location");
    const std::string trickle =
        "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijklmn\r\nm=audio 9 RTP/AVP "
        "0\r\na=mid:0\r\n"
        "a=candidate:1 1 udp 2130706431 127.0.0.1 9999 typ host\r\na=end-of-candidates\r\n";
    const std::string restart = "a=ice-ufrag:wxyz\r\na=ice-pwd:nmlkjihgfedcba9876543210\r\n";
    const std::string typed = who + kFragmentType;
    EXPECT_EQ(client.request("PATCH", path, who + "Content-Type: text/plain\r\n", trickle).status,
              415);
    EXPECT_EQ(client.request("PATCH", path, typed, trickle).status, 428);
    EXPECT_EQ(client.request("PATCH", path, typed + "If-Match: \"other\"\r\n", trickle).status,
              412);
    EXPECT_EQ(client.request("PATCH", path, typed + "If-Match: " + etag + "\r\n", trickle).status,
              204);
    const HttpReply restarted = client.request("PATCH", path, typed + "If-Match: *\r\n", restart);
    EXPECT_EQ(restarted.status, 200) << restarted.body;
    EXPECT_NE(restarted.body.find("a=ice-ufrag:"), std::string::npos);
    EXPECT_NE(client.etag(), etag);
    EXPECT_EQ(client.request("PATCH", path, typed + "If-Match: " + etag + "\r\n", trickle).status,
              412);
    EXPECT_EQ(client.request("DELETE", path, who).status, 200);
}

TEST_F(HubService, RefusesWhoeverMayNot) {
    const std::string sdp = offer("sendonly", 1);
    EXPECT_EQ(status("POST", "/v1/whip", kSdpType, sdp), 401);
    EXPECT_EQ(status("POST", "/v1/whip", bearer("wrong") + kSdpType, sdp), 401);
    EXPECT_EQ(status("POST", "/v1/whip", bearer("tok-observer") + kSdpType, sdp), 403);
    EXPECT_NE(metrics().find("sightline_observer_uplink_refused_total 1\n"), std::string::npos);
}

TEST_F(HubService, RefusesBadRequestsWithAClearStatus) {
    const std::string who = bearer("tok-interviewer");
    EXPECT_EQ(status("POST", "/v1/whip", who + "Content-Type: text/plain\r\n", "v=0\r\n"), 415);
    EXPECT_EQ(status("POST", "/v1/whip", who + kSdpType, "this is no SDP"), 400);
    EXPECT_EQ(status("POST", "/v1/whip", who + kSdpType, std::string(70'000, 'x')), 413);
    EXPECT_EQ(status("GET", "/healthz", "X-Long: " + std::string(20'000, 'x') + "\r\n"), 431);
    EXPECT_EQ(status("GET", "/v1/whip", who), 405);
    EXPECT_EQ(status("PUT", "/v1/whip/0000000000000001", who), 405);
    EXPECT_EQ(status("POST", "/healthz"), 405);
    EXPECT_EQ(status("GET", "/v1/nothing"), 404);
    EXPECT_EQ(status("DELETE", "/v1/whip/0000000000000001", who), 404);
    EXPECT_EQ(status("DELETE", "/v1/whip/..%2f..", who), 404);
    EXPECT_EQ(status("GET", "/v1/control"), 426);
    std::string exotic = offer("sendonly", 1);  // with codecs that nobody here speaks
    for (const std::string codec : {"VP8", "opus"}) {
        exotic.replace(exotic.find(codec), codec.size(), "XYZ");
    }
    const HttpReply unsupported =
        WireClient(port()).request("POST", "/v1/whip", who + kSdpType, exotic);
    EXPECT_EQ(unsupported.status, 422) << unsupported.body;
    EXPECT_EQ(unsupported.header("content-type"), "application/problem+json");
    EXPECT_TRUE(boost::json::parse(unsupported.body).at("detail").is_string());
}

TEST_F(HubService, AnswersPreflightsOfListedOriginsOnly) {
    const HttpReply listed =
        WireClient(port()).request("OPTIONS", "/v1/whip", "Origin: https://office.example\r\n");
    EXPECT_EQ(listed.status, 204);
    EXPECT_EQ(listed.header("access-control-allow-origin"), "https://office.example");
    EXPECT_EQ(listed.header("access-control-expose-headers"),
              "location, etag, link, sightline-more");
    EXPECT_EQ(listed.header("accept-post"), "application/sdp");
    const HttpReply stranger = WireClient(port()).request(
        "POST", "/v1/whep", "Origin: https://evil.example\r\n" + bearer("tok-observer") + kSdpType,
        offer("recvonly", 1));
    EXPECT_EQ(stranger.status, 403);
    EXPECT_EQ(stranger.header("access-control-allow-origin"), "");
}

TEST_F(HubService, ServesPagesAndNothingElse) {
    const HttpReply page = WireClient(port()).request("GET", "/console/");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body, "<!doctype html>");
    EXPECT_NE(page.header("content-security-policy").find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(page.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(status("GET", "/../key"), 404);
    EXPECT_EQ(status("GET", "/console/%2e%2e/%2e%2e/key"), 404);
}

TEST_F(HubService, WelcomesAParticipantWithTheRoster) {
    WireClient interviewer(port());
    ASSERT_EQ(interviewer.upgrade("/v1/control"), 101);
    interviewer.say(R"({"type":"hello","token":"tok-interviewer"})");
    const auto welcome = interviewer.expect("welcome");
    ASSERT_TRUE(welcome.is_object());
    EXPECT_EQ(welcome.at("session"), kSession);
    EXPECT_EQ(welcome.at("self"), kInterviewer);
    EXPECT_EQ(welcome.at("role"), "interviewer");
    const auto roster = interviewer.expect("roster");
    ASSERT_TRUE(roster.is_object());
    EXPECT_EQ(roster.at("participants").as_array().size(), 3u);

    interviewer.say(R"({"type":"media","audio":"muted","video":"on"})");
    const auto changed = interviewer.expect("roster");
    ASSERT_TRUE(changed.is_object());
    EXPECT_EQ(changed.at("participants").at(0).at("audio"), "muted");
    EXPECT_EQ(changed.at("participants").at(0).at("present"), true);
    interviewer.say(R"({"type":"bye"})");
    EXPECT_EQ(interviewer.close_code(), 1000);
}

TEST_F(HubService, SendsTheSlotsAgainToALaterControlSocket) {
    WireClient client(port());
    const HttpReply made = client.request("POST", "/v1/whep", bearer("tok-applicant") + kSdpType,
                                          offer("recvonly", 2));
    ASSERT_EQ(made.status, 201) << made.body;
    WireClient control(port());
    ASSERT_EQ(control.upgrade("/v1/control"), 101);
    control.say(R"({"type":"hello","token":"tok-applicant"})");
    const auto slots = control.expect("slots");
    ASSERT_TRUE(slots.is_object());
    EXPECT_EQ("/v1/whep/" + std::string(slots.at("resource").as_string()), made.header("location"));
    EXPECT_EQ(slots.at("slots").as_array().size(), 2u);
    control.say(R"({"type":"bye"})");
    EXPECT_EQ(control.close_code(), 1000);
}

TEST_F(HubService, LetsAnObserverSayNothing) {
    WireClient observer(port());
    ASSERT_EQ(observer.upgrade("/v1/control"), 101);
    observer.say(R"({"type":"hello","token":"tok-observer"})");
    ASSERT_TRUE(observer.expect("welcome").is_object());
    observer.say(R"({"type":"media","audio":"on","video":"on"})");
    const auto error = observer.expect("error");
    ASSERT_TRUE(error.is_object());
    EXPECT_EQ(error.at("code"), 403);
}

TEST_F(HubService, ClosesControlSocketsThatBreakTheRules) {
    WireClient unknown(port());
    ASSERT_EQ(unknown.upgrade("/v1/control"), 101);
    unknown.say(R"({"type":"hello","token":"nobody"})");
    EXPECT_EQ(unknown.close_code(), 4401);

    WireClient oversized(port());
    ASSERT_EQ(oversized.upgrade("/v1/control"), 101);
    oversized.say(std::string(40'000, ' '));
    EXPECT_EQ(oversized.close_code(), 1009);

    WireClient nonsense(port());
    ASSERT_EQ(nonsense.upgrade("/v1/control"), 101);
    nonsense.say(R"({"type":"hello","token":"tok-interviewer"})");
    for (int i = 0; i < 101; ++i) nonsense.say("{");
    EXPECT_EQ(nonsense.close_code(), 1008);

    WireClient foreign(port());
    EXPECT_EQ(foreign.upgrade("/v1/control", "Origin: https://evil.example\r\n"), 403);
    WireClient silent(port());
    ASSERT_EQ(silent.upgrade("/v1/control"), 101);
    EXPECT_EQ(silent.close_code(), 4408);
}

TEST_F(HubService, AnswersWhatComesInTheWrongOrderOrIsUnknownWithASentence) {
    WireClient early(port());
    ASSERT_EQ(early.upgrade("/v1/control"), 101);
    early.say(R"({"type":"media","audio":"on","video":"on"})");
    const auto first = early.expect("error");
    ASSERT_TRUE(first.is_object());
    EXPECT_NE(first.at("detail").as_string().find("must be a hello"), std::string::npos);
    EXPECT_EQ(early.close_code(), 1008);

    WireClient client(port());
    ASSERT_EQ(client.upgrade("/v1/control"), 101);
    client.say(R"({"type":"hello","token":"tok-interviewer"})");
    ASSERT_TRUE(client.expect("welcome").is_object());
    for (const char* text :
         {R"({"type":"hello","token":"tok-observer"})", R"({"type":"become-admitted"})",
          R"({"type":"media","audio":"loud","video":"on"})", R"([])", R"({"type":"place"})"}) {
        client.say(text);
        const auto error = client.expect("error");
        ASSERT_TRUE(error.is_object()) << text;
        EXPECT_EQ(error.at("code"), 400) << text;
        EXPECT_GT(error.at("detail").as_string().size(), 10u) << error;
    }
    client.say(R"({"type":"media","audio":"on","video":"on"})");
    EXPECT_TRUE(client.expect("roster").is_object()) << "and it goes on as who it was";
}

TEST_F(HubService, SurvivesJunkOnBothPorts) {
    for (const std::uint16_t p : {hub_->https_port(), hub_->http_port()}) {
        WireClient junk(p);
        junk.write(std::string("\x16\x03\x01\xff\xff\x00", 6) + std::string(2000, 'j') +
                   "\r\n\r\n");
        (void)junk.read_reply();
    }
    WireClient smuggler(port());
    smuggler.write("POST /v1/whip HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd");
    const auto reply = smuggler.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 400);
    const std::string counted = metrics();
    EXPECT_EQ(counted.find("sightline_bad_input_total{kind=\"tls\"} 0\n"), std::string::npos);
    EXPECT_TRUE(hub_->alive());
}

std::string session_open(const std::string& session, const std::string& token_hash) {
    return R"({"type":"session.open","session":")" + session +
           R"(","title":"T","participants":[{"id":"00000000000000c1","name":"Ida",)"
           R"("role":"interviewer","token_sha256":")" +
           token_hash + "\"}]}";
}
// SHA-256 of "kiosk-token".
constexpr const char* kTokenHash =
    "45f16d22ad850caf5e17d4a940cd52247b941e76f2c9e7f3ecc4e10993a9d9dd";

TEST(HubKiosk, OpensASessionHearsOfPeopleAndComesBack) {
    HubProcess hub;
    const std::string hello =
        std::string(R"({"type":"hello","kiosk":"k1","key":")") + HubProcess::kKey + "\"}";
    WireClient participant(hub.http_port());
    auto kiosk = std::make_unique<WireClient>(hub.http_port());
    ASSERT_EQ(kiosk->upgrade("/v1/kiosk"), 101);
    kiosk->say(hello);
    kiosk->say(session_open("00000000000000d1", kTokenHash));
    EXPECT_EQ(kiosk->expect("opened").at("session"), "00000000000000d1");

    ASSERT_EQ(participant.upgrade("/v1/control"), 101);
    participant.say(R"({"type":"hello","token":"kiosk-token"})");
    ASSERT_TRUE(participant.expect("welcome").is_object());
    EXPECT_EQ(kiosk->expect("participant.joined").at("participant"), "00000000000000c1");

    kiosk = std::make_unique<WireClient>(hub.http_port());  // the old line is cut
    ASSERT_EQ(kiosk->upgrade("/v1/kiosk"), 101);
    kiosk->say(hello);
    kiosk->say(session_open("00000000000000d1", kTokenHash));
    ASSERT_TRUE(kiosk->expect("opened").is_object());
    EXPECT_EQ(kiosk->expect("participant.joined").at("participant"), "00000000000000c1")
        << "a kiosk that comes back is told who is there";

    kiosk->say(R"({"type":"participant.remove","session":"00000000000000d1",)"
               R"("participant":"00000000000000c1"})");
    EXPECT_EQ(kiosk->expect("participant.left").at("reason"), "removed");
    EXPECT_EQ(participant.close_code(), 4403);
    WireClient again(hub.http_port());
    ASSERT_EQ(again.upgrade("/v1/control"), 101);
    again.say(R"({"type":"hello","token":"kiosk-token"})");
    EXPECT_EQ(again.close_code(), 4401) << "an old invitation lets nobody back in";
}

TEST(HubKiosk, EndsTheSessionForEverybody) {
    HubProcess hub;
    WireClient kiosk(hub.http_port()), participant(hub.http_port());
    ASSERT_EQ(kiosk.upgrade("/v1/kiosk"), 101);
    kiosk.say(std::string(R"({"type":"hello","kiosk":"k1","key":")") + HubProcess::kKey + "\"}");
    kiosk.say(session_open("00000000000000d1", kTokenHash));
    ASSERT_TRUE(kiosk.expect("opened").is_object());
    ASSERT_EQ(participant.upgrade("/v1/control"), 101);
    participant.say(R"({"type":"hello","token":"kiosk-token"})");
    ASSERT_TRUE(participant.expect("welcome").is_object());
    kiosk.say(R"({"type":"session.close","session":"00000000000000d1"})");
    EXPECT_TRUE(participant.expect("ended").is_object());
    EXPECT_EQ(participant.close_code(), 4404);
    kiosk.say("[]");
    EXPECT_TRUE(kiosk.expect("error").is_object());
}

TEST(HubKiosk, IsRefusedWithoutTheKeyOrFromABrowser) {
    HubProcess hub;
    WireClient wrong(hub.http_port()), browser(hub.http_port());
    ASSERT_EQ(wrong.upgrade("/v1/kiosk"), 101);
    wrong.say(R"({"type":"hello","kiosk":"k1","key":"0011"})");
    EXPECT_EQ(wrong.close_code(), 4401);
    EXPECT_EQ(browser.upgrade("/v1/kiosk", "Origin: https://office.example\r\n"), 403);
}

TEST(HubLife, StopsOnSigtermWithPeersConnected) {
    HubProcess hub;
    WireClient idle(hub.http_port()), control(hub.http_port()), half(hub.http_port());
    ASSERT_EQ(control.upgrade("/v1/control"), 101);
    half.write("POST /v1/whip HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
    EXPECT_EQ(hub.stop(seconds(10)), 0) << hub.log();
}

TEST(HubLife, CutsOffAPeerThatDoesNotRead) {
    HubProcess hub;
    WireClient kiosk(hub.http_port()), deaf(hub.http_port());
    ASSERT_EQ(kiosk.upgrade("/v1/kiosk"), 101);
    kiosk.say(std::string(R"({"type":"hello","kiosk":"k1","key":")") + HubProcess::kKey + "\"}");
    kiosk.say(session_open("00000000000000d1", kTokenHash));
    ASSERT_TRUE(kiosk.expect("opened").is_object());
    ASSERT_EQ(deaf.upgrade("/v1/control"), 101);
    deaf.say(R"({"type":"hello","token":"kiosk-token"})");
    // It neither reads nor answers pings: 10 s of silence end it, and 3 s later it counts as lost.
    const auto joined = kiosk.expect("participant.joined");
    ASSERT_TRUE(joined.is_object());
    auto left = kiosk.expect("participant.left");
    ASSERT_TRUE(left.is_object());
    EXPECT_EQ(left.at("reason"), "lost");
    const std::int64_t stay = left.at("at_ms").as_int64() - joined.at("at_ms").as_int64();
    EXPECT_GE(stay, 10'000);
    EXPECT_LE(stay, 15'000);
}

TEST(HubLife, KeepsItsCertificateOverARestart) {
    HubProcess hub;
    const auto state = hub.directory() / "state";
    const std::string fingerprint = read_file(state / "hub-cert.sha256");
    EXPECT_EQ(fingerprint.size(), 65u);
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(state / "hub-key.pem").permissions(),
              perms::owner_read | perms::owner_write);
    HubProcess second({}, state);
    EXPECT_EQ(read_file(state / "hub-cert.sha256"), fingerprint);
}

TEST(HubLife, ComplainsInOneSentenceAboutAPortInUse) {
    HubProcess hub;
    const auto log = hub.directory() / "second.log";
    const pid_t pid = HubProcess::start(
        {SIGHTLINE_HUB, "--listen", "127.0.0.1:" + std::to_string(hub.http_port()), "--tls-listen",
         "off", "--state", hub.directory() / "s2", "--run", hub.directory() / "r2"},
        log);
    const auto code = HubProcess::wait_for_exit(pid, seconds(15));
    ASSERT_TRUE(code);
    EXPECT_NE(*code, 0);
    const std::string text = read_file(log);
    EXPECT_NE(text.find("--listen 127.0.0.1:"), std::string::npos) << text;
    EXPECT_NE(text.find("in use"), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

}  // namespace
}  // namespace sightline::integration
