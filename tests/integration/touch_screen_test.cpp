// What the kiosk's program says to its touch screen's browser, and to whoever else finds the port:
// raw HTTP to the real program.
#include "tests/integration/hub_wire_client.h"
#include "tests/integration/kiosk_program.h"

namespace sightline::tests {
namespace {

using integration::HttpReply;
using integration::WireClient;
using testing::HasSubstr;
using testing::Not;

class TouchScreen : public KioskProgram {
  protected:
    TouchScreen() {
        std::filesystem::create_directories(pages() / "kiosk");
        std::filesystem::create_directories(pages() / "console");
        std::ofstream(pages() / "kiosk" / "index.html") << "<!doctype html><title>Kiosk</title>";
        std::ofstream(pages() / "console" / "index.html") << "for an office";
        listen({"--pin-file", pin_file()});
    }
    void listen(const std::vector<std::string>& more) {
        kiosk_.reset();
        std::filesystem::remove(log());
        auto arguments = command();
        arguments.insert(arguments.end(), {"--pages", pages(), "--touch-listen", "127.0.0.1:0"});
        arguments.insert(arguments.end(), more.begin(), more.end());
        kiosk_.emplace(std::move(arguments), log());
        const std::string listening = "touch.listening port=";
        EXPECT_TRUE(eventually([&] { return logged().find(listening) != std::string::npos; }))
            << logged();
        const std::string text = logged();
        port_ = static_cast<std::uint16_t>(
            std::stoi(text.substr(text.find(listening) + listening.size())));
    }
    std::filesystem::path pages() const { return directory_.path() / "pages"; }
    std::string host() const { return "localhost:" + std::to_string(port_); }

    std::string head(const std::string& method, const std::string& path,
                     const std::string& more = "") const {
        return method + " " + path + " HTTP/1.1\r\nHost: " + host() + "\r\n" + more;
    }
    std::string asking(const std::string& body) const {
        return head("POST", "/v1/do",
                    "Content-Type: application/json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n") +
               body;
    }
    // One request on a connection of its own; status 0: no reply.
    HttpReply said(const std::string& request) const {
        WireClient client(port_);
        client.write(request);
        return client.read_reply().value_or(HttpReply{});
    }
    json::object ask(const json::object& request) const {
        const auto reply = said(asking(json::serialize(request)));
        EXPECT_EQ(reply.status, 200) << reply.body;
        return json::parse(reply.body).as_object();
    }
    static std::string sentence(const HttpReply& reply) {
        const auto value = json::parse(reply.body);
        EXPECT_FALSE(value.at("ok").as_bool());
        return std::string(value.at("error").as_string());
    }

    std::uint16_t port_ = 0;
};

TEST_F(TouchScreen, ShowsItsPageAndLeadsAnInterview) {
    const auto start = said(head("GET", "/", "\r\n"));
    EXPECT_EQ(start.status, 307);
    EXPECT_EQ(start.header("location"), "/kiosk/");
    const auto page = said(head("GET", "/kiosk/", "\r\n"));
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("<title>Kiosk</title>"));
    EXPECT_THAT(page.header("content-security-policy"), HasSubstr("default-src 'none'"));
    EXPECT_EQ(page.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(said(head("GET", "/console/", "\r\n")).status, 404);

    sign_in("lena", "supervisor");
    const auto wrong = ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "111111"}});
    EXPECT_FALSE(wrong.at("ok").as_bool());
    const auto lena = ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "246810"}});
    ASSERT_TRUE(lena.at("ok").as_bool()) << json::serialize(lena);
    const auto& token = lena.at("as");
    const auto made = ask({{"do", "session.schedule"},
                           {"as", token},
                           {"title", "Selection mission"},
                           {"subjects", json::array{json::object{{"name", "Applicant A"}}}},
                           {"delegation", {{"state", "NLD"}, {"basis", "consent"}}}});
    ASSERT_TRUE(made.at("ok").as_bool()) << json::serialize(made);
    EXPECT_TRUE(
        ask({{"do", "session.step"}, {"as", token}, {"step", "check-in"}}).at("ok").as_bool());
    EXPECT_EQ(ask({{"do", "status"}, {"as", token}}).at("session").at("state"), "checked-in");
}

