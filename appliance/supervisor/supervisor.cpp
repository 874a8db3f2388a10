#include "appliance/supervisor/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "appliance/base/log.h"

namespace sightline::supervisor {
namespace {

constexpr std::size_t kMaxLogBytes = 1 << 20;

// The directory's lock: two supervisors in one directory would take each other's sockets.
Descriptor take_lock(const std::filesystem::path& run) {
    const std::filesystem::path file = run / "supervisor.lock";
    Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock) throw std::system_error(errno, std::generic_category(), "open " + file.string());
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        throw std::runtime_error("another supervisor already works in " + run.string() +
                                 ": stop it, or choose another directory with --run");
    }
    return lock;
}

Descriptor block_signals() {
    sigset_t ours;
    ::sigemptyset(&ours);
    ::sigaddset(&ours, SIGTERM);
    ::sigaddset(&ours, SIGINT);
    ::sigprocmask(SIG_BLOCK, &ours, nullptr);
    Descriptor signals(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals) throw std::system_error(errno, std::generic_category(), "make a signalfd");
    return signals;
}

int poll_timeout(base::Instant deadline, base::Instant now) {
    if (deadline == base::kNever) return -1;
    if (deadline <= now) return 0;
    // Rounded up: waking a millisecond early would mean a round for nothing.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
    return static_cast<int>(std::min<std::int64_t>(left, 60000));
}

}  // namespace

Supervisor::Entry::Entry(UnitSettings settings, const std::filesystem::path& run)
    : unit(std::move(settings)),
      notify(run / ("notify-" + unit.settings().name + ".sock")),
      kept(unit.settings().fd_store),
      log(run / (unit.settings().name + ".log"), kMaxLogBytes) {}

Supervisor::Supervisor(std::vector<UnitSettings> units, std::filesystem::path run)
    : run_(std::filesystem::absolute(run)), lock_(take_lock(run_)), signals_(block_signals()) {
    for (UnitSettings& unit : units) {
        entries_.push_back(std::make_unique<Entry>(std::move(unit), run_));
    }
}

Supervisor::~Supervisor() {
    for (const auto& entry : entries_) {
        if (entry->process) entry->process->send(SIGKILL);
    }
    std::error_code ignored;
    std::filesystem::remove(run_ / "supervisor.json", ignored);
}

void Supervisor::run() {
    for (;;) {
        const base::Instant now = base::Clock::now();
        if (stopping_) {
            stop_next(now);
        } else {
            allow_those_whose_turn_it_is(now);
        }
        for (const auto& entry : entries_) {
            act(*entry, now);
            if (entry->unit.state() == Unit::State::Stopped) entry->kept.clear();
        }
        write_state();
        if (all_stopped()) return;
        wait_and_listen();
    }
}

bool Supervisor::all_stopped() const {
    return stopping_ && std::all_of(entries_.begin(), entries_.end(), [](const auto& entry) {
               return entry->unit.state() == Unit::State::Stopped;
           });
}

void Supervisor::allow_those_whose_turn_it_is(base::Instant now) {
    for (const auto& entry : entries_) {
        const auto& after = entry->unit.settings().after;
        const bool allowed = std::all_of(after.begin(), after.end(), [this](const auto& name) {
            return std::any_of(entries_.begin(), entries_.end(), [&name](const auto& other) {
                return other->unit.settings().name == name && other->unit.has_been_ready();
            });
        });
        if (allowed) entry->unit.allow(now);
    }
}

void Supervisor::stop_next(base::Instant now) {
    // Those that wait for a restart go at once; of those that live, the one started last, alone.
    for (const auto& entry : entries_) {
        if (!entry->unit.has_process()) entry->unit.stop(now);
    }
    const auto last = std::find_if(entries_.rbegin(), entries_.rend(),
                                   [](const auto& entry) { return entry->unit.has_process(); });
    if (last != entries_.rend()) (*last)->unit.stop(now);
}

