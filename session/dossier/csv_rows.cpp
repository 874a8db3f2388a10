#include "session/dossier/csv_rows.h"

#include <algorithm>
#include <array>

namespace sightline::dossier {
namespace {

// What spreadsheets begin to calculate at, the full-width forms of it included.
bool begins_formula(std::string_view text) {
    constexpr std::array<std::string_view, 11> kSigns = {"=",
                                                         "+",
                                                         "-",
                                                         "@",
                                                         "\t",
                                                         "\r",
                                                         "\n",
                                                         "\xEF\xBC\x9D",
                                                         "\xEF\xBC\x8B",
                                                         "\xEF\xBC\x8D",
                                                         "\xEF\xBC\xA0"};
    return std::any_of(kSigns.begin(), kSigns.end(),
                       [&](std::string_view sign) { return text.starts_with(sign); });
}

// What begins with an apostrophe and would lose it in reading gets another.
bool needs_apostrophe(std::string_view text) {
    if (begins_formula(text)) return true;
    if (!text.starts_with('\'')) return false;
    text.remove_prefix(1);
    return text.starts_with('\'') || begins_formula(text);
}

}  // namespace

std::size_t CsvReader::line_end_at(std::size_t at) const {
    if (at >= text_.size()) return 0;
    if (text_[at] == '\n') return 1;
    if (text_[at] != '\r') return 0;
    return at + 1 < text_.size() && text_[at + 1] == '\n' ? 2 : 1;
}

CsvReader::End CsvReader::end_of_cell() {
    if (at_ >= text_.size()) return End::Row;
    if (text_[at_] == separator_) {
        ++at_;
        return End::Cell;
    }
    const std::size_t length = line_end_at(at_);
    if (length == 0) return End::Fault;
    at_ += length;
    ++line_;
    return End::Row;
}

CsvReader::Cell CsvReader::quoted(CsvRow& row) {
    Cell cell;
    ++at_;
    for (;;) {
        if (at_ >= text_.size() || cell.text.size() > kMaxCellBytes) {
            row.fault = "has a quotation mark that is not closed, or an over-long cell";
            cell.end = End::Fault;
            return cell;
        }
        const char c = text_[at_];
        if (c == '"') {
            ++at_;
            if (at_ >= text_.size() || text_[at_] != '"') break;
        } else if (line_end_at(at_) > 0 && (c == '\n' || line_end_at(at_) == 1)) {
            ++line_;  // once for CR LF: at its second half
        }
        cell.text += c;
        ++at_;
    }
    cell.end = end_of_cell();
    if (cell.end == End::Fault) row.fault = "has text after a closing quotation mark";
    return cell;
}

CsvReader::Cell CsvReader::plain(CsvRow& row) {
    Cell cell;
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != separator_ && line_end_at(at_) == 0) ++at_;
    const auto text = text_.substr(start, at_ - start);
    if (text.find('"') != std::string_view::npos) {
        row.fault = "has a quotation mark in a cell that does not begin with one";
    } else if (text.size() > kMaxCellBytes) {
        row.fault = "has an over-long cell";
    } else {
        cell.text = text;
    }
    cell.end = row.fault.empty() ? end_of_cell() : End::Fault;
    return cell;
}

void CsvReader::skip_line_from(std::size_t start, std::size_t line) {
    const auto end = text_.find_first_of("\r\n", start);
    at_ = end == std::string_view::npos ? text_.size() : end + line_end_at(end);
    line_ = line + 1;
}

std::optional<CsvRow> CsvReader::next() {
    while (const std::size_t blank = line_end_at(at_)) {
        at_ += blank;
        ++line_;
    }
    if (at_ >= text_.size()) return std::nullopt;
    CsvRow row;
    row.line = line_;
    const std::size_t start = at_;
    for (;;) {
        const bool opens = at_ < text_.size() && text_[at_] == '"';
        Cell cell = opens ? quoted(row) : plain(row);
        if (cell.end != End::Fault && row.cells.size() == kMaxCells) {
            row.fault = "has more than " + std::to_string(kMaxCells) + " cells";
            cell.end = End::Fault;
        }
        if (cell.end == End::Fault) {
            skip_line_from(start, row.line);
            return row;
        }
        row.cells.push_back(std::move(cell.text));
        if (cell.end == End::Row) return row;
    }
}

std::string csv_cell(std::string_view text, char separator) {
    const bool guarded = needs_apostrophe(text);
    const bool quotes = text.find_first_of("\"\r\n") != std::string_view::npos ||
                        text.find(separator) != std::string_view::npos || text.starts_with(' ') ||
                        text.ends_with(' ');
    std::string cell = quotes ? "\"" : "";
    if (guarded) cell += '\'';
    for (const char c : text) {
        if (c == '"') cell += '"';
        cell += c;
    }
    if (quotes) cell += '"';
    return cell;
}

std::string_view shown_text(std::string_view cell) {
    if (!cell.starts_with('\'')) return cell;
    const auto rest = cell.substr(1);
    return rest.starts_with('\'') || begins_formula(rest) ? rest : cell;
}

}  // namespace sightline::dossier
