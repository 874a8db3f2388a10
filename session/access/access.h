// Who may do what, and when: one table, deny by default, used by hub, kiosk and command line alike.
// `session/ACCESS.md` is printed from it. Pure. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "session/model/role.h"
#include "session/model/state.h"

namespace sightline::access {

enum class Action : std::uint8_t {
    // At the hub, and only for whom staff have admitted:
    SendMedia,     // WHIP
    ReceiveMedia,  // WHEP; what is received is the lease's matter
    SayTracks,     // say on the control socket what one sends
    AskPause,      // a pause at once, by one touch, without a staff member in between
    AskEnd,
    // At the kiosk:
    CheckIn,
    OpenConsent,
    CloseConsent,
    RecordConsent,    // write down a given or refused consent
    WithdrawConsent,  // as easy as giving it, and possible long after the end
    Start,
    Pause,
    Resume,
    End,
    Invite,
    Admit,
    SendBack,
    Remove,
    Mute,  // the kiosk's own microphone and camera
    WriteNote,
    Understand,        // say whether the applicant understands the interpreter
    Undertake,         // an interpreter confidentiality, an observer to record nothing
    DeclareLanguages,  // what an interpreter speaks, and that the warm-up worked
    TakeTurn,          // say that one is interpreting, or give the turn back
    ChooseView,        // face, room or document: staff show it, the others ask for it
    KeepChecklist,     // identity, room, set-up
    CompareWords,      // say that the verification words match, or differ
    ReportIncident,
    Schedule,
    // In the store, whatever the state:
    ReadSessions,
    OpenDossier,
    EditDossier,
    ReleaseDossier,  // to a state, or as a file
    ExportPerson,
    EraseDossier,
    HoldDossier,
    ReadAudit,
    Backup,
    ManageStaff,  // add, remove, unlock
    SeeStatus,
    RunSelfTest,
    ServeDelegation,  // take its papers, or leave it
};

// Without a state: no interview is concerned.
bool may(model::Role role, Action action, std::optional<model::State> state);

// Forbidden, in a sentence that names role, action and, where it is the state that forbids, what
// has to come first.
base::Result<void> check(model::Role role, Action action, std::optional<model::State> state);

const char* name_of(Action action);
std::optional<Action> action_from_name(std::string_view name);
std::span<const Action> all_actions();
std::string printed();  // session/ACCESS.md, all of it

}  // namespace sightline::access
