#include "appliance/kiosk/plan.h"

#include <algorithm>

#include "session/model/participant.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;

// Finds people by id or name and makes those who are new.
class Search {
  public:
    explicit Search(const std::vector<model::Person>& persons) : persons_(persons) {}

    base::Result<base::RecordId> known(base::RecordId id) const {
        const bool there = std::any_of(persons_.begin(), persons_.end(),
                                       [&](const auto& person) { return person.id == id; });
        if (there) return id;
        return Error{Errc::NotFound, "schedule an interview: the dossier has no person " +
                                         id.text() + "; give a name for somebody new"};
    }

    base::Result<base::RecordId> named(const std::string& name) {
        if (!model::is_plain_name(name, model::kMaxNameBytes)) {
            return Error{Errc::Malformed,
                         "schedule an interview: a subject needs a name of 1 to 120 bytes of plain "
                         "text, or the id of a person of the dossier"};
        }
        for (const auto& person : newcomers) {
            if (person.given_names == name) return person.id;
        }
        model::Person person;
        person.id = base::RecordId::random();
        person.given_names = name;
        newcomers.push_back(std::move(person));
        return newcomers.back().id;
    }

    base::Result<base::RecordId> named_or_known(const std::string& text) {
        if (const auto id = base::RecordId::parse(text)) return known(*id);
        return named(text);
    }

    std::vector<model::Person> newcomers;

  private:
    const std::vector<model::Person>& persons_;
};

}  // namespace

base::Result<SubjectsFound> find_subjects(const Plan& plan,
                                          const std::vector<model::Person>& persons) {
    if (plan.subjects.empty() || plan.subjects.size() > kMaxSubjects) {
        return Error{Errc::Malformed,
                     "schedule an interview: name 1 to 32 subjects, who are to be interviewed"};
    }
    Search search(persons);
    SubjectsFound found;
    for (const auto& planned : plan.subjects) {
        const auto id = planned.person ? search.known(*planned.person) : search.named(planned.name);
        if (!id) return id.error();
        if (planned.child == planned.guardian.empty()) {
            return Error{Errc::Malformed,
                         "schedule an interview: a child needs a guardian, who answers for it, and "
                         "nobody else has one"};
        }
        storage::Subject subject{*id, planned.child, std::nullopt,
                                 planned.suitable.value_or(!planned.child)};
        if (planned.child) {
            const auto guardian = search.named_or_known(planned.guardian);
            if (!guardian) return guardian.error();
            if (*guardian == *id) {
                return Error{Errc::Malformed,
                             "schedule an interview: a child is not its own guardian"};
            }
            subject.guardian = *guardian;
        }
        const bool twice =
            std::any_of(found.subjects.begin(), found.subjects.end(),
                        [&](const auto& other) { return other.person == subject.person; });
        if (twice) {
            return Error{Errc::Malformed, "schedule an interview: somebody is named twice"};
        }
        found.subjects.push_back(std::move(subject));
    }
    found.newcomers = std::move(search.newcomers);
    return found;
}

}  // namespace sightline::kiosk
