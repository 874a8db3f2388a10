// Signing in at sightline-hub from outside: as a browser does it, as a kiosk hears of it, and as a
// stranger tries it.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "tests/integration/hub_process.h"
#include "tests/integration/hub_wire_client.h"
#include "tests/support/software_authenticator.h"

namespace sightline::integration {
namespace {

namespace json = boost::json;
using test::SoftwareAuthenticator;

constexpr const char* kSession = "00000000000000d1";
constexpr const char* kIda = "00000000000000c1";

std::string sha256_hex(const std::string& text) {
    return base::to_hex(SoftwareAuthenticator::sha256(text));
}
std::int64_t in_an_hour() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + 3'600'000;
}
std::string invitation_of(const std::string& token) {
    return R"({"sha256":")" + sha256_hex(token) + R"(","until":)" + std::to_string(in_an_hour()) +
           "}";
}
// Ida's entry, with `more` members.
std::string ida(const std::string& more) {
    return std::string(R"({"id":")") + kIda + R"(","name":"Ida","role":"interviewer",)" +
           R"("place":"admitted",)" + more + "}";
}

// A kiosk that has said hello.
class Kiosk {
  public:
    explicit Kiosk(const HubProcess& hub) : line(hub.http_port()) {
        EXPECT_EQ(line.upgrade("/v1/kiosk"), 101);
        line.say(std::string(R"({"type":"hello","kiosk":"k1","key":")") + HubProcess::kKey + "\"}");
    }
    void open(const std::string& participants) {
        line.say(std::string(R"({"type":"session.open","session":")") + kSession +
                 R"(","title":"T","state":"live","pause":null,"participants":[)" + participants +
                 "]}");
        EXPECT_TRUE(line.expect("opened").is_object());
    }
    WireClient line;
};

// A page of a browser: its origin, its cookie.
class Browser {
  public:
    explicit Browser(const HubProcess& hub, std::string page = "console")
        : port_(hub.http_port()),
          origin("http://localhost:" + std::to_string(hub.http_port())),
          page_(std::move(page)) {}

    HttpReply send(const std::string& method, const std::string& path, const std::string& body,
                   const std::string& type = "application/json") {
        WireClient client(port_);
        const HttpReply reply = client.request(method, path, headers(type), body);
        const std::string set = client.cased_header("Set-Cookie");
        if (!set.empty()) {
            cookie_attributes = set;
            cookie = set.substr(0, set.find(';'));
        }
        return reply;
    }
    HttpReply post(const std::string& path, const std::string& body = "{}") {
        return send("POST", path, body);
    }
    HttpReply come_in(const std::string& token) {
        return post("/v1/sign-in", R"({"invitation":")" + token + "\"}");
    }
    std::string ticket() {
        const HttpReply reply = post("/v1/tickets");
        return reply.status == 200 ? std::string(json::parse(reply.body).at("ticket").as_string())
                                   : "";
    }
    std::string headers(const std::string& type) const {
        return (origin.empty() ? "" : "Origin: " + origin + "\r\n") + "Sightline-Page: " + page_ +
               "\r\n" + (cookie.empty() ? "" : "Cookie: " + cookie + "\r\n") +
               "Content-Type: " + type + "\r\n";
    }

  private:
    std::uint16_t port_;

  public:
    std::string origin, cookie, cookie_attributes;

  private:
    std::string page_;
};

// The close code of a control socket that says this ticket; 0: it was welcomed.
int hello(const HubProcess& hub, const std::string& ticket) {
    WireClient control(hub.http_port());
    EXPECT_EQ(control.upgrade("/v1/control"), 101);
    control.say(R"({"type":"hello","ticket":")" + ticket + "\"}");
    if (control.expect("welcome").is_object()) {
        control.say(R"({"type":"bye"})");
        return 0;
    }
    return 4401;  // expect() took the close frame
}

std::string text_at(const json::value& value, const char* key) {
    return std::string(value.at(key).as_string());
}

std::string detail(const HttpReply& reply) {
    EXPECT_EQ(reply.header("content-type"), "application/problem+json") << reply.body;
    return std::string(json::parse(reply.body).at("detail").as_string());
}

