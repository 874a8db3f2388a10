// Several hubs on one PostgreSQL: an interview is at one of them, the others send people there, and
// another one takes it when that one dies; with a kiosk that the test plays, and with the real one.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <sys/socket.h>

#include "tests/integration/hub_process.h"
#include "tests/integration/hub_wire_client.h"
#include "tests/integration/kiosk_program.h"
#include "tests/support/postgres_cluster.h"

namespace sightline::integration {
namespace {

using testing::HasSubstr;

constexpr const char* kSession = "00000000000000d1";
constexpr const char* kAnother = "00000000000000d2";
// Ten times what a row lasts.
constexpr std::chrono::seconds kPatience{150};

// A hub takes a line of which it hears nothing for dead.
using Lines = std::vector<WireClient*>;
void wait_with(const Lines& lines) {
    for (WireClient* line : lines) line->send_frame(10, "");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

bool within_patience(const std::function<bool()>& condition, const Lines& lines = {}) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        wait_with(lines);
    }
    return true;
}

std::string sha256_hex(const std::string& text) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
    return base::to_hex(hash);
}

std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0;
    ::close(fd);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(at.sin_port);
}

// One of several hubs; it may die and come back.
class Node {
  public:
    explicit Node(std::string store) : store_(std::move(store)), port_(free_port()) { start(); }
    void start() {
        hub_.emplace(std::vector<std::string>{"--store", store_, "--node-origin", origin()},
                     std::filesystem::path(), port_);
    }
    void kill() { hub_.reset(); }  // kill -9
    HubProcess& hub() { return *hub_; }
    std::uint16_t port() const { return port_; }
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }

    HttpReply post(const std::string& path, const std::string& headers, const std::string& body) {
        WireClient client(port_);
        HttpReply reply = client.request("POST", path, headers, body);
        location = client.cased_header("Location");
        const std::string set = client.cased_header("Set-Cookie");
        if (!set.empty()) cookie = set.substr(0, set.find(';'));
        return reply;
    }
    // As this hub's page.
    HttpReply ask(const std::string& path, const std::string& body,
                  const std::string& with_cookie = "") {
        return post(path,
                    "Origin: " + origin() + "\r\nSightline-Page: console\r\n" +
                        (with_cookie.empty() ? "" : "Cookie: " + with_cookie + "\r\n") +
                        "Content-Type: application/json\r\n",
                    body);
    }
    HttpReply come_in(const std::string& invitation) {
        return ask("/v1/sign-in", R"({"invitation":")" + invitation + "\"}");
    }
    HttpReply whip(const std::string& token) {
        return post("/v1/whip",
                    "Authorization: Bearer " + token + "\r\nContent-Type: application/sdp\r\n",
                    "v=0\r\n");
    }

    std::string location, cookie;  // of the last answer; of the last one that set any

  private:
    std::string store_;
    std::uint16_t port_;
    std::optional<HubProcess> hub_;
};

std::string origin_in(const boost::json::value& message) {
    return std::string(message.at("origin").as_string());
}

// A kiosk's socket that has said hello.
class PlayedKiosk {
  public:
    explicit PlayedKiosk(Node& node) : line(node.port()) {
        EXPECT_EQ(line.upgrade("/v1/kiosk"), 101);
        line.say(std::string(R"({"type":"hello","kiosk":"k1","key":")") + HubProcess::kKey + "\"}");
    }
    // The answer: "opened", "elsewhere" or "error".
    boost::json::value open(const std::string& session = kSession) {
        line.say(R"({"type":"session.open","session":")" + session +
                 R"(","title":"T","state":"live","pause":null,"participants":[)" +
                 person(session, "1", "Ana", "applicant", "") + "," +
                 person(session, "2", "Ida", "interviewer", "ida " + session) + "," +
                 person(session, "3", "Edo", "interviewer", "edo " + session) + "]}");
        return line.next();
    }
    WireClient line;

  private:
    static std::string person(const std::string& session, const std::string& number,
                              const std::string& name, const std::string& role,
                              const std::string& invitation) {
        std::string text = R"({"id":"000000000000)" + session.substr(13) + number +
                           R"(","name":")" + name + R"(","role":")" + role +
                           R"(","place":"admitted","token_sha256":")" +
                           sha256_hex("token " + name + session) + "\"";
        if (!invitation.empty()) {
            text += R"(,"invitation":{"sha256":")" + sha256_hex(invitation) + R"(","until":)" +
                    std::to_string(tests::now_ms() + 3'600'000) + "}";
        }
        return text + "}";
    }
};

