// A room without a sound card: a PulseAudio daemon of the test's own, whose loudspeaker is a null
// sink and whose microphone hears exactly what that sink plays, as in a room with hard walls.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <memory>
#include <stdexcept>

#include "local_daemon.h"
#include "tests/support/temporary_directory.h"

namespace sightline::integration {

class SoundRoom {
  public:
    static constexpr const char* kLoudspeaker = "Interview room loudspeaker";
    static constexpr const char* kMicrophone = "Interview room microphone";

    SoundRoom() {
        ::setenv("PULSE_SERVER", ("unix:" + socket().string()).c_str(), 1);
        ::setenv("XDG_RUNTIME_DIR", directory_.path().c_str(), 1);
        start();
    }
    ~SoundRoom() {
        ::unsetenv("PULSE_SERVER");
        ::unsetenv("XDG_RUNTIME_DIR");
    }

    void start() {
        daemon_.reset();
        std::filesystem::remove(socket());
        const std::string home = directory_.path();
        daemon_ = std::make_unique<LocalDaemon>(
            std::vector<std::string>{
                find_program("pulseaudio"), "-n", "--daemonize=no", "--exit-idle-time=-1",
                "--use-pid-file=no", "--disable-shm=yes", "--log-level=notice", "-L",
                "module-native-protocol-unix auth-anonymous=1 socket=" + socket().string(), "-L",
                "module-null-sink sink_name=room rate=48000 channels=2 "
                "sink_properties='device.description=\"" +
                    std::string(kLoudspeaker) + "\"'",
                "-L",
                "module-remap-source master=room.monitor source_name=desk_microphone "
                "source_properties='device.description=\"" +
                    std::string(kMicrophone) + "\"'"},
            std::vector<std::pair<std::string, std::string>>{{"HOME", home},
                                                             {"XDG_RUNTIME_DIR", home},
                                                             {"PULSE_RUNTIME_PATH", home},
                                                             {"PULSE_STATE_PATH", home},
                                                             {"PULSE_SERVER", ""}},
            log());
        if (!becomes_true(std::chrono::seconds(20), [this] { return answers(); })) {
            throw std::runtime_error("pulseaudio did not start; see " + log().string());
        }
    }
    LocalDaemon& daemon() { return *daemon_; }
    std::filesystem::path log() const { return directory_.path() / "log"; }

  private:
    std::filesystem::path socket() const { return directory_.path() / "room.socket"; }

    // The socket is the first module: the devices are there a moment later than it, but the daemon
    // answers no client before all modules are loaded.
    bool answers() const {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socket().c_str(), sizeof address.sun_path - 1);
        const bool connected =
            ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(fd);
        return connected;
    }

    tests::TemporaryDirectory directory_;
    std::unique_ptr<LocalDaemon> daemon_;
};

}  // namespace sightline::integration
