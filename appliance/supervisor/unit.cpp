#include "appliance/supervisor/unit.h"

#include <algorithm>

namespace sightline::supervisor {

using State = Unit::State;
using Action = Unit::Action;

void Unit::be(State state, base::Instant deadline) {
    state_ = state;
    deadline_ = deadline;
}

bool Unit::has_process() const {
    return state_ == State::Starting || state_ == State::Running || state_ == State::Aborting ||
           state_ == State::Terminating || state_ == State::Killing;
}

Action Unit::poll(base::Instant now) {
    if (stopping_ && (state_ == State::Starting || state_ == State::Running)) {
        be(State::Terminating, now + kStopGrace);
        return Action::Terminate;
    }
    if (now < deadline_) return Action::None;
    switch (state_) {
        case State::Due:
            be(State::Starting, now + settings_.ready_within);
            return Action::Start;
        case State::Starting:
        case State::Running:
            ++silences_;
            be(State::Aborting, now + kAbortGrace);
            return Action::Abort;
        case State::Aborting:
        case State::Terminating:
            be(State::Killing, base::kNever);
            return Action::Kill;
        case State::Waiting:
        case State::Killing:
        case State::Stopped:
            break;
    }
    return Action::None;
}

void Unit::allow(base::Instant now) {
    if (state_ == State::Waiting) be(State::Due, now);
}

void Unit::started(base::Instant now) { born_ = now; }

void Unit::said_ready(base::Instant now) {
    if (state_ != State::Starting) return;
    has_been_ready_ = true;
    be(State::Running, base::kNever);
    said_alive(now);
}

void Unit::said_alive(base::Instant now) {
    if (state_ != State::Running || settings_.watchdog.count() == 0) return;
    deadline_ = now + settings_.watchdog;
}

void Unit::exited(base::Instant now) {
    if (stopping_) {
        be(State::Stopped, base::kNever);
        return;
    }
    quick_failures_ = now - born_ < kQuickLife ? quick_failures_ + 1 : 0;
    ++restarts_;
    be(State::Due, now + restart_delay());
}

void Unit::stop(base::Instant now) {
    stopping_ = true;
    if (!has_process()) {
        be(State::Stopped, base::kNever);
    } else if (state_ == State::Starting || state_ == State::Running) {
        deadline_ = now;
    }
}

std::chrono::milliseconds Unit::restart_delay() const {
    // Five quick deaths may be five accidents; then each wait is twice the one before, so that a
    // program that cannot start does not keep both cores busy.
    const int doublings = std::clamp(quick_failures_ - kQuickFailures, 0, 10);
    const auto delay = settings_.restart * (1 << doublings);
    return std::min(delay, std::max(kMaxRestart, settings_.restart));
}

const char* name_of(State state) {
    switch (state) {
        case State::Waiting:
            return "waiting";
        case State::Due:
            return "restarting";
        case State::Starting:
            return "starting";
        case State::Running:
            return "running";
        case State::Aborting:
            return "aborting";
        case State::Terminating:
            return "stopping";
        case State::Killing:
            return "killing";
        case State::Stopped:
            return "stopped";
    }
    return "unknown";
}

}  // namespace sightline::supervisor
