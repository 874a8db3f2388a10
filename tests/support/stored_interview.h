// An interview as the store has it, with whoever a test needs in it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "storage/interview_repository.h"

namespace sightline::tests {

inline model::Attendee attendee(base::ParticipantId id, base::SessionId session, std::string name,
                                model::Role role) {
    model::Attendee out;
    out.participant = {id, session, std::move(name), role, ""};
    out.place = model::Place::Admitted;
    if (role == model::Role::Applicant) out.participant.token_sha256 = std::string(64, 'a');
    if (role == model::Role::Observer) out.organisation = "Ministry";
    if (role != model::Role::Applicant) {
        out.invitation = {std::string(64, 'b'), model::RecordTime{std::chrono::hours(1)}, {}};
    }
    return out;
}

inline storage::RunningRow running_row(base::RecordId id, base::SessionId session,
                                       std::vector<model::Attendee> roster) {
    storage::RunningRow row;
    row.id = id;
    row.session = session;
    row.delegation.state = "NLD";
    row.roster = std::move(roster);
    return row;
}

inline storage::InterviewRow interview_row(base::SessionId session, const std::string& title,
                                           model::RecordTime opened,
                                           storage::Kept kept = storage::Kept::Metadata) {
    return {model::open_interview(session, title, opened).value(), opened, kept, {}, {}, false};
}

inline model::Consent metadata_consent(base::RecordId id, base::RecordId person,
                                       model::ConsentAnswer answer, model::RecordTime at) {
    return {id,
            person,
            {},
            model::ConsentItem::Metadata,
            "",
            answer,
            std::string(64, 'c'),
            "en",
            model::ConsentMode::Touch,
            "",
            "staff 1",
            model::LegalBasis::Consent,
            at,
            "signature"};
}

}  // namespace sightline::tests
