#include "appliance/kiosk/running_interview.h"

namespace sightline::kiosk {
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

model::LiveTime RunningInterview::live_time() const {
    if (row.standing.state != model::State::Live) return {row.live_before, std::nullopt};
    return {row.live_before, row.since};
}

void RunningInterview::know(const std::vector<model::Person>& persons) {
    for (const auto& person : persons) names[person.id] = model::full_name(person);
}

const std::string& RunningInterview::name_of(base::RecordId person) const {
    static const std::string kUnknown;
    const auto known = names.find(person);
    return known == names.end() ? kUnknown : known->second;
}

Keeping RunningInterview::keeping() const {
    if (ledger.in_force(model::ConsentItem::Metadata)) return Keeping::Metadata;
    return ledger.declined(model::ConsentItem::Metadata) ? Keeping::Fact : Keeping::Undecided;
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