std::string token_of(const std::string& name) { return "token " + name + kSession; }

class HubNodes : public testing::Test {
  protected:
    // Since other hubs hear of it with some delay.
    bool sends_on(Node& from, Node& to, const Lines& lines) {
        return within_patience(
            [&] {
                return from.whip(token_of("Ana")).status == 307 &&
                       from.location == to.origin() + "/v1/whip";
            },
            lines);
    }

    tests::PostgresCluster cluster_;
    const std::string schema_ = (cluster_.start(), cluster_.create_schema());
    Node a_{cluster_.url(schema_)};
    Node b_{cluster_.url(schema_)};
};

TEST_F(HubNodes, SendPeopleToTheOneThatHasTheInterview) {
    PlayedKiosk kiosk(a_);
    ASSERT_EQ(kiosk.open().at("type"), "opened");
    ASSERT_TRUE(sends_on(b_, a_, {&kiosk.line})) << b_.hub().log();
    EXPECT_EQ(b_.whip("token of nobody").status, 401);
    EXPECT_EQ(a_.whip(token_of("Ana")).status, 422) << "this is the right place for an offer";

    const std::string invitation = std::string("ida ") + kSession;
    EXPECT_EQ(b_.come_in(invitation).status, 307);
    EXPECT_EQ(b_.location, a_.origin() + "/v1/sign-in");
    EXPECT_EQ(b_.come_in("an invitation of nobody").status, 401);
    const auto asked =
        b_.ask("/v1/place", R"({"invitation_sha256":")" + sha256_hex(invitation) + "\"}");
    EXPECT_EQ(origin_in(boost::json::parse(asked.body)), a_.origin());
    ASSERT_EQ(a_.come_in(invitation).status, 200) << "it was not used up on the way";

    // Ida's login, at the other hub.
    ASSERT_TRUE(
        within_patience([&] { return b_.ask("/v1/tickets", "{}", a_.cookie).status == 307; }));
    EXPECT_EQ(b_.location, a_.origin() + "/v1/tickets");
    EXPECT_EQ(origin_in(boost::json::parse(b_.ask("/v1/place", "{}", a_.cookie).body)),
              a_.origin());
    EXPECT_EQ(origin_in(boost::json::parse(a_.ask("/v1/place", "{}", a_.cookie).body)), "");

    WireClient control(b_.port());
    ASSERT_EQ(control.upgrade("/v1/control"), 101);
    control.say(R"({"type":"hello","token":")" + token_of("Ana") + "\"}");
    EXPECT_EQ(origin_in(control.next()), a_.origin());
    EXPECT_EQ(control.close_code(), 4307);

    // Whoever ended it has no place any more.
    kiosk.line.say(std::string(R"({"type":"session.close","session":")") + kSession + "\"}");
    EXPECT_TRUE(within_patience([&] { return b_.whip(token_of("Ana")).status == 401; }));
}

TEST_F(HubNodes, KeepNothingInTheDatabaseThatLetsAnybodyIn) {
    PlayedKiosk kiosk(a_);
    ASSERT_EQ(kiosk.open().at("type"), "opened");
    ASSERT_TRUE(sends_on(b_, a_, {&kiosk.line}));
    const std::string row = cluster_.execute(
        schema_, "SELECT encode(marks, 'hex') || encode(origin, 'escape') FROM session_place");
    EXPECT_THAT(row, HasSubstr(a_.origin()));
    EXPECT_EQ(row.find(sha256_hex(token_of("Ana")).substr(0, 16)), std::string::npos);
    EXPECT_EQ(row.find(sha256_hex(std::string("ida ") + kSession).substr(0, 16)),
              std::string::npos);
}

