#include "session/model/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sightline::model {
namespace {

using base::Errc;

const std::vector<State> kStates{State::Scheduled, State::CheckedIn, State::Consenting,
                                 State::Waiting,   State::Live,      State::Paused,
                                 State::Ended};
const std::vector<PauseReason> kPauses{PauseReason::Break, PauseReason::PrivateTalk,
                                       PauseReason::LinkLost, PauseReason::Distress};
const std::vector<EndReason> kEnds{
    EndReason::Complete,        EndReason::ByApplicant,       EndReason::ByDelegation,
    EndReason::Distress,        EndReason::Medical,           EndReason::Emergency,
    EndReason::Technical,       EndReason::Interpretation,    EndReason::Interrupted,
    EndReason::ApplicantAbsent, EndReason::InterpreterAbsent, EndReason::DelegationAbsent};

// Every order that is whole in itself.
std::vector<StepOrder> orders() {
    std::vector<StepOrder> all;
    for (const Step step :
         {Step::CheckIn, Step::OpenConsent, Step::CloseConsent, Step::Start, Step::Resume}) {
        all.push_back({step, {}, {}});
    }
    for (const auto reason : kPauses) all.push_back({Step::Pause, reason, {}});
    for (const auto reason : kEnds) all.push_back({Step::End, {}, reason});
    return all;
}

Standing standing_in(State state) {
    Standing standing{state, {}, {}};
    if (state == State::Paused) standing.pause = PauseReason::Break;
    if (state == State::Ended) standing.end_reason = EndReason::Complete;
    return standing;
}

std::string word(const StepOrder& order) {
    std::string text = name_of(order.step);
    if (order.pause) text += std::string(" ") + name_of(*order.pause);
    if (order.end_reason) text += std::string(" ") + name_of(*order.end_reason);
    return text;
}

// What may happen from each state, written down a second time, by hand.
const std::map<State, std::map<std::string, State>>& expected() {
    static const auto table = [] {
        const std::vector<std::string> terminations{"by-applicant",   "by-delegation", "distress",
                                                    "medical",        "emergency",     "technical",
                                                    "interpretation", "interrupted"};
        const std::vector<std::string> absences{"applicant-absent", "interpreter-absent",
                                                "delegation-absent"};
        std::map<State, std::map<std::string, State>> to;
        const auto end_as = [&](State from, const std::vector<std::string>& reasons) {
            for (const auto& reason : reasons) to[from]["end " + reason] = State::Ended;
        };
        to[State::Scheduled]["check-in"] = State::CheckedIn;
        to[State::CheckedIn]["open-consent"] = State::Consenting;
        to[State::Consenting]["close-consent"] = State::Waiting;
        to[State::Waiting]["open-consent"] = State::Consenting;
        to[State::Waiting]["start"] = State::Live;
        for (const char* reason : {"break", "private-talk", "link-lost", "distress"}) {
            to[State::Live][std::string("pause ") + reason] = State::Paused;
        }
        for (const char* reason : {"private-talk", "link-lost", "distress"}) {  // not break again
            to[State::Paused][std::string("pause ") + reason] = State::Paused;
        }
        to[State::Paused]["resume"] = State::Live;
        for (const State from : kStates) {
            if (from != State::Ended) end_as(from, terminations);
        }
        for (const State from : {State::Scheduled, State::CheckedIn, State::Waiting}) {
            end_as(from, absences);
        }
        for (const State from : {State::Live, State::Paused}) end_as(from, {"complete"});
        to[State::Ended] = {};
        return to;
    }();
    return table;
}

TEST(State, EveryPairOfStateAndStepIsAsTheDesignHasItAndEveryOtherIsRefused) {
    int allowed = 0;
    for (const State from : kStates) {
        for (const StepOrder& order : orders()) {
            const auto result = next(standing_in(from), order);
            const auto& ways = expected().at(from);
            const auto way = ways.find(word(order));
            const std::string where = std::string(name_of(from)) + ": " + word(order);
            if (way == ways.end()) {
                ASSERT_FALSE(result) << where;
                EXPECT_EQ(result.error().code, Errc::Conflict) << where;
                EXPECT_FALSE(result.error().text.empty()) << where;
                continue;
            }
            ++allowed;
            ASSERT_TRUE(result) << where << ": " << result.error().text;
            EXPECT_EQ(result->state, way->second) << where;
            EXPECT_EQ(result->pause, order.pause) << where;
            EXPECT_EQ(result->end_reason, order.end_reason) << where;
        }
    }
    EXPECT_EQ(allowed, 13 + 6 * 8 + 3 * 3 + 2);
}

TEST(State, ARefusalSaysWhatCanBeDoneInstead) {
    EXPECT_EQ(next(standing_in(State::CheckedIn), {Step::Start, {}, {}}).error().text,
              "start: the interview is checked-in; the next step can be open-consent or end");
    EXPECT_EQ(
        next(standing_in(State::Live), {Step::End, {}, EndReason::ApplicantAbsent}).error().text,
        "end: the interview is live; from there it can end as complete or terminated, not as "
        "no-show");
    EXPECT_EQ(next(standing_in(State::Ended), {Step::Resume, {}, {}}).error().text,
              "resume: the interview has ended; schedule another one");
    EXPECT_EQ(next(standing_in(State::Paused), {Step::Pause, PauseReason::Break, {}}).error().text,
              "pause: the interview is paused for break already; resume it, give another "
              "reason, or minutes to set the timer anew");
}

TEST(State, AReasonThatIsMissingOrDoesNotBelongIsMalformedEverywhere) {
    const std::vector<StepOrder> wrong{
        {Step::Pause, {}, {}},
        {Step::End, {}, {}},
        {Step::Pause, {}, EndReason::Complete},
        {Step::End, PauseReason::Break, {}},
        {Step::Pause, PauseReason::Break, EndReason::Distress},
        {Step::End, PauseReason::Distress, EndReason::Distress},
        {Step::Start, PauseReason::Break, {}},
        {Step::Resume, {}, EndReason::Complete},
    };
    for (const State from : kStates) {
        for (const StepOrder& order : wrong) {
            const auto result = next(standing_in(from), order);
            ASSERT_FALSE(result) << name_of(from) << ": " << word(order);
            EXPECT_EQ(result.error().code, Errc::Malformed) << name_of(from) << ": " << word(order);
        }
    }
}

TEST(State, APauseTurnsIntoAnotherAndResumesToLiveWithoutAReason) {
    Standing now = standing_in(State::Live);
    now = next(now, {Step::Pause, PauseReason::PrivateTalk, {}}).value();
    now = next(now, {Step::Pause, PauseReason::Distress, {}}).value();
    EXPECT_EQ(now.pause, PauseReason::Distress);
    now = next(now, {Step::Resume, {}, {}}).value();
    EXPECT_EQ(now, (Standing{State::Live, {}, {}}));
}

TEST(State, EachEndReasonBelongsToOneEnding) {
    std::map<Ending, std::size_t> counted;
    for (const auto reason : kEnds) ++counted[ending_of(reason)];
    EXPECT_EQ(counted[Ending::Complete], 1u);
    EXPECT_EQ(counted[Ending::NoShow], 3u);
    EXPECT_EQ(counted[Ending::Terminated], 8u);
    EXPECT_EQ(ending_of(EndReason::InterpreterAbsent), Ending::NoShow);
    EXPECT_EQ(ending_of(EndReason::Interrupted), Ending::Terminated);
}

TEST(State, HasStepAgreesWithNext) {
    for (const State from : kStates) {
        std::set<Step> possible;
        for (const StepOrder& order : orders()) {
            if (next(standing_in(from), order)) possible.insert(order.step);
        }
        for (const StepOrder& order : orders()) {
            EXPECT_EQ(has_step(from, order.step), possible.contains(order.step))
                << name_of(from) << ": " << name_of(order.step);
        }
    }
    EXPECT_FALSE(has_step(static_cast<State>(99), Step::End));
    EXPECT_FALSE(next({static_cast<State>(99), {}, {}}, {Step::Start, {}, {}}));
    EXPECT_FALSE(next(standing_in(State::Live), {static_cast<Step>(99), {}, {}}));
}

TEST(State, NamesReadBack) {
    for (const auto state : kStates) EXPECT_EQ(state_from_name(name_of(state)), state);
    for (const auto reason : kPauses) EXPECT_EQ(pause_reason_from_name(name_of(reason)), reason);
    for (const auto reason : kEnds) EXPECT_EQ(end_reason_from_name(name_of(reason)), reason);
    for (const auto& order : orders()) EXPECT_EQ(step_from_name(name_of(order.step)), order.step);
    EXPECT_EQ(state_from_name("Live"), std::nullopt);
    EXPECT_EQ(end_reason_from_name("closed"), std::nullopt);
    EXPECT_STREQ(name_of(Ending::NoShow), "no-show");
}

TEST(PauseTimer, MayBeSetAnewForTheSameReason) {
    using std::chrono::minutes;
    const Standing paused{State::Paused, PauseReason::Break, {}};
    StepOrder order{Step::Pause, PauseReason::Break, {}, minutes(10)};
    EXPECT_EQ(*next({State::Live, {}, {}}, order), paused);
    EXPECT_EQ(*next(paused, order), paused);
    order.pause_for.reset();
    EXPECT_EQ(next(paused, order).error().code, Errc::Conflict);
}

TEST(PauseTimer, HasOneTo240MinutesAndBelongsToAPause) {
    using std::chrono::minutes;
    const Standing live{State::Live, {}, {}};
    for (const int wrong : {-1, 0, 241}) {
        const StepOrder order{Step::Pause, PauseReason::Break, {}, minutes(wrong)};
        EXPECT_EQ(next(live, order).error().code, Errc::Malformed) << wrong;
    }
    for (const int right : {1, 240}) {
        EXPECT_TRUE(next(live, {Step::Pause, PauseReason::Break, {}, minutes(right)})) << right;
    }
    EXPECT_EQ(next({State::Waiting, {}, {}}, {Step::Start, {}, {}, minutes(5)}).error().code,
              Errc::Malformed);
}

}  // namespace
}  // namespace sightline::model
