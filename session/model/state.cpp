#include "session/model/state.h"

#include <algorithm>
#include <string>
#include <vector>

#include "session/model/names.h"

namespace sightline::model {
namespace {

using base::Errc;
using base::Error;

constexpr Names<State, 7> kStates{{{State::Scheduled, "scheduled"},
                                   {State::CheckedIn, "checked-in"},
                                   {State::Consenting, "consenting"},
                                   {State::Waiting, "waiting"},
                                   {State::Live, "live"},
                                   {State::Paused, "paused"},
                                   {State::Ended, "ended"}}};
constexpr Names<PauseReason, 4> kPauseReasons{{{PauseReason::Break, "break"},
                                               {PauseReason::PrivateTalk, "private-talk"},
                                               {PauseReason::LinkLost, "link-lost"},
                                               {PauseReason::Distress, "distress"}}};
constexpr Names<EndReason, 12> kEndReasons{{{EndReason::Complete, "complete"},
                                            {EndReason::ByApplicant, "by-applicant"},
                                            {EndReason::ByDelegation, "by-delegation"},
                                            {EndReason::Distress, "distress"},
                                            {EndReason::Medical, "medical"},
                                            {EndReason::Emergency, "emergency"},
                                            {EndReason::Technical, "technical"},
                                            {EndReason::Interpretation, "interpretation"},
                                            {EndReason::Interrupted, "interrupted"},
                                            {EndReason::ApplicantAbsent, "applicant-absent"},
                                            {EndReason::InterpreterAbsent, "interpreter-absent"},
                                            {EndReason::DelegationAbsent, "delegation-absent"}}};
constexpr Names<Ending, 3> kEndings{{{Ending::Complete, "complete"},
                                     {Ending::Terminated, "terminated"},
                                     {Ending::NoShow, "no-show"}}};
constexpr Names<Step, 7> kSteps{{{Step::CheckIn, "check-in"},
                                 {Step::OpenConsent, "open-consent"},
                                 {Step::CloseConsent, "close-consent"},
                                 {Step::Start, "start"},
                                 {Step::Pause, "pause"},
                                 {Step::Resume, "resume"},
                                 {Step::End, "end"}}};

// One way on. What is not listed is refused.
struct Way {
    State from;
    Step step;
    State to;
    std::optional<Ending> ending = std::nullopt;  // present exactly when the step is End
};
constexpr std::array kWays{
    Way{State::Scheduled, Step::CheckIn, State::CheckedIn},
    Way{State::Scheduled, Step::End, State::Ended, Ending::Terminated},
    Way{State::Scheduled, Step::End, State::Ended, Ending::NoShow},

    Way{State::CheckedIn, Step::OpenConsent, State::Consenting},
    Way{State::CheckedIn, Step::End, State::Ended, Ending::Terminated},
    Way{State::CheckedIn, Step::End, State::Ended, Ending::NoShow},

    // Whoever is being asked is there, so nobody is a no-show.
    Way{State::Consenting, Step::CloseConsent, State::Waiting},
    Way{State::Consenting, Step::End, State::Ended, Ending::Terminated},

    // Back to consenting when somebody wants to think again, or another text is needed.
    Way{State::Waiting, Step::OpenConsent, State::Consenting},
    Way{State::Waiting, Step::Start, State::Live},
    Way{State::Waiting, Step::End, State::Ended, Ending::Terminated},
    Way{State::Waiting, Step::End, State::Ended, Ending::NoShow},

    Way{State::Live, Step::Pause, State::Paused},
    Way{State::Live, Step::End, State::Ended, Ending::Complete},
    Way{State::Live, Step::End, State::Ended, Ending::Terminated},

    // To another reason: a private talk turns into a break.
    Way{State::Paused, Step::Pause, State::Paused},
    Way{State::Paused, Step::Resume, State::Live},
    Way{State::Paused, Step::End, State::Ended, Ending::Complete},
    Way{State::Paused, Step::End, State::Ended, Ending::Terminated},
};

// Names separated by commas, the last by "or".
template <class T>
std::string one_of(const std::vector<T>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text += i + 1 == values.size() ? " or " : ", ";
        text += name_of(values[i]);
    }
    return text;
}

Error refused(const Standing& now, const StepOrder& order) {
    const std::string what = std::string(name_of(order.step)) + ": the interview ";
    if (now.state == State::Ended) {
        return {Errc::Conflict, what + "has ended; schedule another one"};
    }
    std::vector<Step> steps;
    std::vector<Ending> endings;
    for (const Way& way : kWays) {
        if (way.from != now.state) continue;
        if (steps.empty() || steps.back() != way.step) steps.push_back(way.step);
        if (way.ending) endings.push_back(*way.ending);
    }
    const std::string here = what + "is " + name_of(now.state) + "; ";
    if (order.step == Step::End) {
        return {Errc::Conflict, here + "from there it can end as " + one_of(endings) + ", not as " +
                                    name_of(ending_of(*order.end_reason))};
    }
    return {Errc::Conflict, here + "the next step can be " + one_of(steps)};
}

// What is wrong with the order itself, wherever the interview stands.
std::optional<Error> misfit(const StepOrder& order) {
    const std::string step = name_of(order.step);
    const bool pauses = order.step == Step::Pause;
    const bool ends = order.step == Step::End;
    if (pauses && !order.pause) {
        return Error{Errc::Malformed,
                     step +
                         ": the reason is missing; say break, private-talk, link-lost or "
                         "distress"};
    }
    if (ends && !order.end_reason) {
        return Error{Errc::Malformed,
                     step +
                         ": the reason is missing; say complete, by-applicant, by-delegation "
                         "or another of the coded ones"};
    }
    if ((order.pause && !pauses) || (order.end_reason && !ends)) {
        return Error{Errc::Malformed, step + ": this reason does not belong to it; leave it out"};
    }
    if (order.pause_for && !pauses) {
        return Error{Errc::Malformed, step + ": only a pause has minutes; leave them out"};
    }
    if (order.pause_for &&
        (*order.pause_for < kShortestPause || *order.pause_for > kLongestPause)) {
        return Error{Errc::Malformed, step + ": a pause has 1 to 240 minutes, or none"};
    }
    return std::nullopt;
}

}  // namespace

