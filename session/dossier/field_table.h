// Every field of the form, once: its name, its kind and bounds, and how it gets in and out as a
// JSON value. Flat fields, JSON, CSV and the test of the schema go by this table, so none of them
// can forget one. For this layer's own sources and its tests. Any thread.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/dossier/form.h"
#include "session/dossier/rules.h"

namespace sightline::dossier {

enum class Kind : std::uint8_t {
    Text,       // one text under a rule
    Texts,      // several, each once
    Code,       // a coded answer
    Codes,      // several, each once
    Count,      // a whole number, at least 1
    Yes,        // true, or left out
    Reference,  // the id of a person of this case
};

template <class T>
struct Field {
    std::string name;
    Kind kind = Kind::Text;
    Rule rule = Rule::Line;
    std::size_t most = 0;     // characters of a text, or of each of several; a count's bound
    std::size_t several = 0;  // how many there may be
    bool required = false;
    std::vector<std::string> codes;
    // nullopt: the form does not say.
    std::function<std::optional<boost::json::value>(const T&)> get;
    // Why the value is refused, as the end of a sentence.
    std::function<std::optional<std::string>(T&, const boost::json::value&)> set;
};

// A part that every form has once, such as "claim".
struct Part {
    std::string name;
    std::vector<Field<Form>> fields;
};
const std::vector<Part>& parts();

// A part that a form has several of, each with an id.
template <class T>
struct List {
    std::string name;
    std::size_t most;
    std::vector<T> Form::*entries;
    std::vector<Field<T>> fields;
};
const List<FormPerson>& persons();
const List<Relationship>& relationships();
const List<Relative>& relatives();
const List<FormDocument>& documents();
const List<ConfidentialStatement>& confidential();
const List<Declaration>& declarations();

template <class Visit>
void each_list(Visit&& visit) {
    visit(persons());
    visit(relationships());
    visit(relatives());
    visit(documents());
    visit(confidential());
    visit(declarations());
}

template <class T>
auto& id_of(T& entry) {
    if constexpr (requires { entry.basics; }) {
        return entry.basics.id;
    } else if constexpr (requires { entry.document; }) {
        return entry.document.id;
    } else {
        return entry.id;
    }
}

}  // namespace sightline::dossier
