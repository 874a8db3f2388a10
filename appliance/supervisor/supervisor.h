// Starts the units of a configuration in order, watches them, restarts them, ends them in reverse
// order: what systemd does for the installed appliance, where there is no systemd (a demo, a
// container, a test). One thread, one poll loop over signalfd, pidfds, notify sockets and output
// pipes. The rules of each unit are in unit.h; here are only the system calls.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "appliance/supervisor/bounded_log.h"
#include "appliance/supervisor/descriptor_store.h"
#include "appliance/supervisor/process.h"
#include "appliance/supervisor/unit.h"

namespace sightline::supervisor {

class Supervisor {
  public:
    /// `run` holds sockets, logs (NAME.log, at most 2 × 1 MiB each) and supervisor.json. Blocks
    /// SIGTERM and SIGINT for the thread. Throws std::system_error or std::length_error;
    /// std::runtime_error when another supervisor works in the same directory.
    Supervisor(std::vector<UnitSettings> units, std::filesystem::path run);
    ~Supervisor();
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// Until SIGTERM or SIGINT has been answered by stopping every unit.
    void run();

  private:
    struct Entry {
        explicit Entry(UnitSettings settings, const std::filesystem::path& run);
        Unit unit;
        NotifySocket notify;
        DescriptorStore kept;  // dies with the supervisor, and when the unit is stopped for good
        BoundedLog log;
        std::optional<Process> process;
        std::string last_end;
    };

    void wait_and_listen();
    void listen_to(Entry& entry);
    NotifySocket::Heard drain(Entry& entry);
    void act(Entry& entry, base::Instant now);
    void allow_those_whose_turn_it_is(base::Instant now);
    void stop_next(base::Instant now);
    void collect_output(Entry& entry);
    bool all_stopped() const;
    void write_state();

    std::filesystem::path run_;
    Descriptor lock_;
    Descriptor signals_;
    std::vector<std::unique_ptr<Entry>> entries_;
    bool stopping_ = false;
    std::string written_state_;
};

}  // namespace sightline::supervisor
