// One supervised program: when to start it, when its silence means it hangs, when to end it. A
// state machine without clock, process or socket: it takes `now` and what happened, and answers
// what to do next and when to ask again. The contract is that of systemd's Type=notify with
// WatchdogSec and Restart=always, so that a program behaves alike under both.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "appliance/base/time.h"

namespace sightline::supervisor {

struct UnitSettings {
    std::string name;
    std::vector<std::string> command;  // program and arguments, no shell
    std::vector<std::string> after;    // units that must have been ready before the first start
    std::chrono::milliseconds watchdog{0};  // longest silence once ready; 0: not watched
    std::chrono::milliseconds restart{100};
    std::chrono::milliseconds ready_within{30000};
    std::size_t fd_store = 0;  // descriptors kept for its next process, as FileDescriptorStoreMax=
};

// SIGABRT first, so that the program can leave a trace of where it hung; SIGKILL after this.
inline constexpr std::chrono::milliseconds kAbortGrace{200};
// SIGTERM first, to say goodbye to peers and close the database; SIGKILL after this.
inline constexpr std::chrono::milliseconds kStopGrace{10000};
// A life shorter than this is a quick failure; more than so many in a row, and restarts slow down.
inline constexpr std::chrono::milliseconds kQuickLife{10000};
inline constexpr int kQuickFailures = 5;
inline constexpr std::chrono::milliseconds kMaxRestart{5000};

class Unit {
  public:
    enum class State { Waiting, Due, Starting, Running, Aborting, Terminating, Killing, Stopped };
    enum class Action { None, Start, Terminate, Abort, Kill };

    explicit Unit(UnitSettings settings) : settings_(std::move(settings)) {}

    /// What to do at `now`; every action is answered once. After Start the caller says `started`,
    /// or `exited` when the program could not be run at all.
    Action poll(base::Instant now);
    /// When `poll` must be called again if nothing happens before.
    base::Instant deadline() const { return deadline_; }

    void allow(base::Instant now);  // everything it comes after has been ready
    void started(base::Instant now);
    void said_ready(base::Instant now);
    void said_alive(base::Instant now);
    void exited(base::Instant now);
    void stop(base::Instant now);  // for good

    const UnitSettings& settings() const { return settings_; }
    State state() const { return state_; }
    bool has_been_ready() const { return has_been_ready_; }
    bool has_process() const;
    int restarts() const { return restarts_; }
    int silences() const { return silences_; }  // times it was ended for saying nothing

  private:
    std::chrono::milliseconds restart_delay() const;
    void be(State state, base::Instant deadline);

    UnitSettings settings_;
    State state_ = State::Waiting;
    base::Instant deadline_ = base::kNever;
    base::Instant born_{};
    bool has_been_ready_ = false;
    bool stopping_ = false;
    int quick_failures_ = 0;
    int restarts_ = 0;
    int silences_ = 0;
};

const char* name_of(Unit::State state);

}  // namespace sightline::supervisor
