// A daemon of another package, started by a test for itself: its own process, its own files, ended
// by its process id. For the tests that drive the engine's real device paths on machines without
// devices.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sightline::integration {

// Where the shell would find it; empty when it is not installed.
inline std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::string rest = path ? path : "/usr/bin:/bin";
    while (!rest.empty()) {
        const auto colon = rest.find(':');
        const std::string file = rest.substr(0, colon) + "/" + name;
        if (::access(file.c_str(), X_OK) == 0) return file;
        rest = colon == std::string::npos ? std::string() : rest.substr(colon + 1);
    }
    return {};
}

// Waits for something that other processes or threads bring about.
template <class Condition>
bool becomes_true(std::chrono::milliseconds patience, Condition condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

class LocalDaemon {
  public:
    // `environment` replaces the variables of these names; output goes to the file `log`.
    LocalDaemon(const std::vector<std::string>& arguments,
                const std::vector<std::pair<std::string, std::string>>& environment,
                const std::filesystem::path& log) {
        std::vector<char*> argv;
        for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ != 0) return;
        // A test that crashes takes its daemon with it.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
        const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(fd, 1);
        ::dup2(fd, 2);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    LocalDaemon(const LocalDaemon&) = delete;
    ~LocalDaemon() { kill(); }

    bool alive() {
        if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
        return pid_ > 0;
    }
    // As a crash would: no farewell to its clients.
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    void signal(int number) const {
        if (pid_ > 0) ::kill(pid_, number);
    }

  private:
    pid_t pid_ = -1;
};

}  // namespace sightline::integration
