// Where an interview stands, and the one table of how it may go on. Pure. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"

namespace sightline::model {

enum class State : std::uint8_t {
    Scheduled,   // planned; nobody has come
    CheckedIn,   // staff have checked the applicant's identity and the room
    Consenting,  // the applicant is being informed and asked
    Waiting,     // answers are taken; the others may be admitted
    Live,        // those who may, hear and see each other
    Paused,      // for one of the reasons below
    Ended,       // for good
};
enum class PauseReason : std::uint8_t {
    Break,        // nobody hears or sees anybody
    PrivateTalk,  // without the observers
    LinkLost,     // the hub was away for too long; staff resume when it is back
    Distress,     // nobody hears or sees anybody
};
// Coded, as the record has it. Each belongs to one kind of ending.
enum class EndReason : std::uint8_t {
    Complete,     // complete: said what there was to say
    ByApplicant,  // terminated from here on
    ByDelegation,
    Distress,
    Medical,
    Emergency,  // fire, evacuation
    Technical,
    Interpretation,   // applicant and interpreter did not understand each other
    Interrupted,      // the kiosk found it open when it started and could not go on with it
    ApplicantAbsent,  // no-shows from here on
    InterpreterAbsent,
    DelegationAbsent,
};
enum class Ending : std::uint8_t { Complete, Terminated, NoShow };
Ending ending_of(EndReason reason);

enum class Step : std::uint8_t { CheckIn, OpenConsent, CloseConsent, Start, Pause, Resume, End };

struct Standing {
    State state = State::Scheduled;
    std::optional<PauseReason> pause = std::nullopt;     // present exactly when paused
    std::optional<EndReason> end_reason = std::nullopt;  // present exactly when ended
    bool operator==(const Standing&) const = default;
};
std::string text_of(const Standing& standing);  // "paused break", as leaves and logs say it

// What a step carries: a reason for Pause and for End, nothing for the others.
struct StepOrder {
    Step step = Step::CheckIn;
    std::optional<PauseReason> pause = std::nullopt;
    std::optional<EndReason> end_reason = std::nullopt;
    std::optional<std::chrono::minutes> pause_for = std::nullopt;  // a break timer's, or none
};
inline constexpr std::chrono::minutes kShortestPause{1};
inline constexpr std::chrono::minutes kLongestPause{240};
// The table. Conflict: the step is not one from here; the sentence says what is. Malformed: a
// reason is missing or does not belong, or minutes are none of 1 to 240 of a pause. A pause that
// sets the timer anew may have the reason that there is already.
base::Result<Standing> next(const Standing& now, const StepOrder& order);
// Whether the table has `step` from there, with some reason if it needs one.
bool has_step(State from, Step step);

const char* name_of(State state);         // "scheduled", "checked-in", ...
const char* name_of(PauseReason reason);  // "break", "private-talk", "link-lost", "distress"
const char* name_of(EndReason reason);    // "complete", "by-applicant", ...
const char* name_of(Ending ending);       // "complete", "terminated", "no-show"
const char* name_of(Step step);           // "check-in", "open-consent", ...
std::optional<State> state_from_name(std::string_view name);
std::optional<PauseReason> pause_reason_from_name(std::string_view name);
std::optional<EndReason> end_reason_from_name(std::string_view name);
std::optional<Step> step_from_name(std::string_view name);

}  // namespace sightline::model
