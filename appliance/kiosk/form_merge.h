// Between a registration form and what sync says of its dossier: which of the merged fields go into
// the form, which changes bring a circle up to the form, and how much of it one op holds. Pure. Any
// thread.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/dossier/fields.h"
#include "storage/sync/dossier_state.h"
#include "storage/sync/op_content.h"

namespace sightline::kiosk {

// Whether it is of the form. Decisions and notes of the office are beside it.
bool is_form_path(std::string_view path);

// The form's fields as a circle has them. Where two values stand against each other, the one that
// stands in `stored` already, else the first: the form needs one, and `conflicts_of` shows both.
dossier::Fields form_fields(const storage::sync::DossierState& state,
                            const dossier::Fields& stored);

// `stored` with what has changed in the circle from `before` to `after`; all of `after` in its
// place if there is no `before`.
dossier::Fields merged(const dossier::Fields& stored, const dossier::Fields* before,
                       const dossier::Fields& after);

// What makes the circle's fields those of the form. Conflicts are left to people.
std::vector<storage::sync::Change> changes_to(const storage::sync::DossierState& state,
                                              const dossier::Fields& form);
// The same changes for an op: what goes with an entry is not named again.
std::vector<storage::sync::Change> changes_of(const dossier::Changes& changes);

// How many of these go into one op, at least one of any.
std::size_t fitting(const std::vector<storage::sync::Change>& changes);

// [{"path", "values": [{"value" (none: removed), "author", "at"}]}], for people.
boost::json::array conflicts_of(const storage::sync::DossierState& state);
// The office's: "decision/outcome", "notes/..." and the like, each with its values.
boost::json::array office_part_of(const storage::sync::DossierState& state);

// The form of a record, and back. A record holds what was written here, so a text that is none
// throws StorageError.
dossier::Form form_of_record(std::string_view text);
std::string record_of(const dossier::Form& form);

}  // namespace sightline::kiosk
