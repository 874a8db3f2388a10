#include "session/access/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sightline::access {
namespace {

using model::Role;
using model::State;
using testing::HasSubstr;

constexpr std::optional<State> kNone = std::nullopt;
const std::vector<std::optional<State>> kWheres{
    State::Scheduled, State::CheckedIn, State::Consenting, State::Waiting,
    State::Live,      State::Paused,    State::Ended,      kNone};

// Who may do what, written down by hand from what each person needs, one letter for each place:
// Scheduled, checked-In, Consenting, Waiting, Live, Paused, Ended, Without an interview.
constexpr std::string_view kLetters = "SICWLPEN";
struct Expected {
    Role role;
    std::map<std::string, std::string> may;
};
const std::map<std::string, std::string> kStaffMay{{"check-in", "S"},
                                                   {"open-consent", "IW"},
                                                   {"close-consent", "C"},
                                                   {"start", "W"},
                                                   {"pause", "LP"},
                                                   {"resume", "P"},
                                                   {"end", "SICWLP"},
                                                   {"record-consent", "CWLP"},
                                                   {"withdraw-consent", "SICWLPEN"},
                                                   {"invite", "SICWLP"},
                                                   {"admit", "CWLP"},
                                                   {"send-back", "CWLP"},
                                                   {"remove", "SICWLP"},
                                                   {"mute", "SICWLP"},
                                                   {"write-note", "ICWLP"},
                                                   {"understand", "ICWLP"},
                                                   {"declare-languages", "CWLP"},
                                                   {"choose-view", "LP"},
                                                   {"keep-checklist", "SICWLP"},
                                                   {"run-self-test", "SICWLPEN"},
                                                   {"compare-words", "ICWLP"},
                                                   {"schedule", "SICWLPEN"},
                                                   {"report-incident", "SICWLP"},
                                                   {"read-sessions", "SICWLPEN"},
                                                   {"open-dossier", "SICWLPEN"},
                                                   {"edit-dossier", "SICWLPEN"},
                                                   {"see-status", "SICWLPEN"}};

std::map<Role, std::map<std::string, std::string>> expectations() {
    std::map<Role, std::map<std::string, std::string>> all;
    // In front of the kiosk: is seen and heard, can pause, stop, mute, take back a consent, and
    // says whether they understand.
    all[Role::Applicant] = {{"send-media", "ICWLP"}, {"receive-media", "ICWLP"},
                            {"say-tracks", "ICWLP"}, {"ask-pause", "LP"},
                            {"ask-end", "ICWLP"},    {"withdraw-consent", "SICWLP"},
                            {"mute", "SICWLP"},      {"understand", "ICWLP"}};
    all[Role::Staff] = kStaffMay;
    all[Role::Interviewer] = {
        {"send-media", "CWLP"},    {"receive-media", "CWLP"}, {"say-tracks", "CWLP"},
        {"ask-pause", "LP"},       {"ask-end", "WLP"},        {"write-note", "LP"},
        {"compare-words", "CWLP"}, {"take-turn", "LP"},       {"choose-view", "LP"}};
    all[Role::Interpreter] = {{"send-media", "CWLP"}, {"receive-media", "CWLP"},
                              {"say-tracks", "CWLP"}, {"ask-pause", "LP"},
                              {"ask-end", "CWLP"},    {"compare-words", "CWLP"},
                              {"undertake", "CWLP"},  {"declare-languages", "CWLP"},
                              {"take-turn", "LP"},    {"choose-view", "LP"}};
    // No way up: not in media, not in signalling, not in storage. To undertake to record nothing
    // opens nothing.
    all[Role::Observer] = {{"receive-media", "CWLP"}, {"undertake", "CWLP"}};
    all[Role::Supervisor] = kStaffMay;
    all[Role::Supervisor]["manage-staff"] = "SICWLPEN";
    all[Role::Supervisor]["backup"] = "SICWLPEN";
    all[Role::Supervisor]["serve-delegation"] = "SICWLPEN";
    all[Role::Supervisor]["release-dossier"] = "SICWLPEN";
    all[Role::DataProtectionOfficer] = {
        {"withdraw-consent", "EN"},    {"read-sessions", "SICWLPEN"}, {"open-dossier", "SICWLPEN"},
        {"export-person", "SICWLPEN"}, {"erase-dossier", "SICWLPEN"}, {"hold-dossier", "SICWLPEN"},
        {"read-audit", "SICWLPEN"},    {"see-status", "SICWLPEN"}};
    // Installs, updates, watches; sees no dossier and no interview.
    all[Role::Operator] = {
        {"backup", "SICWLPEN"}, {"see-status", "SICWLPEN"}, {"run-self-test", "SICWLPEN"}};
    return all;
}

TEST(Access, EveryPairOfRoleAndActionIsAsEachPersonNeedsItInEveryState) {
    const auto all = expectations();
    ASSERT_EQ(all.size(), 8u);
    int pairs = 0;
    std::set<std::string> used;
    for (const auto& [role, may_do] : all) {
        for (const Action action : all_actions()) {
            const auto entry = may_do.find(name_of(action));
            const std::string letters = entry == may_do.end() ? "" : entry->second;
            if (entry != may_do.end()) used.insert(entry->first);
            for (std::size_t i = 0; i < kWheres.size(); ++i) {
                const bool expected = letters.find(kLetters[i]) != std::string::npos;
                const std::string where =
                    std::string(model::name_of(role)) + " " + name_of(action) + " " + kLetters[i];
                EXPECT_EQ(may(role, action, kWheres[i]), expected) << where;
                const auto checked = check(role, action, kWheres[i]);
                EXPECT_EQ(checked.has_value(), expected) << where;
                if (!checked) {
                    EXPECT_EQ(checked.error().code, base::Errc::Forbidden) << where;
                    EXPECT_THAT(checked.error().text, HasSubstr(name_of(action))) << where;
                    EXPECT_THAT(checked.error().text, HasSubstr(model::name_of(role))) << where;
                }
                ++pairs;
            }
        }
    }
    EXPECT_EQ(pairs, 8 * 42 * 8);
    // No name above is misspelt, and no action is left to nobody.
    EXPECT_EQ(used.size(), all_actions().size());
}

TEST(Access, AnObserverReceivesAndUndertakesToRecordNothing) {
    for (const Action action : all_actions()) {
        if (action == Action::ReceiveMedia || action == Action::Undertake) continue;
        for (const auto& where : kWheres) EXPECT_FALSE(may(Role::Observer, action, where));
    }
}

TEST(Access, WhatIsNoRoleNoActionOrNoStateIsRefused) {
    for (const Action action : all_actions()) {
        for (const auto& where : kWheres) {
            EXPECT_FALSE(may(static_cast<Role>(8), action, where));
            EXPECT_FALSE(may(static_cast<Role>(99), action, where));
        }
        EXPECT_FALSE(may(Role::Supervisor, action, static_cast<State>(7)));
        EXPECT_FALSE(may(Role::Applicant, action, static_cast<State>(99)));
    }
    EXPECT_FALSE(may(Role::Supervisor, static_cast<Action>(99), State::Live));
    EXPECT_FALSE(check(Role::Supervisor, static_cast<Action>(99), State::Live));
}

TEST(Access, ARefusalSaysWhoMayOrWhatComesFirst) {
    EXPECT_EQ(check(Role::Observer, Action::SendMedia, State::Live).error().text,
              "send-media: the role observer may not; ask somebody in the role applicant, "
              "interviewer or interpreter");
    EXPECT_EQ(check(Role::Staff, Action::Start, State::CheckedIn).error().text,
              "start: the role staff may not while the interview is checked-in, only when it is "
              "waiting; first comes open-consent");
    EXPECT_EQ(check(Role::Staff, Action::Start, State::Ended).error().text,
              "start: the role staff may not while the interview is ended, only when it is "
              "waiting; schedule another one");
    EXPECT_EQ(check(Role::Staff, Action::CheckIn, State::Live).error().text,
              "check-in: the role staff may not while the interview is live, only when it is "
              "scheduled; it is past that, so go on from where it is");
    EXPECT_EQ(check(Role::Staff, Action::Admit, kNone).error().text,
              "admit: the role staff may only in an interview; schedule or choose one first");
    EXPECT_EQ(check(Role::DataProtectionOfficer, Action::WithdrawConsent, State::Live).error().text,
              "withdraw-consent: the role data-protection-officer may not while the interview is "
              "live, only when it is ended; first comes end");
}

TEST(Access, NamesReadBack) {
    std::set<std::string> names;
    for (const Action action : all_actions()) {
        EXPECT_EQ(action_from_name(name_of(action)), action);
        names.insert(name_of(action));
    }
    EXPECT_EQ(names.size(), 42u);
    EXPECT_FALSE(names.contains("unknown"));
    EXPECT_EQ(action_from_name("fly"), std::nullopt);
}

TEST(AccessPage, IsAsTheTablePrintsIt) {
    std::ifstream in(SOURCE_ROOT "/session/ACCESS.md", std::ios::binary);
    const std::string page{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    EXPECT_EQ(page, printed()) << "print it again: build/dev/tests/access_page > session/ACCESS.md";
    for (const Action action : all_actions()) {
        EXPECT_THAT(page, HasSubstr(std::string("\n| ") + name_of(action) + " |"));
    }
}

}  // namespace
}  // namespace sightline::access