TEST_F(TouchScreen, TestsWhatTheKioskNeeds) {
    sign_in("lena", "supervisor");
    EXPECT_EQ(ask({{"do", "self-test"}}).at("code"), "unauthorized");
    const auto as = ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "246810"}}).at("as");
    // Each check's verdict by its name.
    const auto test = [&] {
        const auto reply = ask({{"do", "self-test"}, {"as", as}});
        std::map<std::string, bool> verdicts = {{"passed", reply.at("passed").as_bool()}};
        for (const auto& check : reply.at("checks").as_array()) {
            const bool ok = check.at("ok").as_bool();
            EXPECT_TRUE(ok || !check.at("what_to_do").as_string().empty());
            verdicts[std::string(check.at("name").as_string())] = ok;
        }
        EXPECT_EQ(verdicts.size(), 9u);
        return verdicts;
    };
    auto alone = test();
    EXPECT_FALSE(alone.at("engine"));
    EXPECT_FALSE(alone.at("camera"));
    EXPECT_FALSE(alone.at("link"));
    EXPECT_FALSE(alone.at("passed"));
    EXPECT_TRUE(alone.contains("disk") && alone.contains("clock"));

    HubSide hub(acceptor_);
    EngineSide engine(io_, directory_.path() / "engine.sock");
    engine.send({{"type", "hello"}, {"pid", 77}, {"source", "camera"}, {"mirror", ""}});
    engine.send({{"type", "status"},
                 {"video_output", "window"},
                 {"audio_output", "pulsesink"},
                 {"capture", {{"cameras", {"Desk camera"}}, {"microphone", "Desk microphone"}}}});
    ASSERT_TRUE(eventually([&] {
        auto now = test();
        return now.at("engine") && now.at("link");
    }));
    auto together = test();
    for (const char* name : {"camera", "microphone", "speaker", "screen"}) {
        EXPECT_TRUE(together.at(name)) << name;
    }
}

TEST_F(TouchScreen, TellsNobodyInFrontOfItWhatStaffMaySee) {
    sign_in("lena", "supervisor");
    schedule();
    const auto shown = ask({{"do", "status"}});
    EXPECT_TRUE(shown.at("store").at("open").as_bool());
    EXPECT_THAT(json::serialize(shown), Not(HasSubstr("Amina")));
    for (const char* verb : {"sessions.list", "lobby", "session.step"}) {
        const auto refused = ask({{"do", verb}});
        EXPECT_FALSE(refused.at("ok").as_bool());
        EXPECT_EQ(refused.at("code"), "unauthorized") << verb;
    }
    EXPECT_FALSE(ask({{"do", "status"}, {"as", "not a token"}}).at("ok").as_bool());
}

TEST_F(TouchScreen, ShowsTheApplicantWhatConcernsThemWithoutASignIn) {
    sign_in("lena", "supervisor");
    const auto view = [&] { return ask({{"do", "applicant.view"}}); };
    EXPECT_TRUE(view().at("session").is_null());
    const auto session = schedule();
    EXPECT_TRUE(view().at("session").is_null()) << "nobody has come yet";
    step("check-in");
    EXPECT_EQ(view().at("session").at("id").as_string(), session);
    EXPECT_EQ(view().at("session").at("delegation"), "NLD");
    step("end", "applicant-absent");
    EXPECT_TRUE(view().at("session").is_null());
}

TEST_F(TouchScreen, RefusesByTheHeaderWithoutWaitingForTheBody) {
    const std::string body = "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n";
    const auto foreign_host = said("POST /v1/do HTTP/1.1\r\nHost: evil.example\r\n" + body);
    EXPECT_EQ(foreign_host.status, 403);
    EXPECT_THAT(sentence(foreign_host), HasSubstr("http://" + host() + "/kiosk/"));
    EXPECT_EQ(
        said("GET /kiosk/ HTTP/1.1\r\nHost: evil.example:" + std::to_string(port_) + "\r\n\r\n")
            .status,
        403);
    EXPECT_EQ(said("GET /kiosk/ HTTP/1.1\r\n\r\n").status, 403) << "of no host";
    const auto foreign_origin =
        said(head("POST", "/v1/do", "Origin: https://evil.example\r\n" + body));
    EXPECT_EQ(foreign_origin.status, 403);
    EXPECT_THAT(sentence(foreign_origin), HasSubstr("another origin"));
    EXPECT_EQ(said(head("POST", "/v1/do", "Content-Type: text/plain\r\nContent-Length: 9\r\n\r\n"))
                  .status,
              415);
    EXPECT_EQ(said(head("GET", "/v1/do", "\r\n")).status, 405);
    const auto nowhere = said(head("GET", "/v1/nothing", "\r\n"));
    EXPECT_EQ(nowhere.status, 404);
    EXPECT_THAT(sentence(nowhere), HasSubstr("/kiosk/"));
}