void Supervisor::act(Entry& entry, base::Instant now) {
    const std::string& name = entry.unit.settings().name;
    switch (entry.unit.poll(now)) {
        case Unit::Action::None:
            break;
        case Unit::Action::Start:
            entry.unit.started(now);
            drain(entry);  // a last word of the process before it
            try {
                entry.process.emplace(
                    Process::start(entry.unit.settings(), entry.notify.path(), entry.kept));
                spdlog::info("unit.started unit={} pid={}", name, entry.process->pid());
            } catch (const std::system_error& e) {
                entry.last_end = e.what();
                spdlog::error("unit.not_started unit={} reason=\"{}\"", name, e.what());
                entry.log.append(std::string("cannot be started: ") + e.what() + "\n");
                entry.unit.exited(now);
            }
            break;
        case Unit::Action::Terminate:
            entry.process->send(SIGTERM);
            break;
        case Unit::Action::Abort:
            spdlog::warn("unit.silent unit={} pid={}", name, entry.process->pid());
            entry.process->send(SIGABRT);
            break;
        case Unit::Action::Kill:
            entry.process->send(SIGKILL);
            break;
    }
}

void Supervisor::wait_and_listen() {
    std::vector<pollfd> watched{{.fd = signals_.get(), .events = POLLIN, .revents = 0}};
    base::Instant deadline = base::kNever;
    for (const auto& entry : entries_) {
        deadline = std::min(deadline, entry->unit.deadline());
        watched.push_back({.fd = entry->notify.fd(), .events = POLLIN, .revents = 0});
        if (!entry->process) continue;
        watched.push_back({.fd = entry->process->exit_fd(), .events = POLLIN, .revents = 0});
        watched.push_back({.fd = entry->process->output_fd(), .events = POLLIN, .revents = 0});
    }
    ::poll(watched.data(), watched.size(), poll_timeout(deadline, base::Clock::now()));

    signalfd_siginfo signal{};
    while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
        if (!stopping_) spdlog::info("supervisor.stopping signal={}", signal.ssi_signo);
        stopping_ = true;
    }
    for (const auto& entry : entries_) listen_to(*entry);
}

void Supervisor::listen_to(Entry& entry) {
    const base::Instant now = base::Clock::now();
    const NotifySocket::Heard heard = drain(entry);
    if (heard.ready) {
        spdlog::info("unit.ready unit={}", entry.unit.settings().name);
        entry.unit.said_ready(now);
    }
    if (heard.alive) entry.unit.said_alive(now);
    if (!entry.process) return;
    collect_output(entry);
    if (entry.process->reap(entry.last_end)) {
        collect_output(entry);
        spdlog::info("unit.ended unit={} pid={} {}", entry.unit.settings().name,
                     entry.process->pid(), entry.last_end);
        entry.process.reset();
        entry.unit.exited(now);
    }
}

NotifySocket::Heard Supervisor::drain(Entry& entry) {
    const NotifySocket::Heard heard = entry.notify.drain(entry.kept);
    if (heard.refused > 0) {
        spdlog::warn("unit.descriptors_refused unit={} count={} fd_store={}",
                     entry.unit.settings().name, heard.refused, entry.unit.settings().fd_store);
    }
    return heard;
}

void Supervisor::collect_output(Entry& entry) {
    const std::string text = entry.process->read_output();
    if (!text.empty()) entry.log.append(text);
}

void Supervisor::write_state() {
    std::string state = "{\"pid\":" + std::to_string(::getpid()) + ",\"units\":{";
    for (const auto& entry : entries_) {
        if (state.back() != '{') state += ',';
        // Names are file-name safe, and how a unit ended is our own text: nothing needs escaping.
        state += "\"" + entry->unit.settings().name + "\":{\"state\":\"" +
                 name_of(entry->unit.state()) +
                 "\",\"pid\":" + std::to_string(entry->process ? entry->process->pid() : 0) +
                 ",\"restarts\":" + std::to_string(entry->unit.restarts()) +
                 ",\"silences\":" + std::to_string(entry->unit.silences()) + "}";
    }
    state += "}}\n";
    if (state == written_state_) return;
    const std::filesystem::path file = run_ / "supervisor.json";
    const std::filesystem::path fresh = run_ / "supervisor.json.new";
    std::ofstream(fresh, std::ios::trunc) << state;
    std::error_code ignored;  // a full disk: the units matter more than the file about them
    std::filesystem::rename(fresh, file, ignored);
    written_state_ = std::move(state);
}

}  // namespace sightline::supervisor