Ending ending_of(EndReason reason) {
    switch (reason) {
        case EndReason::Complete:
            return Ending::Complete;
        case EndReason::ApplicantAbsent:
        case EndReason::InterpreterAbsent:
        case EndReason::DelegationAbsent:
            return Ending::NoShow;
        case EndReason::ByApplicant:
        case EndReason::ByDelegation:
        case EndReason::Distress:
        case EndReason::Medical:
        case EndReason::Emergency:
        case EndReason::Technical:
        case EndReason::Interpretation:
        case EndReason::Interrupted:
            break;
    }
    return Ending::Terminated;
}

base::Result<Standing> next(const Standing& now, const StepOrder& order) {
    if (auto wrong = misfit(order)) return *std::move(wrong);
    const auto* const way = std::find_if(kWays.begin(), kWays.end(), [&](const Way& w) {
        return w.from == now.state && w.step == order.step &&
               (!w.ending || *w.ending == ending_of(*order.end_reason));
    });
    if (way == kWays.end()) return refused(now, order);
    if (order.step == Step::Pause && now.pause == order.pause && !order.pause_for) {
        return Error{Errc::Conflict, std::string("pause: the interview is paused for ") +
                                         name_of(*order.pause) +
                                         " already; resume it, give another reason, or minutes to "
                                         "set the timer anew"};
    }
    return Standing{way->to, order.pause, order.end_reason};
}

bool has_step(State from, Step step) {
    return std::any_of(kWays.begin(), kWays.end(),
                       [&](const Way& way) { return way.from == from && way.step == step; });
}

const char* name_of(State state) { return name_in(kStates, state); }
const char* name_of(PauseReason reason) { return name_in(kPauseReasons, reason); }
const char* name_of(EndReason reason) { return name_in(kEndReasons, reason); }
const char* name_of(Ending ending) { return name_in(kEndings, ending); }
const char* name_of(Step step) { return name_in(kSteps, step); }

std::optional<State> state_from_name(std::string_view name) { return value_in(kStates, name); }
std::optional<PauseReason> pause_reason_from_name(std::string_view name) {
    return value_in(kPauseReasons, name);
}
std::optional<EndReason> end_reason_from_name(std::string_view name) {
    return value_in(kEndReasons, name);
}
std::optional<Step> step_from_name(std::string_view name) { return value_in(kSteps, name); }

std::string text_of(const Standing& standing) {
    std::string text = name_of(standing.state);
    if (standing.pause) text += std::string(" ") + name_of(*standing.pause);
    return text;
}

}  // namespace sightline::model
