// The kiosk and the command line as processes, between an engine and a hub that the test plays.
// Everything is on loopback and blocks; CTest's timeout ends what would hang.
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "appliance/base/hex.h"
#include "appliance/kiosk/access_token.h"
#include "session/lease/heartbeat.h"
#include "session/lease/lease.h"
#include "tests/support/consent_texts.h"
#include "tests/support/temporary_directory.h"

namespace sightline::tests {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;

inline std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

inline bool eventually(const std::function<bool()>& condition,
                       std::chrono::seconds patience = std::chrono::seconds(20)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
}

class Process {
  public:
    Process(std::vector<std::string> arguments, const std::filesystem::path& log) {
        std::vector<char*> argv;
        for (auto& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            ::dup2(out, 1);
            ::dup2(out, 2);
            // Or a connection of the test's stays open in it that the test has closed.
            ::close_range(3, ~0u, 0);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
    }
    ~Process() { stop(SIGKILL); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // The exit code, or minus the signal that ended it.
    int wait() {
        int status = 0;
        if (pid_ > 0) ::waitpid(std::exchange(pid_, 0), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    int stop(int signal) {
        if (pid_ <= 0) return 0;
        ::kill(pid_, signal);
        return wait();
    }

  private:
    pid_t pid_ = 0;
};

// The hub's side of one kiosk connection.
class HubSide {
  public:
    explicit HubSide(asio::ip::tcp::acceptor& acceptor) : socket_(acceptor.accept()) {
        socket_.accept();
    }
    json::object receive() {
        beast::flat_buffer buffer;
        socket_.read(buffer);
        return json::parse(beast::buffers_to_string(buffer.data())).as_object();
    }
    // The next message of that type.
    json::object receive(std::string_view type) {
        for (;;) {
            auto message = receive();
            if (message.at("type").as_string() == type) return message;
        }
    }
    void send(const json::object& message) {
        socket_.write(asio::buffer(json::serialize(message)));
    }
    void close(std::uint16_t code) { socket_.close(beast::websocket::close_reason(code)); }

  private:
    beast::websocket::stream<asio::ip::tcp::socket> socket_;
};

// The engine's side of the local socket.
class EngineSide {
  public:
    EngineSide(asio::io_context& io, const std::filesystem::path& path) : socket_(io) {
        socket_.connect(asio::local::stream_protocol::endpoint(path.string()));
    }
    void send(const json::object& message) {
        asio::write(socket_, asio::buffer(json::serialize(message) + "\n"));
    }
    // The next message of that type; pings are answered on the way.
    json::object receive(std::string_view type) {
        for (;;) {
            const auto length = asio::read_until(socket_, asio::dynamic_buffer(input_), '\n');
            auto message = json::parse(input_.substr(0, length)).as_object();
            input_.erase(0, length);
            if (message.at("type").as_string() == type) return message;
            skipped_.emplace_back(message.at("type").as_string());
            if (message.at("type").as_string() == "ping") {
                send({{"type", "pong"}, {"n", message.at("n")}});
            }
        }
    }
    // The types of what came before something else that was waited for.
    const std::vector<std::string>& skipped() const { return skipped_; }

  private:
    asio::local::stream_protocol::socket socket_;
    std::string input_;
    std::vector<std::string> skipped_;
};

class KioskProgram : public testing::Test {
  protected:
    virtual std::string hub_url() {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    KioskProgram() {
        std::ofstream(pin_file()) << "246810\n";
        texts_.write_usual();
    }
    std::string pin_file() const { return directory_.path() / "pin"; }
    std::vector<std::string> command() {
        return {SIGHTLINE_KIOSK, "--state", directory_.path(), "--run",      directory_.path(),
                "--hub",         hub_url(), "--texts",         texts_.path()};
    }
    // As the demonstration runs it: the store opens itself.
    void start() {
        auto arguments = command();
        arguments.insert(arguments.end(), {"--pin-file", pin_file()});
        kiosk_.emplace(std::move(arguments), log());
    }
    std::filesystem::path log() const { return directory_.path() / "kiosk.log"; }
    std::string logged() const {
        std::ifstream file(log());
        return {std::istreambuf_iterator<char>(file), {}};
    }
    // Runs `sightline`; its output in `out_`.
    int sightline(std::vector<std::string> arguments) {
        const auto file = directory_.path() / "cli.out";
        std::filesystem::remove(file);
        // In front: behind some commands `--state` is a state's name.
        const std::string here = directory_.path();
        arguments.insert(arguments.begin(), {SIGHTLINE_CLI, "--state", here, "--run", here});
        const int code = Process(arguments, file).wait();
        std::ifstream stream(file);
        out_.assign(std::istreambuf_iterator<char>(stream), {});
        return code;
    }
    // As Lena if she is signed in, else as nobody.
    json::object status() {
        if (sightline({"status", "--json", "--as", "lena"}) != 0) return {};
        return json::parse(out_).as_object();
    }

    // Once the kiosk runs and its store is open.
    void sign_in(const std::string& name, const std::string& role) {
        ASSERT_TRUE(eventually([&] { return is_open(); }));
        const auto by = role == "supervisor" ? name : std::string("lena");
        ASSERT_EQ(
            sightline({"staff", "add", name, "--role", role, "--pin-file", pin_file(), "--as", by}),
            0)
            << out_;
        ASSERT_EQ(sightline({"sign-in", name, "--pin-file", pin_file()}), 0) << out_;
    }
    bool is_open() {
        const auto s = status();
        return s.contains("store") && s.at("store").at("open").as_bool();
    }
    // The command line for Lena, the supervisor.
    int lena(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--as", "lena"});
        return sightline(std::move(arguments));
    }
    std::string schedule() {
        EXPECT_EQ(lena({"sessions", "schedule", "--title", "Selection mission", "--subject",
                        "Amina", "--delegation", "NLD"}),
                  0)
            << out_;
        const auto session = out_.substr(0, 16);
        person_ = out_.substr(out_.find("subject ") + 8, 16);
        return session;
    }
    void step(const std::string& name, const std::string& reason = "") {
        ASSERT_EQ(lena({"step", name, "--reason", reason}), 0) << out_;
    }
    void lead_to_live(const std::string& metadata) {
        step("check-in");
        step("open-consent");
        for (const char* item : {"video", "audio"}) {
            ASSERT_EQ(lena({"consent", "record", person_, item, "given"}), 0) << out_;
        }
        ASSERT_EQ(lena({"consent", "record", person_, "metadata", metadata}), 0) << out_;
        step("close-consent");
        step("start");
    }

    TemporaryDirectory directory_;
    ConsentTexts texts_;
    std::string person_;
    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_{io_,
                                      asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::optional<Process> kiosk_;
    std::string out_;
};

}  // namespace sightline::tests
