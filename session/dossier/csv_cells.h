// A cell of a CSV file as a field's value and back. People fill in spreadsheets: what means the
// same is brought into the one spelling that the form has. For csv_form.cpp.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "session/dossier/field_table.h"

namespace sightline::dossier {

// What a cell needs to know of a field, whatever it is a field of.
struct CellKind {
    Kind kind;
    Rule rule;
};

// nullopt: the cell says nothing. A cell that cannot be such a value comes as text, for the field
// to refuse.
std::optional<boost::json::value> value_of(std::string_view cell, CellKind kind);
std::string cell_of(const boost::json::value& value);

}  // namespace sightline::dossier