TEST_F(HubNodes, AnotherTakesTheInterviewOfOneThatDied) {
    auto kiosk = std::make_unique<PlayedKiosk>(a_);
    ASSERT_EQ(kiosk->open().at("type"), "opened");
    kiosk.reset();
    a_.kill();
    const auto died = std::chrono::steady_clock::now();
    const auto asked = PlayedKiosk(b_).open();
    EXPECT_EQ(asked.at("type"), "elsewhere") << "its row has not run out";
    EXPECT_EQ(origin_in(asked), a_.origin());
    ASSERT_TRUE(within_patience([&] {
        kiosk = std::make_unique<PlayedKiosk>(b_);
        return kiosk->open().at("type") == "opened";
    }));
    const auto took = std::chrono::steady_clock::now() - died;
    std::cout << "hub_nodes taken after "
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
    EXPECT_EQ(b_.come_in(std::string("ida ") + kSession).status, 200);
    // The one that died is back, empty, and is one of the others now.
    a_.start();
    EXPECT_TRUE(sends_on(a_, b_, {&kiosk->line})) << a_.hub().log();
    PlayedKiosk lost(a_);
    EXPECT_EQ(origin_in(lost.open()), b_.origin());
    EXPECT_EQ(lost.line.close_code(), 4307);
}

TEST_F(HubNodes, OneThatSleptLetsGoOfWhatAnotherHasTaken) {
    PlayedKiosk before(a_);
    ASSERT_EQ(before.open().at("type"), "opened");
    WireClient ana(a_.port());
    ASSERT_EQ(ana.upgrade("/v1/control"), 101);
    ana.say(R"({"type":"hello","token":")" + token_of("Ana") + "\"}");
    ASSERT_TRUE(ana.expect("welcome").is_object());
    ::kill(a_.hub().pid(), SIGSTOP);
    std::unique_ptr<PlayedKiosk> kiosk;
    const bool taken = within_patience([&] {
        wait_with({&before.line, &ana});
        kiosk = std::make_unique<PlayedKiosk>(b_);
        return kiosk->open().at("type") == "opened";
    });
    // What it is asked while it sleeps is what it answers first.
    WireClient ida(a_.port());
    const std::string body = std::string(R"({"invitation":"ida )") + kSession + "\"}";
    ida.write("POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: " + a_.origin() +
              "\r\nSightline-Page: console\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
    ::kill(a_.hub().pid(), SIGCONT);
    ASSERT_TRUE(taken);
    const auto answer = ida.read_reply();
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->status, testing::AnyOf(503, 307)) << "it lets nobody in";
    EXPECT_TRUE(sends_on(a_, b_, {&kiosk->line})) << a_.hub().log();
    EXPECT_EQ(b_.come_in(std::string("ida ") + kSession).status, 200);
}