base::Bytes challenge_of(const HttpReply& options) {
    const json::value value = json::parse(options.body);
    return base::from_base64url(std::string(value.at("challenge").as_string())).value();
}
std::string registration(const SoftwareAuthenticator& device, const base::Bytes& challenge) {
    return R"({"id":")" + base::to_base64url(device.id) + R"(","response":{"clientDataJSON":")" +
           base::to_base64url(base::as_bytes(device.client_data("webauthn.create", challenge))) +
           R"(","attestationObject":")" + base::to_base64url(device.attestation_object()) + "\"}}";
}
std::string assertion(const SoftwareAuthenticator& device, const base::Bytes& challenge) {
    const std::string client_data = device.client_data("webauthn.get", challenge);
    const base::Bytes data = device.assertion_data();
    return R"({"id":")" + base::to_base64url(device.id) + R"(","response":{"clientDataJSON":")" +
           base::to_base64url(base::as_bytes(client_data)) + R"(","authenticatorData":")" +
           base::to_base64url(data) + R"(","signature":")" +
           base::to_base64url(device.sign(data, client_data)) + R"(","userHandle":")" +
           base::to_base64url(base::from_hex(kIda).value()) + "\"}}";
}

TEST(HubSignIn, AnInvitationGivesACookieThatOpensEverything) {
    HubProcess hub;
    Kiosk kiosk(hub);
    kiosk.open(ida(R"("place":"admitted","invitation":)" + invitation_of("ida")));
    Browser browser(hub);
    EXPECT_EQ(browser.post("/v1/tickets").status, 401);
    const HttpReply entered = browser.come_in("ida");
    ASSERT_EQ(entered.status, 200) << entered.body;
    EXPECT_EQ(entered.header("cache-control"), "no-store");
    const json::value who = json::parse(entered.body);
    EXPECT_EQ(who.at("participant"), kIda);
    EXPECT_EQ(who.at("role"), "interviewer");
    EXPECT_EQ(who.at("passkey"), true) << "localhost is a secure context";
    EXPECT_NE(browser.cookie_attributes.find("; HttpOnly; SameSite=Strict"), std::string::npos);

    EXPECT_EQ(kiosk.line.expect("invitation.used").at("participant"), kIda);
    const json::value login = kiosk.line.expect("login");
    const std::string secret = browser.cookie.substr(browser.cookie.find('=') + 1);
    EXPECT_EQ(text_at(login, "sha256"), sha256_hex(secret));

    const std::string ticket = browser.ticket();
    EXPECT_EQ(hello(hub, ticket), 0);
    EXPECT_EQ(hello(hub, ticket), 4401) << "a ticket works once";
    // The media path takes the cookie, from the page only: the offer is bad, but not the person.
    EXPECT_EQ(browser.send("POST", "/v1/whip", "no offer", "application/sdp").status, 400);
    Browser no_page = browser;
    no_page.origin.clear();
    EXPECT_EQ(no_page.send("POST", "/v1/whip", "no offer", "application/sdp").status, 401);
    Browser other_page(hub, "observer");
    other_page.cookie = browser.cookie;
    EXPECT_EQ(other_page.post("/v1/tickets").status, 401) << "each page has its own cookie";

    EXPECT_EQ(browser.send("DELETE", "/v1/sign-in", "").status, 204);
    EXPECT_EQ(text_at(kiosk.line.expect("logout"), "sha256"), sha256_hex(secret));
    browser.cookie = "sightline-console=" + secret;
    EXPECT_EQ(browser.post("/v1/tickets").status, 401) << "also for who kept the cookie";
}

