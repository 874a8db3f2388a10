// sightline-engine between a kiosk that the test plays and a hub: what leaves it follows the
// kiosk's word, and how soon.
#include <gtest/gtest.h>
#include <sys/un.h>

#include <cstdio>

#include "appliance/base/hex.h"
#include "appliance/base/key_number.h"
#include "tests/integration/hub_process.h"
#include "tests/integration/played_call.h"

namespace sightline::integration {
namespace {

using namespace std::chrono_literals;

const auto kSession = base::SessionId::from_value(0xa1);
constexpr char kApplicant[] = "00000000000000b3";

// The kiosk's end of the engine's socket: lines of JSON.
class EngineSocket {
  public:
    explicit EngineSocket(const std::filesystem::path& path)
        : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::snprintf(address.sun_path, sizeof address.sun_path, "%s", path.c_str());
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, 1) != 0) {
            throw std::runtime_error("cannot listen at " + path.string());
        }
        const timeval patience{20, 0};
        ::setsockopt(listener_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~EngineSocket() {
        ::close(fd_);
        ::close(listener_);
    }
    EngineSocket(const EngineSocket&) = delete;
    bool accept() {
        fd_ = ::accept(listener_, nullptr, nullptr);
        const timeval patience{15, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        return fd_ >= 0;
    }
    void say(const boost::json::object& message) {
        const std::string line = boost::json::serialize(message) + "\n";
        ASSERT_EQ(::send(fd_, line.data(), line.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(line.size()));
    }
    // Keys of the applicant's sound and picture, for nobody in particular.
    void give_keys(std::uint64_t epoch = 65537) {
        const auto key = [&](const char* kind, bool video) {
            return boost::json::object{{"sender", kApplicant},
                                       {"kind", kind},
                                       {"kid", base::KeyNumber{epoch, 0, video}.kid()},
                                       {"key", std::string(42, 'A') + "E"}};
        };
        say({{"type", "keys"},
             {"session", kSession.text()},
             {"epoch", epoch},
             {"switch", true},
             {"old_ms", 1000},
             {"send", boost::json::array{key("audio", false), key("video", true)}},
             {"receive", boost::json::array{}},
             {"people", boost::json::array{}}});
    }
    void allow(bool audio, bool video) {
        say({{"type", "send"}, {"audio", audio}, {"video", video}});
    }
    // The next line of this type; null: none came.
    boost::json::value expect(const std::string& type) {
        for (;;) {
            for (auto end = buffer_.find('\n'); end != std::string::npos;
                 end = buffer_.find('\n')) {
                const auto message = boost::json::parse(buffer_.substr(0, end));
                buffer_.erase(0, end + 1);
                if (message.at("type").as_string() == type) return message;
            }
            char chunk[4096];
            const auto size = ::recv(fd_, chunk, sizeof chunk, 0);
            if (size <= 0) return nullptr;
            buffer_.append(chunk, static_cast<std::size_t>(size));
        }
    }

  private:
    int listener_ = -1, fd_ = -1;
    std::string buffer_;
};

class EngineGate : public testing::Test {
  protected:
    EngineGate() {
        std::ofstream(directory_ / "sessions.json")
            << R"({"session":"00000000000000a1","title":"T","participants":[
                {"id":"00000000000000b1","name":"Ida","role":"interviewer","token":"watches"},
                {"id":"00000000000000b3","name":"Ana","role":"applicant","token":"applicant"}]})";
        hub_ = std::make_unique<HubProcess>(
            std::vector<std::string>{"--static-token", directory_ / "sessions.json"});
        socket_ = std::make_unique<EngineSocket>(directory_ / "engine.sock");
        engine_ = HubProcess::start({SIGHTLINE_ENGINE, "--run", directory_, "--synthetic"},
                                    directory_ / "log");
        EXPECT_TRUE(socket_->accept()) << read_file(directory_ / "log");
        call_ = std::make_unique<PlayedCall>(hub_->http_port(), kSession,
                                             std::vector<std::string>{"watches"});
        call_->subscribe("watches", "watches");
        socket_->say({{"type", "join"},
                      {"hub", "http://127.0.0.1:" + std::to_string(hub_->http_port())},
                      {"fingerprint", ""},
                      {"token", "applicant"},
                      {"session", kSession.text()}});
        for (int i = 0; i < 40; ++i) {
            const auto status = socket_->expect("status");
            if (!status.is_object() || status.at("state") == "live") break;
        }
    }
    ~EngineGate() override {
        call_.reset();
        ::kill(engine_, SIGKILL);
        ::waitpid(engine_, nullptr, 0);
        hub_.reset();
        std::filesystem::remove_all(directory_);
    }
    static std::filesystem::path make_directory() {
        char name[] = "/tmp/engine_gate_XXXXXX";
        return ::mkdtemp(name);
    }
    std::uint64_t in(std::chrono::milliseconds duration) {
        const auto before = call_->packets("watches");
        std::this_thread::sleep_for(duration);
        return call_->packets("watches") - before;
    }
    bool starts() {
        const auto before = call_->packets("watches");
        return PlayedCall::wait_for([&] { return call_->packets("watches") > before; }, 5s);
    }
    bool shows_a_picture() {
        const auto before = call_->pictures("watches");
        return PlayedCall::wait_for([&] { return call_->pictures("watches") > before; }, 5s);
    }
    double last_after(base::Instant instant) {
        return std::chrono::duration<double, std::milli>(call_->last("watches") - instant).count();
    }