TEST_F(HubNodes, GoOnWithoutTheirDatabaseButLetNobodyNewIn) {
    PlayedKiosk kiosk(a_);
    ASSERT_EQ(kiosk.open().at("type"), "opened");
    WireClient ana(a_.port());
    ASSERT_EQ(ana.upgrade("/v1/control"), 101);
    ana.say(R"({"type":"hello","token":")" + token_of("Ana") + "\"}");
    ASSERT_TRUE(ana.expect("welcome").is_object());
    ASSERT_EQ(a_.come_in(std::string("edo ") + kSession).status, 200);
    cluster_.stop();
    const std::string invitation = std::string("ida ") + kSession;
    ASSERT_TRUE(within_patience(
        [&] { return a_.hub().log().find("places.store_away") != std::string::npos; },
        {&kiosk.line, &ana}));
    // As long as the hub may be sure.
    const auto unsure = std::chrono::steady_clock::now() + std::chrono::seconds(11);
    while (std::chrono::steady_clock::now() < unsure) wait_with({&kiosk.line, &ana});
    const HttpReply refused = a_.come_in(invitation);
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.body, HasSubstr("database"));
    // Those who are there go on, and come back.
    EXPECT_EQ(a_.ask("/v1/tickets", "{}", a_.cookie).status, 200);
    EXPECT_EQ(a_.whip(token_of("Ana")).status, 422) << "only the offer is none";
    ana.say("{");
    EXPECT_EQ(ana.expect("error").at("code"), 400) << "the line is open";
    // The kiosk too; but not with an interview that another hub may have.
    EXPECT_EQ(PlayedKiosk(a_).open().at("type"), "opened");
    PlayedKiosk other(a_);
    EXPECT_EQ(other.open(kAnother).at("type"), "error");
    EXPECT_EQ(other.line.close_code(), 1013);
    // A hub that starts without it serves, and takes it up when it comes.
    b_.kill();
    b_.start();
    cluster_.start();
    PlayedKiosk again(a_);
    ASSERT_EQ(again.open().at("type"), "opened");
    EXPECT_TRUE(
        within_patience([&] { return a_.come_in(invitation).status == 200; }, {&again.line}))
        << a_.hub().log();
    EXPECT_TRUE(sends_on(b_, a_, {&again.line})) << b_.hub().log();
}

// The kiosk and the command line as they are.
class KioskOfTwoHubs : public tests::KioskProgram {
  protected:
    KioskOfTwoHubs() { std::ofstream(directory_.path() / "key") << HubProcess::kKey << '\n'; }
    void start_kiosk() {
        kiosk_.emplace(
            std::vector<std::string>{SIGHTLINE_KIOSK, "--state", directory_.path(), "--run",
                                     directory_.path(), "--hub", a_.origin(), "--hub", b_.origin(),
                                     "--key-file", directory_.path() / "key", "--texts",
                                     texts_.path(), "--pin-file", pin_file()},
            log());
    }
    bool is_at(Node& node) {
        const auto now = status();
        return now.contains("hub") && now.at("hub").at("connected").as_bool() &&
               now.at("hub").at("url").as_string() == node.origin();
    }
    std::string invited() {
        EXPECT_EQ(lena({"invite", "--role", "interviewer", "--name", "Ida"}), 0) << out_;
        const auto at = out_.find("http://");
        return at == std::string::npos ? out_ : out_.substr(at, out_.find_first_of(" \n", at) - at);
    }

    tests::PostgresCluster cluster_;
    const std::string store_ = (cluster_.start(), cluster_.url(cluster_.create_schema()));
    Node a_{store_};
    Node b_{store_};
};

TEST_F(KioskOfTwoHubs, GoesToTheOtherWhenItsHubDies) {
    start_kiosk();
    sign_in("lena", "supervisor");
    schedule();
    ASSERT_TRUE(within_patience([&] { return is_at(a_); })) << logged();
    EXPECT_THAT(invited(), testing::StartsWith(a_.origin()));
    a_.kill();
    ASSERT_TRUE(within_patience([&] { return is_at(b_); })) << logged();
    ASSERT_TRUE(within_patience([&] {
        return b_.hub().log().find("session_opened") != std::string::npos;
    })) << logged();
    ASSERT_TRUE(within_patience([&] { return is_at(b_); })) << logged();
    const std::string link = invited();
    EXPECT_THAT(link, testing::StartsWith(b_.origin()));
    const std::string token = link.substr(link.find('#') + 1, 43);
    EXPECT_TRUE(within_patience([&] { return b_.come_in(token).status == 200; })) << logged();
    // The one that died is back: the kiosk stays where it is, and people with any link come there.
    a_.start();
    EXPECT_TRUE(within_patience([&] {
        return a_.ask("/v1/tickets", "{}", b_.cookie).status == 307 &&
               a_.location == b_.origin() + "/v1/tickets";
    })) << a_.hub().log();
    EXPECT_TRUE(is_at(b_));
}

}  // namespace
}  // namespace sightline::integration
