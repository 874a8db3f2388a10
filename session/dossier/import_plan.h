// What an import would do to the dossiers that exist. Cases are found by their number and persons
// by their individual number, however they are spelled, so that the same file twice changes
// nothing. Ids are never made from numbers: an id stands in places where a number must not be
// guessed from it. Pure. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "session/dossier/csv_form.h"
#include "session/dossier/fields.h"
#include "session/dossier/json_form.h"

namespace sightline::dossier {

// Whose ids an imported form has.
enum class Ids : std::uint8_t {
    Own,    // the dossier's: JSON keeps them
    Local,  // the file's only: CSV
};

struct Import {
    Form form;
    Ids ids = Ids::Own;
    std::size_t rows = 0;  // persons that the file has for it, the refused among them; 0: the same
};
// A case of a file as what plan_import takes.
Import import_of(CsvCase of);
Import import_of(JsonDossier of);

enum class Effect : std::uint8_t { Created, Changed, Unchanged, Refused };
const char* name_of(Effect effect);

struct Planned {
    Effect effect = Effect::Unchanged;
    std::optional<std::size_t> existing;  // its place among those that exist
    Form form;                            // as it would be
    Changes changes;                      // from what exists, or from nothing
    std::string reason;                   // why it is refused
};

// An import adds and changes; it removes nothing, neither a person nor a field, because no file
// from elsewhere knows all that was noted here. `new_id` gives fresh ids.
std::vector<Planned> plan_import(std::span<const Form> existing, std::span<const Import> imports,
                                 const std::function<base::RecordId()>& new_id);

}  // namespace sightline::dossier
