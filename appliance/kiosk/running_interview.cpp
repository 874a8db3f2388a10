#include "appliance/kiosk/running_interview.h"

#include <algorithm>

namespace sightline::kiosk {
namespace {

using model::ConsentAnswer;
using model::ConsentItem;

// The latest answers about the metadata, one for each who answers for themselves or for a child.
std::vector<model::Consent> latest_about_metadata(const consent::Ledger& ledger) {
    std::vector<model::Consent> latest;
    for (const auto& consent : ledger.all()) {
        if (consent.item != ConsentItem::Metadata) continue;
        std::erase_if(latest, [&](const model::Consent& before) {
            return before.person == consent.person && before.on_behalf == consent.on_behalf;
        });
        latest.push_back(consent);
    }
    return latest;
}

}  // namespace

model::Attendee* RunningInterview::find(base::ParticipantId participant) {
    for (auto& attendee : row.roster) {
        if (attendee.participant.id == participant) return &attendee;
    }
    return nullptr;
}

const model::Attendee* RunningInterview::find(base::ParticipantId participant) const {
    return const_cast<RunningInterview*>(this)->find(participant);
}

std::vector<lease::Flow> RunningInterview::flows() const {
    std::vector<lease::Seat> seats;
    for (const auto& attendee : row.roster) {
        seats.push_back({attendee.participant.id, attendee.participant.role, attendee.organisation,
                         attendee.place == model::Place::Admitted});
    }
    return lease::audience(row.standing, seats, ledger);
}

Keeping RunningInterview::keeping() const {
    if (ledger.in_force(ConsentItem::Metadata)) return Keeping::Metadata;
    const auto latest = latest_about_metadata(ledger);
    const bool refused = std::any_of(latest.begin(), latest.end(), [](const auto& consent) {
        return consent.answer != ConsentAnswer::Given;
    });
    return refused ? Keeping::Fact : Keeping::Undecided;
}

RunningInterview running_from(const storage::SessionRecord& record) {
    RunningInterview out;
    out.interview = record.row.interview;
    out.training = record.row.training;
    out.row = *record.running;
    out.ledger.set_subjects(subjects_of(out.row));
    for (const auto& consent : record.consents) out.ledger.add(consent);
    return out;
}

std::vector<consent::Subject> subjects_of(const storage::RunningRow& row) {
    std::vector<consent::Subject> subjects;
    for (const auto& subject : row.subjects) {
        subjects.push_back({subject.person, subject.child, subject.guardian, subject.suitable});
    }
    return subjects;
}

}  // namespace sightline::kiosk
