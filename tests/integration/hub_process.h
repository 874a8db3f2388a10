// A real sightline-hub on free loopback ports with directories of its own, for the integration
// tests. Stopped and removed with the object.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sightline::integration {

inline std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

class HubProcess {
  public:
    // `state`: another hub's, to start with its identity; empty: one of its own. `port`: of plain
    // HTTP; 0: any free one.
    explicit HubProcess(std::vector<std::string> more = {}, std::filesystem::path state = {},
                        std::uint16_t port = 0) {
        std::string name = (std::filesystem::temp_directory_path() / "hub_test_XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
        directory_ = name;
        std::ofstream(directory_ / "key") << kKey << '\n';
        std::filesystem::create_directories(directory_ / "pages" / "console");
        std::ofstream(directory_ / "pages" / "console" / "index.html") << "<!doctype html>";
        if (state.empty()) state = directory_ / "state";
        std::vector<std::string> arguments = {SIGHTLINE_HUB,
                                              "--listen",
                                              "127.0.0.1:" + std::to_string(port),
                                              "--tls-listen",
                                              "127.0.0.1:0",
                                              "--state",
                                              state,
                                              "--run",
                                              directory_ / "run",
                                              "--pages",
                                              directory_ / "pages",
                                              "--kiosk-key-file",
                                              directory_ / "key",
                                              "--advertise",
                                              "127.0.0.1",
                                              "--media-bind",
                                              "127.0.0.1",
                                              "--origin",
                                              "https://office.example"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        pid_ = start(arguments, directory_ / "log");
        wait_until_ready();
    }
    HubProcess(const HubProcess&) = delete;
    ~HubProcess() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        heed_sanitizers();
        std::filesystem::remove_all(directory_);
    }

    // Its exit code after a SIGTERM; nullopt when it did not end in time.
    std::optional<int> stop(std::chrono::seconds patience) {
        ::kill(pid_, SIGTERM);
        const auto code = wait_for_exit(pid_, patience);
        if (code) pid_ = -1;
        return code;
    }

    bool alive() const { return ::kill(pid_, 0) == 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0; }
    pid_t pid() const { return pid_; }
    std::uint16_t http_port() const { return http_port_; }
    std::uint16_t https_port() const { return https_port_; }
    const std::filesystem::path& directory() const { return directory_; }
    std::string log() const { return read_file(directory_ / "log"); }

    static constexpr const char* kKey =
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    static pid_t start(const std::vector<std::string>& arguments,
                       const std::filesystem::path& log) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            ::dup2(fd, 1);
            ::dup2(fd, 2);
            // Or a connection of the test's stays open in it that the test has closed.
            ::close_range(3, ~0u, 0);
            std::vector<char*> argv;
            for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
            argv.push_back(nullptr);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        return pid;
    }
    static std::optional<int> wait_for_exit(pid_t pid, std::chrono::seconds patience) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < deadline) {
            int status = 0;
            if (::waitpid(pid, &status, WNOHANG) == pid) {
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return std::nullopt;
    }

  private:
    // What a sanitizer found in the hub stands in its log only: it goes on, and is killed, so it
    // has no exit code that would tell.
    void heed_sanitizers() const {
        const std::string said = log();
        if (said.find("Sanitizer:") == std::string::npos) return;
        std::fputs(said.c_str(), stderr);
        std::abort();
    }
    void wait_until_ready() {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!std::filesystem::exists(directory_ / "run" / "hub.json")) {
            if (std::chrono::steady_clock::now() > deadline || !alive()) {
                throw std::runtime_error("the hub did not start: " + log());
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        const auto ready = boost::json::parse(read_file(directory_ / "run" / "hub.json"));
        const auto port_of = [&](const char* key) {
            const std::string url(ready.at(key).as_string());
            return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
        };
        http_port_ = port_of("http");
        https_port_ = port_of("https");
    }

    std::filesystem::path directory_;
    pid_t pid_ = -1;
    std::uint16_t http_port_ = 0, https_port_ = 0;
};

}  // namespace sightline::integration