    const std::filesystem::path directory_ = make_directory();
    std::unique_ptr<HubProcess> hub_;
    std::unique_ptr<EngineSocket> socket_;
    std::unique_ptr<PlayedCall> call_;
    pid_t engine_ = -1;
};

TEST_F(EngineGate, LetsOutWhatTheKioskAllowsAndStopsAtItsWord) {
    EXPECT_EQ(in(1s), 0u) << "the kiosk has allowed nothing yet";
    socket_->allow(true, true);
    EXPECT_EQ(in(1s), 0u) << "there is no key for it";
    socket_->give_keys();
    EXPECT_EQ(socket_->expect("keys").at("epoch"), 65537);
    double worst = -1000;
    for (int round = 0; round < 5; ++round) {
        socket_->allow(true, true);
        ASSERT_TRUE(shows_a_picture()) << read_file(directory_ / "log");
        std::this_thread::sleep_for(500ms);
        const auto now = base::Clock::now();
        socket_->allow(false, false);
        EXPECT_EQ((std::this_thread::sleep_for(200ms), in(500ms)), 0u);
        worst = std::max(worst, last_after(now));
    }
    std::printf("send line: last packet at the watcher after %.1f ms at worst\n", worst);
    EXPECT_LE(worst, 50);

    socket_->allow(true, false);
    const auto pictures = call_->pictures("watches");
    const auto packets = in(1500ms);
    EXPECT_GE(packets, 50u);
    EXPECT_LE(packets, 80u) << "sound alone";
    EXPECT_EQ(call_->pictures("watches"), pictures);
}

TEST_F(EngineGate, StopsByItselfWhenTheKioskIsSilentAndComesBackWithAPicture) {
    socket_->give_keys();
    socket_->allow(true, true);
    ASSERT_TRUE(shows_a_picture()) << read_file(directory_ / "log");
    const std::string heartbeat(48, '0');
    base::Instant last_word;
    for (int i = 0; i < 6; ++i) {
        std::this_thread::sleep_for(500ms);
        last_word = base::Clock::now();
        socket_->say({{"type", "heartbeat"}, {"data", heartbeat}});
    }
    EXPECT_TRUE(starts()) << "a heartbeat is a word too";
    std::this_thread::sleep_for(2500ms);
    EXPECT_EQ(in(500ms), 0u);
    std::printf("silent kiosk: last packet at the watcher after %.1f ms\n", last_after(last_word));
    EXPECT_LE(last_after(last_word), 2050);
    EXPECT_GE(last_after(last_word), 1900);
    const auto back = base::Clock::now();
    socket_->say({{"type", "heartbeat"}, {"data", heartbeat}});
    ASSERT_TRUE(shows_a_picture());
    std::printf("kiosk back: a picture after %.1f ms\n",
                std::chrono::duration<double, std::milli>(base::Clock::now() - back).count());
}

TEST_F(EngineGate, SendsNothingOfWhatIsMuted) {
    socket_->give_keys();
    socket_->allow(true, true);
    ASSERT_TRUE(shows_a_picture()) << read_file(directory_ / "log");
    socket_->say({{"type", "mute"}, {"audio", true}, {"video", true}});
    std::this_thread::sleep_for(200ms);
    EXPECT_EQ(in(700ms), 0u);
    socket_->say({{"type", "mute"}, {"audio", false}, {"video", false}});
    socket_->allow(true, true);
    EXPECT_TRUE(shows_a_picture());
}

}  // namespace
}  // namespace sightline::integration
