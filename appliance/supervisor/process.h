// One child process: started in a process group of its own, killed with the supervisor, its output
// on a pipe, its readiness and watchdog messages on a datagram socket, and what its predecessor had
// kept in its hands. Wraps pidfd, pipe and socket. Thread: the supervisor's only one;
// PR_SET_PDEATHSIG follows the thread that forks.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "appliance/supervisor/descriptor_store.h"
#include "appliance/supervisor/unit.h"

namespace sightline::supervisor {

// The socket named by NOTIFY_SOCKET. Non-blocking. It outlives the processes that write to it.
class NotifySocket {
  public:
    /// Throws std::system_error, or std::length_error when the path is longer than a socket's may
    /// be.
    explicit NotifySocket(std::filesystem::path path);
    ~NotifySocket();
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    struct Heard {
        bool ready = false;
        bool alive = false;
        int refused = 0;  // descriptors that `kept` has no room for
    };
    /// All that has arrived, merged. Descriptors to be kept are in `kept`; those that came without
    /// being asked for are closed, which is also what sd_notify_barrier(3) waits for.
    Heard drain(DescriptorStore& kept);

    int fd() const { return socket_.get(); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    Descriptor socket_;
};

class Process {
  public:
    /// Hands over what is `kept` as descriptors 3 and up, as sd_listen_fds(3) wants.
    /// Throws std::system_error when there is no such program or no room for a process.
    static Process start(const UnitSettings& unit, const std::filesystem::path& notify_socket,
                         const DescriptorStore& kept);

    pid_t pid() const { return pid_; }
    int exit_fd() const { return pidfd_.get(); }     // readable once it has ended
    int output_fd() const { return output_.get(); }  // -1 once all who could write closed it

    /// To the whole process group, so that nothing it started is left behind.
    void send(int signal) const;
    /// Reaps it if it has ended, and kills what is left of its group. Says how it ended.
    bool reap(std::string& how);
    /// What it has written since; empty when there is nothing now.
    std::string read_output();

  private:
    Process(pid_t pid, Descriptor pidfd, Descriptor output);

    pid_t pid_;
    Descriptor pidfd_;
    Descriptor output_;
};

}  // namespace sightline::supervisor
