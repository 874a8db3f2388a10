// What people ask of the authority, as plain values: an interview to be scheduled, somebody to be
// invited, a consent to be withdrawn. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/model/case_file.h"
#include "session/model/consent.h"
#include "session/model/role.h"
#include "storage/record_types.h"

namespace sightline::kiosk {

struct PlannedSubject {
    std::optional<base::RecordId> person;  // of the dossier
    std::string name;                      // of somebody new, who becomes a person of it
    bool child = false;
    std::string guardian;  // a child's: the name of somebody in the plan, or a person's id
    std::optional<bool> suitable;
};
struct Plan {
    std::string title;
    std::optional<base::DossierId> dossier;  // none: one of its own
    std::vector<PlannedSubject> subjects;
    storage::Delegation delegation;
    bool training = false;
    std::optional<model::RecordTime> at;
};
inline constexpr std::size_t kMaxSubjects = 32;

struct SubjectsFound {
    std::vector<storage::Subject> subjects;
    std::vector<model::Person> newcomers;
};
// Who the plan is about, among the dossier's persons and new ones. Errors: Malformed (nobody, a
// child without a guardian, a name that is none), NotFound (a person or a guardian).
base::Result<SubjectsFound> find_subjects(const Plan& plan,
                                          const std::vector<model::Person>& persons);

struct InvitationOrder {
    model::Role role = model::Role::Observer;
    std::string name;
    std::string organisation;
    std::optional<std::chrono::minutes> valid;  // none: until the slot is over
};
// How long after the planned time, or after now, an invitation is good for.
inline constexpr std::chrono::hours kSlot{8};
inline constexpr std::chrono::minutes kLongestInvitation{std::chrono::hours(24 * 31)};

struct Invited {
    base::ParticipantId participant;
    std::string link;  // holds the clear token: hand it over, do not keep it
    model::RecordTime until;
};

struct Withdrawal {
    base::RecordId person;
    std::optional<base::RecordId> on_behalf;
    model::ConsentItem item = model::ConsentItem::Video;
    std::string scope;
    std::optional<base::SessionId> session;  // none: the one that runs
};

}  // namespace sightline::kiosk
