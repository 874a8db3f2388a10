// Dossiers as JSON (RFC 8259): one document for a dossier, an array of them, or one a line. The
// form is published as dossier.schema.json beside this file, for those who write such files; a test
// proves that schema and reader agree. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/dossier/finding.h"
#include "session/dossier/form.h"

namespace sightline::dossier {

inline constexpr std::size_t kMaxDossiers = 10'000;  // in one file
inline constexpr const char* kJsonFormat = "sightline-dossier-1";

// Of a well-formed form.
boost::json::object json_of(const Form& form);
// An array, one dossier a line.
std::string write_json(std::span<const Form> forms);

struct JsonDossier {
    Form form;
    std::size_t dossier = 0;  // its place in the file, from 1
    std::size_t line = 0;     // from 1, where a line is a dossier; 0 elsewhere
};
struct JsonImport {
    std::vector<JsonDossier> dossiers;
    Findings findings;
};
// A dossier with a fault is refused as a whole, because half of one may mislead; the others go in.
// So is the second with a case number that the file has already. Malformed: the text holds no
// dossiers at all. TooLarge.
base::Result<JsonImport> read_json(std::string_view text);

}  // namespace sightline::dossier
