#include "session/access/access.h"

#include <array>
#include <deque>
#include <initializer_list>
#include <utility>
#include <vector>

#include "session/model/names.h"

namespace sightline::access {
namespace {

using model::Role;
using model::State;
using model::Step;

// A few enumerators of one type. What is no enumerator of it is never in.
template <class T>
class Set {
  public:
    constexpr Set(std::initializer_list<T> values) {
        for (const T value : values) bits_ |= 1u << static_cast<unsigned>(value);
    }
    constexpr bool has(T value) const {
        const auto bit = static_cast<unsigned>(value);
        return bit < 32 && ((bits_ >> bit) & 1u) != 0;
    }
    constexpr Set& operator|=(Set other) {
        bits_ |= other.bits_;
        return *this;
    }
    constexpr bool empty() const { return bits_ == 0; }

  private:
    std::uint32_t bits_ = 0;
};
using Roles = Set<Role>;

// Where an interview stands, or that none is concerned.
struct Where {
    Set<State> states{};
    bool without_interview = false;

    bool has(std::optional<State> state) const {
        return state ? states.has(*state) : without_interview;
    }
    bool empty() const { return states.empty() && !without_interview; }
};

constexpr std::array kRoles{
    Role::Applicant, Role::Staff,      Role::Interviewer,           Role::Interpreter,
    Role::Observer,  Role::Supervisor, Role::DataProtectionOfficer, Role::Operator};
constexpr std::array kStates{State::Scheduled, State::CheckedIn, State::Consenting, State::Waiting,
                             State::Live,      State::Paused,    State::Ended};
// Each step with a reason that may go with it, to find the way from one state to another.
constexpr std::array kOrders{model::StepOrder{Step::CheckIn, {}, {}},
                             model::StepOrder{Step::OpenConsent, {}, {}},
                             model::StepOrder{Step::CloseConsent, {}, {}},
                             model::StepOrder{Step::Start, {}, {}},
                             model::StepOrder{Step::Pause, model::PauseReason::Break, {}},
                             model::StepOrder{Step::Resume, {}, {}},
                             model::StepOrder{Step::End, {}, model::EndReason::ByDelegation}};

constexpr model::Names<Action, 42> kNames{{{Action::SendMedia, "send-media"},
                                           {Action::ReceiveMedia, "receive-media"},
                                           {Action::SayTracks, "say-tracks"},
                                           {Action::AskPause, "ask-pause"},
                                           {Action::AskEnd, "ask-end"},
                                           {Action::CheckIn, "check-in"},
                                           {Action::OpenConsent, "open-consent"},
                                           {Action::CloseConsent, "close-consent"},
                                           {Action::RecordConsent, "record-consent"},
                                           {Action::WithdrawConsent, "withdraw-consent"},
                                           {Action::Start, "start"},
                                           {Action::Pause, "pause"},
                                           {Action::Resume, "resume"},
                                           {Action::End, "end"},
                                           {Action::Invite, "invite"},
                                           {Action::Admit, "admit"},
                                           {Action::SendBack, "send-back"},
                                           {Action::Remove, "remove"},
                                           {Action::Mute, "mute"},
                                           {Action::WriteNote, "write-note"},
                                           {Action::Understand, "understand"},
                                           {Action::Undertake, "undertake"},
                                           {Action::DeclareLanguages, "declare-languages"},
                                           {Action::TakeTurn, "take-turn"},
                                           {Action::ChooseView, "choose-view"},
                                           {Action::KeepChecklist, "keep-checklist"},
                                           {Action::CompareWords, "compare-words"},
                                           {Action::ReportIncident, "report-incident"},
                                           {Action::Schedule, "schedule"},
                                           {Action::ReadSessions, "read-sessions"},
                                           {Action::OpenDossier, "open-dossier"},
                                           {Action::EditDossier, "edit-dossier"},
                                           {Action::ReleaseDossier, "release-dossier"},
                                           {Action::ExportPerson, "export-person"},
                                           {Action::EraseDossier, "erase-dossier"},
                                           {Action::HoldDossier, "hold-dossier"},
                                           {Action::ReadAudit, "read-audit"},
                                           {Action::Backup, "backup"},
                                           {Action::ManageStaff, "manage-staff"},
                                           {Action::SeeStatus, "see-status"},
                                           {Action::RunSelfTest, "run-self-test"},
                                           {Action::ServeDelegation, "serve-delegation"}}};

struct Rule {
    Action action;
    Roles roles;
    Where where;
};

// A step of the interview may be taken where the table of states has it, and nowhere else.
Where from_where(Step step) {
    Where where;
    for (const State state : kStates) {
        if (model::has_step(state, step)) where.states |= {state};
    }
    return where;
}

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all = [] {
        // A supervisor does whatever the other staff do.
        constexpr Roles kStaff{Role::Staff, Role::Supervisor};
        constexpr Roles kSpeaking{Role::Interviewer, Role::Interpreter};
        constexpr Where kUntilTheEnd{{State::Scheduled, State::CheckedIn, State::Consenting,
                                      State::Waiting, State::Live, State::Paused}};
        constexpr Where kWithApplicant{
            {State::CheckedIn, State::Consenting, State::Waiting, State::Live, State::Paused}};
        constexpr Where kFromConsenting{
            {State::Consenting, State::Waiting, State::Live, State::Paused}};
        constexpr Where kFromWaiting{{State::Waiting, State::Live, State::Paused}};
        constexpr Where kTalking{{State::Live, State::Paused}};
        constexpr Where kAfterwards{{State::Ended}, true};
        constexpr Where kAlways{{State::Scheduled, State::CheckedIn, State::Consenting,
                                 State::Waiting, State::Live, State::Paused, State::Ended},
                                true};
        return std::vector<Rule>{
            // Connections stand before anything flows over them and stay through a pause, so that a
            // page that reloads is back at once; what is forwarded is the lease's matter.
            {Action::SendMedia, {Role::Applicant}, kWithApplicant},
            {Action::SendMedia, kSpeaking, kFromConsenting},
            {Action::ReceiveMedia, {Role::Applicant}, kWithApplicant},
            {Action::ReceiveMedia, kSpeaking, kFromConsenting},
            {Action::ReceiveMedia, {Role::Observer}, kFromConsenting},
            {Action::SayTracks, {Role::Applicant}, kWithApplicant},
            {Action::SayTracks, kSpeaking, kFromConsenting},
            // A private talk is a pause in which people hear each other: it can be broken off too.
            {Action::AskPause, {Role::Applicant}, kTalking},
            {Action::AskPause, kSpeaking, kTalking},
            {Action::AskEnd, {Role::Applicant}, kWithApplicant},
            {Action::AskEnd, {Role::Interpreter}, kFromConsenting},
            {Action::AskEnd, {Role::Interviewer}, kFromWaiting},

            {Action::CheckIn, kStaff, from_where(Step::CheckIn)},
            {Action::OpenConsent, kStaff, from_where(Step::OpenConsent)},
            {Action::CloseConsent, kStaff, from_where(Step::CloseConsent)},
            {Action::Start, kStaff, from_where(Step::Start)},
            {Action::Pause, kStaff, from_where(Step::Pause)},
            {Action::Resume, kStaff, from_where(Step::Resume)},
            {Action::End, kStaff, from_where(Step::End)},

            // Somebody who refused may think again in the middle of the interview.
            {Action::RecordConsent, kStaff, kFromConsenting},
            {Action::WithdrawConsent, {Role::Applicant}, kUntilTheEnd},
            {Action::WithdrawConsent, kStaff, kUntilTheEnd},
            {Action::WithdrawConsent, kStaff, kAfterwards},
            {Action::WithdrawConsent, {Role::DataProtectionOfficer}, kAfterwards},

            {Action::Invite, kStaff, kUntilTheEnd},
            // From consenting on, because it may take an interpreter to ask.
            {Action::Admit, kStaff, kFromConsenting},
            {Action::SendBack, kStaff, kFromConsenting},
            {Action::Remove, kStaff, kUntilTheEnd},
            {Action::Mute, {Role::Applicant}, kUntilTheEnd},
            {Action::Mute, kStaff, kUntilTheEnd},
            {Action::WriteNote, kStaff, kWithApplicant},
            {Action::WriteNote, {Role::Interviewer}, kTalking},
            // It is the applicant's answer, also where staff write it down for them.
            {Action::Understand, {Role::Applicant}, kWithApplicant},
            {Action::Understand, kStaff, kWithApplicant},
            // What an observer may say: that they record nothing. It lets them do no more.
            {Action::Undertake, {Role::Interpreter, Role::Observer}, kFromConsenting},
            {Action::DeclareLanguages, {Role::Interpreter}, kFromConsenting},
            // For an interpreter who sits in the room.
            {Action::DeclareLanguages, kStaff, kFromConsenting},
            {Action::TakeTurn, kSpeaking, kTalking},
            {Action::ChooseView, kSpeaking, kTalking},
            {Action::ChooseView, kStaff, kTalking},
            {Action::KeepChecklist, kStaff, kUntilTheEnd},
            {Action::CompareWords, kStaff, kWithApplicant},
            {Action::CompareWords, kSpeaking, kFromConsenting},
            {Action::ReportIncident, kStaff, kUntilTheEnd},
            {Action::Schedule, kStaff, kAlways},

            {Action::ReadSessions, kStaff, kAlways},
            {Action::ReadSessions, {Role::DataProtectionOfficer}, kAlways},
            {Action::OpenDossier, kStaff, kAlways},
            // Who answers for the data has to be able to look at it; the audit log says when.
            {Action::OpenDossier, {Role::DataProtectionOfficer}, kAlways},
            {Action::EditDossier, kStaff, kAlways},
            // What has left cannot be called back.
            {Action::ReleaseDossier, {Role::Supervisor}, kAlways},
            {Action::ExportPerson, {Role::DataProtectionOfficer}, kAlways},
            {Action::EraseDossier, {Role::DataProtectionOfficer}, kAlways},
            {Action::HoldDossier, {Role::DataProtectionOfficer}, kAlways},
            // Not the supervisor, whose own accesses stand in it.
            {Action::ReadAudit, {Role::DataProtectionOfficer}, kAlways},
            // A backup is as sealed as the store: who makes it reads nothing.
            {Action::Backup, {Role::Supervisor, Role::Operator}, kAlways},
            {Action::ManageStaff, {Role::Supervisor}, kAlways},
            {Action::SeeStatus, kStaff, kAlways},
            {Action::SeeStatus, {Role::DataProtectionOfficer, Role::Operator}, kAlways},
            {Action::RunSelfTest, kStaff, kAlways},
            {Action::RunSelfTest, {Role::Operator}, kAlways},
            // It decides whose devices get the keys of an interview.
            {Action::ServeDelegation, {Role::Supervisor}, kAlways},
        };
    }();
    return all;
}

// Where `role` may do `action` at all.
Where where_may(Role role, Action action) {
    Where where;
    for (const Rule& rule : rules()) {
        if (rule.action != action || !rule.roles.has(role)) continue;
        where.states |= rule.where.states;
        where.without_interview |= rule.where.without_interview;
    }
    return where;
}

// The first step on the shortest way from `from` to a state in `goal`.
std::optional<Step> first_step(State from, Set<State> goal) {
    struct Reached {
        State state;
        std::optional<Step> by;
    };
    Set<State> seen{from};
    std::deque<Reached> open{{from, std::nullopt}};
    while (!open.empty()) {
        const Reached here = open.front();
        open.pop_front();
        if (here.by && goal.has(here.state)) return here.by;
        for (const model::StepOrder& order : kOrders) {
            const auto there = model::next({here.state, {}, {}}, order);
            if (!there || seen.has(there->state)) continue;
            seen |= {there->state};
            open.push_back({there->state, here.by ? here.by : order.step});
        }
    }
    return std::nullopt;
}

std::string joined(const std::vector<std::string>& names, const char* last) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? std::string(" ") + last + " " : ", ";
        text += names[i];
    }
    return text;
}

