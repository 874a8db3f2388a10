#include "session/model/case_file.h"

namespace sightline::model {

const char* name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::Selected:
            return "selected";
        case Outcome::NotSelected:
            return "not-selected";
        case Outcome::Deferred:
            return "deferred";
    }
    return "unknown";
}

std::optional<Outcome> outcome_from_name(std::string_view name) {
    for (const auto outcome : {Outcome::Selected, Outcome::NotSelected, Outcome::Deferred}) {
        if (name == name_of(outcome)) return outcome;
    }
    return std::nullopt;
}

std::string full_name(const Person& person) {
    if (person.family_name.empty()) return person.given_names;
    return person.given_names + " " + person.family_name;
}

}  // namespace sightline::model
