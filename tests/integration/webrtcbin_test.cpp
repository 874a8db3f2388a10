// A client that nobody here wrote, against the real hub: webrtcbin publishes by WHIP, another one
// subscribes by WHEP.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include "tests/integration/webrtcbin_peer.h"

extern "C" char** environ;  // NOLINT(readability-redundant-declaration): POSIX gives it no header

namespace sightline::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
namespace http = boost::beast::http;
using tcp = boost::asio::ip::tcp;

constexpr char kSessions[] = R"({"session":"00000000000000a1","title":"Test","participants":[
  {"id":"00000000000000b1","name":"Publisher","role":"interviewer","token":"publishing-token"},
  {"id":"00000000000000b2","name":"Watcher","role":"observer","token":"watching-token"}]})";

bool within(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < until) {
        if (condition()) return true;
        std::this_thread::sleep_for(20ms);
    }
    return condition();
}

class Webrtcbin : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = "/tmp/sightline-webrtcbin-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        dir_ = name;
        std::ofstream(dir_ / "sessions.json") << kSessions;
        const std::string state = dir_ / "state";
        const std::string sessions = dir_ / "sessions.json";
        const char* argv[] = {HUB,           "--listen",       "127.0.0.1:0",    "--tls-listen",
                              "off",         "--static-token", sessions.c_str(), "--state",
                              state.c_str(), "--run",          dir_.c_str(),     "--log-level",
                              "warn",        nullptr};
        ASSERT_EQ(::posix_spawn(&hub_, HUB, nullptr, nullptr, const_cast<char**>(argv), environ),
                  0);
        ASSERT_TRUE(within(10s, [&] { return fs::exists(dir_ / "hub.json"); }));
        std::ifstream in(dir_ / "hub.json");
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        const std::string url(boost::json::parse(text).as_object().at("http").as_string());
        port_ = url.substr(url.rfind(':') + 1);
    }
    void TearDown() override {
        if (hub_ > 0) {
            ::kill(hub_, SIGTERM);
            int status = 0;
            ::waitpid(hub_, &status, 0);
            EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the hub ended badly";
        }
        fs::remove_all(dir_);
    }

    http::response<http::string_body> send(http::verb verb, const std::string& path,
                                           const std::string& token, const std::string& body) {
        boost::asio::io_context io;
        boost::beast::tcp_stream stream(io);
        stream.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(),
                                     static_cast<std::uint16_t>(std::stoi(port_))));
        http::request<http::string_body> request(verb, path, 11);
        request.set(http::field::host, "127.0.0.1:" + port_);
        request.set(http::field::authorization, "Bearer " + token);
        request.set(http::field::content_type, "application/sdp");
        request.body() = body;
        request.prepare_payload();
        http::write(stream, request);
        boost::beast::flat_buffer buffer;
        http::response<http::string_body> response;
        http::read(stream, buffer, response);
        return response;
    }

    // Offers, posts, takes the answer; returns the resource's path.
    std::string join(WebrtcbinPeer& peer, const std::string& endpoint, const std::string& token) {
        const std::string offer = peer.make_offer(15s);
        EXPECT_FALSE(offer.empty()) << "webrtcbin made no offer";
        const auto response = send(http::verb::post, endpoint, token, offer);
        EXPECT_EQ(response.result_int(), 201u) << response.body() << offer;
        if (response.result_int() != 201u) return "";
        peer.take_answer(response.body());
        return std::string(response[http::field::location]);
    }

    fs::path dir_;
    pid_t hub_ = 0;
    std::string port_;
};

TEST_F(Webrtcbin, PublishesByWhipAndSubscribesByWhep) {
    const auto publisher = WebrtcbinPeer::publisher();
    const std::string up = join(*publisher, "/v1/whip", "publishing-token");
    ASSERT_FALSE(up.empty());
    ASSERT_TRUE(within(15s, [&] { return publisher->is_connected(); })) << publisher->error();

    const auto subscriber = WebrtcbinPeer::subscriber(2);
    const std::string down = join(*subscriber, "/v1/whep", "watching-token");
    ASSERT_FALSE(down.empty());
    ASSERT_TRUE(within(15s, [&] { return subscriber->is_connected(); })) << subscriber->error();
    EXPECT_TRUE(
        within(15s, [&] { return subscriber->pictures() > 30 && subscriber->sounds() > 50; }))
        << subscriber->pictures() << " pictures, " << subscriber->sounds() << " blocks of sound; "
        << subscriber->error();

    EXPECT_EQ(send(http::verb::delete_, down, "watching-token", "").result_int(), 200u);
    EXPECT_EQ(send(http::verb::delete_, up, "publishing-token", "").result_int(), 200u);
}

TEST_F(Webrtcbin, IsRefusedAWayUpAsAnObserver) {
    const auto publisher = WebrtcbinPeer::publisher();
    const std::string offer = publisher->make_offer(15s);
    ASSERT_FALSE(offer.empty());
    EXPECT_EQ(send(http::verb::post, "/v1/whip", "watching-token", offer).result_int(), 403u);
    EXPECT_EQ(send(http::verb::post, "/v1/whip", "no-such-token", offer).result_int(), 401u);
}

}  // namespace
}  // namespace sightline::testing
