#include "tests/crash/crash_explorer.h"

#include <algorithm>
#include <exception>
#include <iomanip>
#include <sstream>
#include <string_view>
#include <unordered_set>

namespace sightline::tests {
namespace {

constexpr std::ptrdiff_t kFailuresKept = 5;  // of either kind

std::uint64_t hash_of(const Image& image) {
    std::uint64_t hash = 0;
    for (const auto& [path, bytes] : image) {
        hash = hash * 31 + std::hash<std::string_view>()(path);
        hash = hash * 31 + std::hash<std::string_view>()(base::as_text(bytes));
    }
    return hash;
}

}  // namespace

void Timeline::record(const CrashVfs& vfs, Outside* outside) {
    stop();
    moments_.clear();
    outside_ = outside;
    if (outside_ == nullptr) return;
    moments_.push_back({0, outside_->state()});
    outside_->on_change([this, &vfs] {
        moments_.push_back({vfs.trace().size(), outside_->state()});
    });
}

void Timeline::stop() {
    if (outside_ != nullptr) outside_->on_change(nullptr);
    outside_ = nullptr;
}

std::any Timeline::at(std::size_t events, Dice& dice) const {
    if (moments_.empty()) return {};
    const auto later = std::find_if(moments_.begin(), moments_.end(),
                                    [&](const Moment& m) { return m.events > events; });
    auto first =
        std::find_if(moments_.begin(), later, [&](const Moment& m) { return m.events == events; });
    if (first != moments_.begin()) --first;  // what it was when this call had just happened
    const auto choices = static_cast<std::size_t>(later - first);
    return (first + static_cast<std::ptrdiff_t>(dice.below(choices)))->state;
}

CrashExplorer::CrashExplorer(CrashVfs& vfs, Workload& workload, const Sweep& sweep)
    : vfs_(vfs), workload_(workload), sweep_(sweep) {
    vfs_.boot(sweep_.disk, {}, sweep_.seed);
    timeline_.record(vfs_, workload_.outside());
    const Opened opened(workload_);
    first_cut_ = vfs_.trace().size();
    digests_.push_back(workload_.digest());
    for (const Operation& operation : workload_.operations()) {
        const std::size_t begin = vfs_.trace().size();
        operation.run();
        steps_.push_back({operation.name, begin, vfs_.trace().size()});
        digests_.push_back(workload_.digest());
    }
    workload_.close();
    timeline_.stop();
    trace_ = vfs_.trace();
}

CrashExplorer::State CrashExplorer::state_at(std::size_t events) const {
    State state{events, 0, 0, false};
    for (const Step& step : steps_) {
        if (step.begin < events) state.row = state.acked + 1;
        if (step.end <= events) {
            ++state.acked;
            continue;
        }
        state.in_flight = step.begin < events;
        break;
    }
    return state;
}

Survival CrashExplorer::survival_of(std::uint64_t number) const {
    const std::uint64_t round = number / cuts();
    return round == 0 ? Survival::None : round == 1 ? Survival::All : Survival::Mixed;
}

Report CrashExplorer::run() {
    Report report;
    report.seed = sweep_.seed;
    report.rows.push_back({"(set up)"});
    for (const Step& step : steps_) report.rows.push_back({step.name});
    report.total.operation = "total";

    Disk disk(sweep_.disk);
    for (std::size_t events = 0; events <= trace_.size(); ++events) {
        if (events > 0) disk.apply(trace_[events - 1]);
        if (events < first_cut_) continue;
        const State state = state_at(events);
        Tally tally;
        tally.cuts = 1;
        std::unordered_set<std::uint64_t> seen;
        for (std::uint64_t number = events - first_cut_; number < sweep_.states; number += cuts()) {
            Dice dice = dice_of(number);
            const Image image = disk.cut(survival_of(number), dice);
            if (seen.insert(hash_of(image)).second) ++tally.distinct;
            const Outcome outcome = examine(state, image, dice, nullptr);
            ++tally.states;
            tally.second_cuts += outcome.second_cut ? 1 : 0;
            tally.lost += outcome.verdict == Verdict::Lost ? 1 : 0;
            tally.corrupt += outcome.verdict == Verdict::Corrupt ? 1 : 0;
            const auto same = std::count_if(
                report.failures.begin(), report.failures.end(),
                [&](const Failure& failure) { return failure.verdict == outcome.verdict; });
            if (outcome.verdict != Verdict::Good && same < kFailuresKept) {
                report.failures.push_back({number, outcome.verdict, outcome.what});
            }
        }
        for (Tally* sum : {&report.rows[state.row], &report.total}) {
            sum->cuts += tally.cuts;
            sum->states += tally.states;
            sum->distinct += tally.distinct;
            sum->second_cuts += tally.second_cuts;
            sum->lost += tally.lost;
            sum->corrupt += tally.corrupt;
        }
    }
    return report;
}

CrashExplorer::Outcome CrashExplorer::examine(const State& state, const Image& image, Dice& dice,
                                              std::string* story) {
    const bool second = sweep_.second_cut_one_in > 0 && dice.below(sweep_.second_cut_one_in) == 0;
    Outcome first = check(state, image, timeline_.at(state.events, dice), dice);
    if (!second || first.verdict != Verdict::Good || vfs_.trace().empty()) return first;

    const std::vector<Event> recovery = vfs_.trace();
    const std::size_t events = 1 + dice.below(recovery.size());
    Disk disk(sweep_.disk, image);
    for (std::size_t i = 0; i < events; ++i) disk.apply(recovery[i]);
    if (story != nullptr) {
        *story += "it opened; power cut again after " + std::to_string(events) + " of " +
                  std::to_string(recovery.size()) +
                  " calls of the recovery, the last: " + recovery[events - 1].text() + "\n";
    }
    const std::any outside = recovery_.at(events, dice);
    Outcome outcome = check(state, disk.cut(Survival::Mixed, dice, story), outside, dice);
    outcome.second_cut = true;
    if (outcome.verdict != Verdict::Good) outcome.what += ", after a second cut";
    return outcome;
}

CrashExplorer::Outcome CrashExplorer::check(const State& state, const Image& image,
                                            const std::any& outside, Dice& dice) {
    vfs_.boot(sweep_.disk, image, dice.next());
    if (workload_.outside() != nullptr) workload_.outside()->set_state(outside);
    recovery_.record(vfs_, workload_.outside());
    try {
        const Opened opened(workload_);
        const std::string answer =
            workload_.sqlite().execAndGet("PRAGMA integrity_check").getString();
        if (answer != "ok") {
            return {Verdict::Corrupt, false, "integrity_check: " + answer};
        }
        const std::string digest = workload_.digest();
        if (digest == digests_[state.acked]) return {};
        if (state.in_flight && digest == digests_[state.acked + 1]) return {};
        for (std::size_t i = state.acked; i-- > 0;) {
            if (digest != digests_[i]) continue;
            return {Verdict::Lost, false,
                    "as after " + std::to_string(i) + " operations, where " +
                        std::to_string(state.acked) + " were acknowledged"};
        }
        return {Verdict::Lost, false,
                "as never before, where " + std::to_string(state.acked) +
                    " operations were acknowledged"};
    } catch (const std::exception& e) {
        return {Verdict::Corrupt, false, e.what()};
    }
}

std::string CrashExplorer::replay(std::uint64_t number) {
    const std::size_t events = first_cut_ + static_cast<std::size_t>(number % cuts());
    const State state = state_at(events);
    Disk disk(sweep_.disk);
    for (std::size_t i = 0; i < events; ++i) disk.apply(trace_[i]);

    std::ostringstream out;
    out << "state " << number << " of seed " << sweep_.seed << ": power cut after call " << events
        << " of " << trace_.size() << "; " << state.acked << " operations acknowledged";
    if (state.in_flight) out << ", in flight: " << steps_[state.acked].name;
    out << "\nthe calls before it:\n";
    for (std::size_t i = events > 12 ? events - 12 : 0; i < events; ++i) {
        out << "  " << trace_[i].text() << "\n";
    }
    std::string story = "what was not synced:\n";
    Dice dice = dice_of(number);
    const Image image = disk.cut(survival_of(number), dice, &story);
    const Outcome outcome = examine(state, image, dice, &story);
    out << story;
    for (const auto& [path, bytes] : image) out << path << ": " << bytes.size() << " bytes\n";
    out << (outcome.verdict == Verdict::Good   ? "good"
            : outcome.verdict == Verdict::Lost ? "LOST: "
                                               : "CORRUPT: ")
        << outcome.what << "\n";
    return out.str();
}

std::string Report::table() const {
    std::ostringstream out;
    out << "seed " << seed << "\n"
        << std::left << std::setw(34) << "operation" << std::right << std::setw(7) << "cuts"
        << std::setw(9) << "states" << std::setw(10) << "distinct" << std::setw(9) << "2nd cut"
        << std::setw(8) << "lost" << std::setw(9) << "corrupt"
        << "\n";
    const auto row = [&](const Tally& tally) {
        out << std::left << std::setw(34) << tally.operation << std::right << std::setw(7)
            << tally.cuts << std::setw(9) << tally.states << std::setw(10) << tally.distinct
            << std::setw(9) << tally.second_cuts << std::setw(8) << tally.lost << std::setw(9)
            << tally.corrupt << "\n";
    };
    for (const Tally& tally : rows) row(tally);
    row(total);
    for (const Failure& failure : failures) {
        out << "state " << failure.number
            << (failure.verdict == Verdict::Lost ? " lost: " : " corrupt: ") << failure.what
            << "\n";
    }
    return out.str();
}

}  // namespace sightline::tests
