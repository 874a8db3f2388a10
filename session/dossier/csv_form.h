// Dossiers as CSV: a line a person, lines with the same case number make one case. The columns are
// those of csv_columns(), in any order; session/dossier/FORM.md documents them. What a line a
// person cannot hold (relationships, relatives elsewhere, documents, declarations) and what it must
// not (confidential statements) does not travel this way. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/dossier/finding.h"
#include "session/dossier/form.h"

namespace sightline::dossier {

inline constexpr std::size_t kMaxCsvRows = 50'000;

const std::vector<std::string>& csv_columns();

// UTF-8 with a byte-order mark and CR LF, as spreadsheets expect. A case's own answers stand in its
// first line, the principal applicant's.
std::string write_csv(std::span<const Form> forms, char separator = ',');

// One case of a file. The file knows no ids: persons have 1, 2, 3... by the order of their lines,
// until plan_import gives them theirs.
struct CsvCase {
    Form form;
    std::vector<std::size_t> lines;  // of the persons, in order of their ids
    std::size_t rows = 0;            // persons in the file, the refused among them
    bool complete() const { return rows == form.persons.size(); }
};
struct CsvImport {
    std::vector<CsvCase> cases;
    Findings findings;
};
// A bad row is refused, and what is wrong with each of its cells is said; the other rows go in, of
// the same case too, and a doubt says that this case is incomplete. Malformed: not CSV with the two
// columns that say whose row it is. TooLarge.
base::Result<CsvImport> read_csv(std::string_view text);

}  // namespace sightline::dossier