TEST_F(TouchScreen, IsWhereTheStoreIsOpened) {
    ASSERT_TRUE(eventually([&] { return is_open(); })) << "it has its PIN from now on";
    listen({});
    const auto store = [&] { return ask({{"do", "status"}}).at("store").as_object(); };
    EXPECT_FALSE(store().at("open").as_bool());
    EXPECT_FALSE(store().at("new").as_bool());
    EXPECT_THAT(
        std::string(
            ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "246810"}}).at("error").as_string()),
        HasSubstr("locked"));
    EXPECT_FALSE(ask({{"do", "unlock"}, {"pin", "111111"}}).at("ok").as_bool());
    EXPECT_TRUE(ask({{"do", "unlock"}, {"pin", "246810"}}).at("ok").as_bool());
    EXPECT_TRUE(store().at("open").as_bool());
}

TEST_F(TouchScreen, LeavesRefusalsInTheAuditLog) {
    sign_in("lena", "supervisor");
    said("GET /kiosk/ HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    said(head("POST", "/v1/do", "Origin: https://evil.example\r\n\r\n"));
    sign_in("omar", "data-protection-officer");
    ASSERT_EQ(sightline({"audit", "export", "--as", "omar"}), 0) << out_;
    std::ifstream file(out_.substr(0, out_.find('\n')));
    const std::string log(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(log, HasSubstr("GET /kiosk/: this is a kiosk's own screen"));
    EXPECT_THAT(log, HasSubstr("POST /v1/do: a page of another origin may ask nothing here"));
}

TEST_F(TouchScreen, BoundsWhatItReads) {
    const std::string json = "Content-Type: application/json\r\n";
    const auto announced = said(head("POST", "/v1/do", json + "Content-Length: 1572865\r\n\r\n"));
    EXPECT_EQ(announced.status, 413);
    EXPECT_THAT(sentence(announced), HasSubstr("1.5 MiB"));

    // Nobody said how much there would be.
    std::string chunked = head("POST", "/v1/do", json + "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 26; ++i) chunked += "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    EXPECT_EQ(said(chunked).status, 413);

    const auto large = asking(R"({"do":"status"})" + std::string(1572864 - 15, ' '));
    EXPECT_EQ(said(large).status, 200) << "the largest there may be";

    const auto header = said(head("GET", "/kiosk/", "X: " + std::string(9000, 'x') + "\r\n\r\n"));
    EXPECT_EQ(header.status, 431);
    EXPECT_THAT(sentence(header), HasSubstr("8 KiB"));
    EXPECT_EQ(said(head("GET", "/kiosk/", "Content-Length: 1\r\n\r\nx")).status, 413)
        << "a page needs no body";
    EXPECT_EQ(said("this is no HTTP\r\n\r\n").status, 400);
    EXPECT_EQ(ask({{"do", "status"}}).at("ok"), true) << "none of it did any harm";
}

TEST_F(TouchScreen, AnswersInTheOrderOfWhatWasSentAtOnce) {
    WireClient client(port_);
    client.write(asking(R"({"do":"status"})") + head("GET", "/kiosk/", "\r\n") +
                 asking(R"({"do":"no such thing"})"));
    EXPECT_THAT(client.read_reply().value().body, HasSubstr("\"ok\":true"));
    EXPECT_THAT(client.read_reply().value().body, HasSubstr("<title>"));
    EXPECT_THAT(client.read_reply().value().body, HasSubstr("no such thing"));
    client.write(asking(R"({"do":"status"})"));
    EXPECT_EQ(client.read_reply().value().status, 200) << "and stays";
}

TEST_F(TouchScreen, LetsGoOfWhoeverStopsInTheMiddle) {
    {
        WireClient gone(port_);
        gone.write(head("POST", "/v1/do", "Content-Type: application/json\r\n"));
    }
    WireClient header(port_), body(port_);
    header.write("GET /kio");
    const auto half = asking(R"({"do":"status"})");
    body.write(half.substr(0, half.size() - 3));
    const auto since = std::chrono::steady_clock::now();
    EXPECT_EQ(ask({{"do", "status"}}).at("ok"), true) << "nobody waits for them";
    EXPECT_FALSE(header.read_reply()) << "hung up on";
    EXPECT_FALSE(body.read_reply());
    const auto took = std::chrono::steady_clock::now() - since;
    EXPECT_GT(took, std::chrono::seconds(8));
    EXPECT_LT(took, std::chrono::seconds(14)) << "by the kiosk, and not by this client's deadline";
}

TEST_F(TouchScreen, HasRoomForEightAtATime) {
    std::vector<std::unique_ptr<WireClient>> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(std::make_unique<WireClient>(port_));
        clients.back()->write(asking(R"({"do":"status"})"));
        ASSERT_TRUE(clients.back()->read_reply()) << i;
    }
    EXPECT_EQ(said(asking(R"({"do":"status"})")).status, 0) << "one too many";
    clients.pop_back();
    EXPECT_TRUE(eventually([&] { return said(asking(R"({"do":"status"})")).status == 200; }));
}

}  // namespace
}  // namespace sightline::tests