std::string who_may(Action action) {
    std::vector<std::string> names;
    for (const Role role : kRoles) {
        if (!where_may(role, action).empty()) names.emplace_back(model::name_of(role));
    }
    return joined(names, "or");
}

std::string states_text(const Where& where) {
    std::vector<std::string> names;
    for (const State state : kStates) {
        if (where.states.has(state)) names.emplace_back(model::name_of(state));
    }
    return joined(names, "or");
}

// A cell of the printed table: runs of three states and more as "from to".
std::string cell(const Where& where) {
    if (where.empty()) return "–";
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < kStates.size();) {
        std::size_t end = i;
        while (end < kStates.size() && where.states.has(kStates[end])) ++end;
        if (end - i == kStates.size() && where.without_interview) return "always";
        if (end - i >= 3) {
            parts.push_back(std::string(model::name_of(kStates[i])) + " to " +
                            model::name_of(kStates[end - 1]));
        } else {
            for (std::size_t k = i; k < end; ++k) parts.emplace_back(model::name_of(kStates[k]));
        }
        i = end + (end == i ? 1 : 0);
    }
    if (where.without_interview) parts.emplace_back("without an interview");
    return joined(parts, "and");
}

}  // namespace

bool may(Role role, Action action, std::optional<State> state) {
    return where_may(role, action).has(state);
}