TEST(HubSignIn, RefusesBadInvitationsWithASentence) {
    HubProcess hub;
    Kiosk kiosk(hub);
    kiosk.open(ida(R"("invitation":)" + invitation_of("ida")));
    Browser late(hub), first(hub), second(hub), stranger(hub), nobody(hub), big(hub);
    stranger.origin = "https://evil.example";
    nobody.origin = "";
    EXPECT_EQ(stranger.come_in("ida").status, 403);
    EXPECT_NE(detail(nobody.come_in("ida")).find("in a browser"), std::string::npos);
    EXPECT_EQ(big.come_in(std::string(20'000, 'x')).status, 413);
    EXPECT_EQ(first.send("POST", "/v1/sign-in", "{}", "text/plain").status, 415);
    EXPECT_EQ(first.post("/v1/sign-in", "{").status, 400);
    EXPECT_EQ(first.send("GET", "/v1/sign-in", "").status, 405);
    EXPECT_NE(detail(first.come_in("nobody")).find("not known"), std::string::npos);
    EXPECT_EQ(first.come_in("ida").status, 200) << "none of that used it";
    const HttpReply again = second.come_in("ida");
    EXPECT_EQ(again.status, 410);
    EXPECT_NE(detail(again).find("used already"), std::string::npos);
    EXPECT_TRUE(second.cookie.empty());
    const auto refused = kiosk.line.expect("refused");
    EXPECT_EQ(refused.at("participant"), kIda);
    EXPECT_EQ(refused.at("what"), "invitation");
    EXPECT_EQ(refused.at("why").as_string(), detail(again)) << "the kiosk keeps the audit log";

    kiosk.open(ida(R"("invitation":{"sha256":")" + sha256_hex("past") + R"(","until":1000})"));
    EXPECT_EQ(late.come_in("past").status, 410);
}

TEST(HubSignIn, TooManyFailuresHaveToWait) {
    HubProcess hub;
    Kiosk kiosk(hub);
    kiosk.open(ida(R"("invitation":)" + invitation_of("ida")));
    Browser browser(hub);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(browser.come_in("guess").status, 401) << i;
    const HttpReply refused = browser.come_in("ida");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("retry-after"), "60");
    EXPECT_NE(detail(refused).find("wait a minute"), std::string::npos);
}

TEST(HubSignIn, ARemovedPersonIsOutForGood) {
    HubProcess hub;
    Kiosk kiosk(hub);
    const std::string stated = R"("invitation":)" + invitation_of("ida");
    kiosk.open(ida(stated));
    Browser browser(hub);
    ASSERT_EQ(browser.come_in("ida").status, 200);
    const std::string ticket = browser.ticket();
    WireClient control(hub.http_port());
    ASSERT_EQ(control.upgrade("/v1/control"), 101);
    control.say(R"({"type":"hello","ticket":")" + browser.ticket() + "\"}");
    ASSERT_TRUE(control.expect("welcome").is_object());
    kiosk.line.say(std::string(R"({"type":"participant.remove","session":")") + kSession +
                   R"(","participant":")" + kIda + "\"}");
    EXPECT_EQ(control.close_code(), 4403);
    EXPECT_EQ(hello(hub, ticket), 4401);
    EXPECT_EQ(browser.post("/v1/tickets").status, 401);
    // The kiosk states the person again, as it would if it had forgotten.
    kiosk.open(ida(R"("invitation":)" + invitation_of("second") + R"(,"logins":[{"sha256":")" +
                   sha256_hex(browser.cookie.substr(browser.cookie.find('=') + 1)) +
                   R"(","until":)" + std::to_string(in_an_hour()) + "}]"));
    EXPECT_EQ(browser.post("/v1/tickets").status, 401);
    EXPECT_EQ(Browser(hub).come_in("second").status, 401);
}

TEST(HubSignIn, NobodyComesInWhileTheKioskIsAwayAndItHearsWhatItMissed) {
    HubProcess hub;
    auto kiosk = std::make_unique<Kiosk>(hub);
    const std::string stated = ida(R"("invitation":)" + invitation_of("ida"));
    kiosk->open(stated);
    Browser browser(hub);
    kiosk.reset();
    // The hub says when it has noticed.
    while (
        WireClient(hub.http_port()).request("GET", "/metrics").body.find("sightline_kiosks 0\n") ==
        std::string::npos) {
    }
    const HttpReply away = browser.come_in("ida");
    EXPECT_EQ(away.status, 503);
    EXPECT_NE(detail(away).find("cannot be reached"), std::string::npos);
    kiosk = std::make_unique<Kiosk>(hub);
    kiosk->open(stated);
    EXPECT_EQ(browser.come_in("ida").status, 200) << "it was not used up";
    EXPECT_EQ(kiosk->line.expect("login").at("participant"), kIda);
    // The line broke before the kiosk had written it down: it is told again.
    kiosk = std::make_unique<Kiosk>(hub);
    kiosk->open(stated);
    EXPECT_EQ(kiosk->line.expect("login").at("participant"), kIda);
    EXPECT_EQ(kiosk->line.expect("invitation.used").at("participant"), kIda);
    EXPECT_EQ(Browser(hub).come_in("ida").status, 410);
}

