// swtpm, a TPM 2.0 in a process of its own, which ends with ours; its memory lies in a directory,
// in clear. Throws std::runtime_error without two free ports. One thread.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>

#include "appliance/base/bytes.h"
#include "appliance/base/descriptor.h"

namespace sightline::tests {

inline sockaddr_in local(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

inline bool bind_to(const base::Descriptor& socket, int port) {
    const sockaddr_in address = local(port);
    return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// The lower of two neighbouring ports that were free a moment ago.
inline int two_free_ports() {
    for (int attempt = 0; attempt < 100; ++attempt) {
        const base::Descriptor one(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const base::Descriptor next(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        socklen_t size = sizeof address;
        if (!bind_to(one, 0) ||
            ::getsockname(one.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            continue;
        }
        const int port = ntohs(address.sin_port);
        if (bind_to(next, port + 1)) return port;
    }
    throw std::runtime_error("no two neighbouring ports are free");
}

// A TPM that can be switched off and on again.
class SoftwareTpm {
  public:
    explicit SoftwareTpm(std::filesystem::path state) : state_(std::move(state)) { start(); }
    ~SoftwareTpm() { stop(); }

    void start() {
        port_ = two_free_ports();
        const std::string state = "dir=" + state_.string();
        const std::string server = "type=tcp,port=" + std::to_string(port_);
        const std::string control = "type=tcp,port=" + std::to_string(port_ + 1);
        const pid_t parent = ::getpid();
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() != parent) ::_exit(125);
            ::execlp("swtpm", "swtpm", "socket", "--tpm2", "--flags", "not-need-init,startup-clear",
                     "--tpmstate", state.c_str(), "--server", server.c_str(), "--ctrl",
                     control.c_str(), nullptr);
            ::_exit(126);
        }
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!answers() && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    // As a power cut would: nothing is said to it first.
    void stop() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    const std::filesystem::path& state() const { return state_; }
    std::string tcti() const { return "swtpm:host=127.0.0.1,port=" + std::to_string(port_); }

    // Whether these bytes stand anywhere in what it keeps.
    bool remembers(base::ByteView bytes) const {
        return std::any_of(std::filesystem::directory_iterator(state_),
                           std::filesystem::directory_iterator(),
                           [&](const auto& file) { return contains(file.path(), bytes); });
    }
    static bool contains(const std::filesystem::path& file, base::ByteView bytes) {
        std::ifstream in(file, std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)),
                               std::istreambuf_iterator<char>());
        return text.find(base::as_text(bytes)) != std::string::npos;
    }

  private:
    bool answers() const {
        const base::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const sockaddr_in address = local(port_ + 1);
        return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                         sizeof address) == 0;
    }

    std::filesystem::path state_;
    int port_ = 0;
    pid_t pid_ = 0;
};

}  // namespace sightline::tests