base::Result<void> check(Role role, Action action, std::optional<State> state) {
    const Where where = where_may(role, action);
    if (where.has(state)) return {};
    const std::string what = std::string(name_of(action)) + ": the role " + model::name_of(role);
    const auto forbidden = [&](std::string rest) {
        return base::Error{base::Errc::Forbidden, what + std::move(rest)};
    };
    if (where.empty()) {
        return forbidden(" may not; ask somebody in the role " + who_may(action));
    }
    if (!state) return forbidden(" may only in an interview; schedule or choose one first");
    if (where.states.empty()) return forbidden(" may only without an interview; end it first");
    const std::string now = std::string(" may not while the interview is ") +
                            model::name_of(*state) + ", only when it is " + states_text(where);
    if (*state == State::Ended) return forbidden(now + "; schedule another one");
    if (const auto step = first_step(*state, where.states)) {
        return forbidden(now + "; first comes " + model::name_of(*step));
    }
    return forbidden(now + "; it is past that, so go on from where it is");
}

const char* name_of(Action action) { return model::name_in(kNames, action); }

std::optional<Action> action_from_name(std::string_view name) {
    return model::value_in(kNames, name);
}

std::span<const Action> all_actions() {
    static const auto all = [] {
        std::array<Action, kNames.size()> actions{};
        for (std::size_t i = 0; i < kNames.size(); ++i) actions[i] = kNames[i].first;
        return actions;
    }();
    return all;
}

std::string printed() {
    std::string page =
        "# Who may do what, and when\n\n"
        "Printed from the table in `session/access/access.cpp` by `access_page`; a test compares "
        "the two. Change the table, not this page.\n\n"
        "A cell names the states of the interview in which the role may do the action. What has "
        "no cell is refused: –. “Always” is in every state and when no interview is concerned. "
        "At the hub, whoever came by an invitation has to be admitted as well, and what is "
        "forwarded to whom is decided by the lease, not here.\n\n| action |";
    for (const Role role : kRoles) page += std::string(" ") + model::name_of(role) + " |";
    page += "\n|---|";
    for (std::size_t i = 0; i < kRoles.size(); ++i) page += "---|";
    page += "\n";
    for (const Action action : all_actions()) {
        page += std::string("| ") + name_of(action) + " |";
        for (const Role role : kRoles) page += " " + cell(where_may(role, action)) + " |";
        page += "\n";
    }
    return page;
}

}  // namespace sightline::access
