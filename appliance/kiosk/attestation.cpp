#include "appliance/kiosk/attestation.h"

#include <algorithm>

#include "appliance/kiosk/people_names.h"
#include "session/model/checklist.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using model::Role;
using storage::Leaf;
using storage::audit::Action;
using Answer = base::Result<std::optional<Leaf>>;

Answer nothing_new() { return std::optional<Leaf>(); }
Answer leaf(Action action, std::string detail) {
    return std::optional<Leaf>(Leaf{action, std::move(detail)});
}

base::Result<model::Attendee*> invited_in(storage::RunningRow& row, base::ParticipantId id,
                                          const char* doing) {
    const auto found = std::find_if(row.roster.begin(), row.roster.end(), [&](const auto& one) {
        return one.participant.id == id && one.participant.role != Role::Applicant;
    });
    if (found != row.roster.end()) return &*found;
    return nobody_invited(doing, id);
}

std::string item_names() {
    std::string names;
    for (const auto item : model::checklist_items()) {
        if (!names.empty()) names += ", ";
        names += item;
    }
    return names;
}

Answer put(storage::RunningRow& row, const Understanding& answer, model::RecordTime) {
    if (row.understood == answer.understood) return nothing_new();
    row.understood = answer.understood;
    return leaf(Action::UnderstandingAsked, "");
}

Answer put(storage::RunningRow& row, const ChecklistTick& tick, model::RecordTime) {
    if (!model::is_checklist_item(tick.item)) {
        return Error{Errc::Malformed, "check: no item is called \"" + tick.item.substr(0, 40) +
                                          "\"; there are " + item_names()};
    }
    const bool changes =
        tick.done ? model::tick(row.checks, tick.item) : model::untick(row.checks, tick.item);
    if (!changes) return nothing_new();
    return leaf(Action::ChecklistKept, tick.item + (tick.done ? " done" : " open"));
}

Answer put(storage::RunningRow& row, const Undertaking& undertaking, model::RecordTime at) {
    const auto person = invited_in(row, undertaking.participant, "undertake");
    if (!person) return person.error();
    auto& attendee = **person;
    const auto role = attendee.participant.role;
    if (role != Role::Interpreter && role != Role::Observer) {
        return Error{Errc::Forbidden, std::string("undertake: nothing is asked of the role ") +
                                          model::name_of(role) +
                                          "; an interpreter or an observer does it"};
    }
    if (attendee.undertaking) return nothing_new();
    attendee.undertaking = at;
    return leaf(Action::ParticipantUndertook, leaf_name_of(attendee));
}

Answer put(storage::RunningRow& row, const SpokenLanguages& spoken, model::RecordTime) {
    const auto person = invited_in(row, spoken.participant, "declare languages");
    if (!person) return person.error();
    auto& attendee = **person;
    if (attendee.participant.role != Role::Interpreter) {
        return Error{Errc::Forbidden, "declare languages: " + spoken.participant.text() +
                                          " is not an interpreter; name the one who interprets"};
    }
    const auto before = attendee;
    if (auto said = model::speak(attendee, spoken.language, spoken.dialect, spoken.heard); !said) {
        return said.error();
    }
    if (attendee.language == before.language && attendee.dialect == before.dialect &&
        attendee.warmed_up == before.warmed_up) {
        return nothing_new();
    }
    return leaf(Action::LanguagesDeclared, leaf_name_of(attendee));
}

}  // namespace

std::optional<base::ParticipantId> person_of(const Attestation& attestation) {
    if (const auto* undertaking = std::get_if<Undertaking>(&attestation)) {
        return undertaking->participant;
    }
    if (const auto* spoken = std::get_if<SpokenLanguages>(&attestation)) return spoken->participant;
    return std::nullopt;
}

base::Result<std::optional<Leaf>> attest(storage::RunningRow& row, const Attestation& attestation,
                                         model::RecordTime at) {
    return std::visit([&](const auto& known) { return put(row, known, at); }, attestation);
}

}  // namespace sightline::kiosk