TEST(HubSignIn, LoginsComeBackAfterARestartOfTheHub) {
    std::string cookie, secret;
    {
        HubProcess hub;
        Kiosk kiosk(hub);
        kiosk.open(ida(R"("invitation":)" + invitation_of("ida")));
        Browser browser(hub);
        ASSERT_EQ(browser.come_in("ida").status, 200);
        cookie = browser.cookie;
        secret = cookie.substr(cookie.find('=') + 1);
    }
    HubProcess hub;
    Browser browser(hub);
    browser.cookie = cookie;
    EXPECT_EQ(browser.post("/v1/tickets").status, 401) << "until the kiosk has said whose it is";
    Kiosk kiosk(hub);
    kiosk.open(ida(R"("logins":[{"sha256":")" + sha256_hex(secret) + R"(","until":)" +
                   std::to_string(in_an_hour()) + "}]"));
    EXPECT_EQ(hello(hub, browser.ticket()), 0);
    kiosk.line.say(std::string(R"({"type":"session.close","session":")") + kSession + "\"}");
    while (browser.post("/v1/tickets").status == 200) {
    }
    EXPECT_EQ(browser.post("/v1/tickets").status, 401) << "the end of the session ends the login";
}

TEST(HubSignIn, NobodyComesInWhileAnInterviewIsSetAsideAndEverybodyAfterwards) {
    HubProcess hub;
    Kiosk kiosk(hub);
    const auto eva = R"({"id":"00000000000000c2","name":"Eva","role":"interviewer",)" +
                     (R"("place":"lobby","invitation":)" + invitation_of("eva")) + "}";
    kiosk.open(ida(R"("invitation":)" + invitation_of("ida")) + "," + eva);
    Browser browser(hub);
    ASSERT_EQ(browser.come_in("ida").status, 200);
    const auto secret = browser.cookie.substr(browser.cookie.find('=') + 1);
    WireClient control(hub.http_port());
    ASSERT_EQ(control.upgrade("/v1/control"), 101);
    control.say(R"({"type":"hello","ticket":")" + browser.ticket() + "\"}");
    ASSERT_TRUE(control.expect("welcome").is_object());
    kiosk.line.say(std::string(R"({"type":"session.close","later":true,"session":")") + kSession +
                   "\"}");
    EXPECT_EQ(control.expect("ended").at("reason"), "later");
    EXPECT_EQ(control.close_code(), 4404);
    EXPECT_EQ(browser.post("/v1/tickets").status, 401);
    Browser early(hub);
    EXPECT_EQ(early.come_in("eva").status, 401);

    kiosk.open(ida(R"("logins":[{"sha256":")" + sha256_hex(secret) + R"(","until":)" +
                   std::to_string(in_an_hour()) + "}]") +
               "," + eva);
    EXPECT_EQ(hello(hub, browser.ticket()), 0) << "the login is as good as before";
    EXPECT_EQ(early.come_in("eva").status, 200) << "the try before has not used it up";
}

TEST(HubSignIn, AnInterviewThatTheHubDoesNotKnowIsSetAsideWithoutAComplaint) {
    HubProcess hub;
    Kiosk kiosk(hub);
    kiosk.line.say(R"({"type":"session.close","later":true,"session":"00000000000000d9"})");
    kiosk.open(ida(R"("invitation":)" + invitation_of("ida")));
    EXPECT_EQ(kiosk.line.heard().find("\"error\""), std::string::npos) << kiosk.line.heard();
    kiosk.line.say(R"({"type":"session.close","session":"00000000000000d9"})");
    EXPECT_TRUE(kiosk.line.expect("error").is_object()) << "an end has to find what it ends";
}

