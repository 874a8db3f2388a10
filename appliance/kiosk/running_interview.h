// The interview that runs at this kiosk, as data: how it stands, who belongs to it, what was
// consented to, and what follows from that: who may receive what from whom, and how much is kept.
// Pure; copied to try a change before it is in force. Any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "appliance/kiosk/interview_record.h"
#include "session/consent/ledger.h"
#include "session/lease/audience.h"
#include "session/model/interview.h"
#include "session/model/live_time.h"
#include "storage/interview_repository.h"

namespace sightline::kiosk {

struct RunningInterview {
    model::Interview interview;
    bool training = false;
    storage::RunningRow row;
    consent::Ledger ledger;
    // Of those who are interviewed and of who answers for them, as the dossier has them.
    std::map<base::RecordId, std::string> names;

    base::SessionId id() const { return interview.id; }
    const model::Standing& standing() const { return row.standing; }
    const model::Attendee& applicant() const { return row.roster.front(); }
    model::Attendee* find(base::ParticipantId participant);
    const model::Attendee* find(base::ParticipantId participant) const;

    std::vector<lease::Flow> flows() const;
    model::LiveTime live_time() const;
    void know(const std::vector<model::Person>& persons);     // their names
    const std::string& name_of(base::RecordId person) const;  // empty: not known
    // Whether the applicant has answered that the metadata may be kept. One "no" decides.
    Keeping keeping() const;
};

// With everything that a restarted kiosk finds of it. The engine's token is made anew.
RunningInterview running_from(const storage::SessionRecord& record);

// Those who are asked, as the ledger knows them.
std::vector<consent::Subject> subjects_of(const storage::RunningRow& row);

}  // namespace sightline::kiosk
