// Comma-separated values (RFC 4180), row by row: quoted cells with line ends and doubled quotation
// marks inside, any kind of line end, commas or semicolons. A row that is not of the format says so
// and the next line begins anew, so one stray quotation mark costs one row and not the file. Any
// thread; a reader must not outlive its text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::dossier {

inline constexpr std::size_t kMaxCellBytes = 130'000;
inline constexpr std::size_t kMaxCells = 256;  // of one row

struct CsvRow {
    std::size_t line = 0;  // where it begins, from 1
    std::vector<std::string> cells;
    std::string fault;  // empty: none; else the end of a sentence, and the cells mean nothing
};

class CsvReader {
  public:
    // `line` is the number of the text's first line.
    CsvReader(std::string_view text, char separator, std::size_t line = 1)
        : text_(text), separator_(separator), line_(line) {}

    // nullopt at the end. Blank lines are passed over.
    std::optional<CsvRow> next();

  private:
    enum class End { Cell, Row, Fault };
    struct Cell {
        std::string text;
        End end = End::Cell;
    };
    Cell quoted(CsvRow& row);
    Cell plain(CsvRow& row);
    // What follows a cell: a separator or a line end, which are consumed.
    End end_of_cell();
    std::size_t line_end_at(std::size_t at) const;
    void skip_line_from(std::size_t start, std::size_t line);

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_;
};

// A cell as it stands in a file: quoted where it must be, and with an apostrophe in front where a
// spreadsheet would take it for a formula. shown_text takes that apostrophe away again.
std::string csv_cell(std::string_view text, char separator);
std::string_view shown_text(std::string_view cell);

}  // namespace sightline::dossier