TEST(HubSignIn, APasskeyBringsOneBackAndACopyDoesNot) {
    HubProcess hub;
    Kiosk kiosk(hub);
    kiosk.open(ida(R"("invitation":)" + invitation_of("ida")));
    Browser browser(hub);
    EXPECT_EQ(browser.post("/v1/passkeys/options").status, 401) << "who is not signed in";
    ASSERT_EQ(browser.come_in("ida").status, 200);

    SoftwareAuthenticator device;
    device.origin = browser.origin;
    const auto creation = [&] { return challenge_of(browser.post("/v1/passkeys/options")); };
    const HttpReply options = browser.post("/v1/passkeys/options");
    ASSERT_EQ(options.status, 200) << options.body;
    const json::value asked = json::parse(options.body);
    EXPECT_EQ(asked.at("rp").at("id"), "localhost");
    EXPECT_EQ(asked.at("attestation"), "none");
    EXPECT_EQ(asked.at("authenticatorSelection").at("userVerification"), "required");

    // What is wrong changes nothing: the passkey is still to be had afterwards.
    EXPECT_EQ(browser.post("/v1/passkeys", registration(device, base::Bytes(32, 1))).status, 403);
    const auto refused = [&](auto bend) {
        SoftwareAuthenticator bent;
        bent.origin = browser.origin;
        bend(bent);
        return browser.post("/v1/passkeys", registration(bent, creation())).status;
    };
    EXPECT_EQ(refused([](auto& d) { d.rp_id = "evil.example"; }), 403);
    EXPECT_EQ(refused([](auto& d) { d.origin = "https://evil.example"; }), 403);
    EXPECT_EQ(refused([](auto& d) { d.flags = 0x01; }), 403);
    EXPECT_EQ(
        browser
            .post("/v1/passkeys",
                  R"({"id":"AA","response":{"clientDataJSON":"AA","attestationObject":"AA"}})")
            .status,
        400);

    EXPECT_EQ(browser.post("/v1/passkeys", registration(device, challenge_of(options))).status,
              204);
    const json::value told = kiosk.line.expect("passkey");
    EXPECT_EQ(text_at(told, "id"), base::to_base64url(device.id));
    EXPECT_EQ(text_at(told, "public_key"), base::to_base64url(device.cose_key()));

    // Another hub, which the kiosk tells what it kept.
    HubProcess restarted;
    Kiosk again(restarted);
    again.open(ida(R"("passkeys":[{"id":")" + base::to_base64url(device.id) +
                   R"(","public_key":")" + base::to_base64url(device.cose_key()) +
                   R"(","counter":1}])"));
    Browser back(restarted);
    device.origin = back.origin;
    const auto sign_in = [&] {
        return back.post("/v1/sign-in/passkey",
                         assertion(device, challenge_of(back.post("/v1/sign-in/options"))));
    };
    device.counter = 7;
    const base::Bytes challenge = challenge_of(back.post("/v1/sign-in/options"));
    const HttpReply entered = back.post("/v1/sign-in/passkey", assertion(device, challenge));
    ASSERT_EQ(entered.status, 200) << entered.body;
    EXPECT_EQ(again.line.expect("passkey").at("counter"), 7);
    EXPECT_EQ(hello(restarted, back.ticket()), 0);
    EXPECT_EQ(back.post("/v1/sign-in/passkey", assertion(device, challenge)).status, 403)
        << "replayed";
    EXPECT_EQ(sign_in().status, 401) << "the counter did not grow";
    device.counter = 8;
    device.flags = 0x01;
    EXPECT_EQ(sign_in().status, 403) << "nobody was verified";
    device.flags = 0x05;
    EXPECT_EQ(sign_in().status, 200);
    Browser bare(restarted);
    bare.origin = "http://127.0.0.1:" + std::to_string(restarted.http_port());
    EXPECT_EQ(bare.post("/v1/sign-in/options").status, 403) << "a bare address has no passkeys";
}

}  // namespace
}  // namespace sightline::integration
