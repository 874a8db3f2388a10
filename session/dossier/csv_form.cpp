#include "session/dossier/csv_form.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "session/dossier/csv_cells.h"
#include "session/dossier/csv_rows.h"
#include "session/dossier/fields.h"

namespace sightline::dossier {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr const char* kCaseColumn = "case_number";
constexpr const char* kPersonColumn = "individual_number";

// A field of the case or of the person, by the column's name.
struct Column {
    std::string name;
    const Field<Form>* of_case = nullptr;
    const Field<FormPerson>* of_person = nullptr;
    std::string path;  // as doubts_of names it: "case/size", "birth_date"

    CellKind kind() const {
        return of_case != nullptr ? CellKind{of_case->kind, of_case->rule}
                                  : CellKind{of_person->kind, of_person->rule};
    }
};

const std::vector<Column>& columns() {
    static const std::vector<Column> all = [] {
        std::vector<Column> made;
        for (const auto& part : parts()) {
            for (const auto& field : part.fields) {
                made.push_back(
                    {part.name + "_" + field.name, &field, nullptr, part.name + "/" + field.name});
            }
        }
        // Whose row it is comes first.
        for (const auto& field : persons().fields) {
            const auto place = field.name == kPersonColumn ? made.begin() + 1 : made.end();
            made.insert(place, {field.name, nullptr, &field, field.name});
        }
        return made;
    }();
    return all;
}

// One row, read by itself.
struct Row {
    std::size_t line = 0;
    bool good = true;
    std::string case_key;  // empty: it does not say
    std::map<const Column*, json::value> of_case;
    bool has_person = false;
    FormPerson person;
};

// Spreadsheets write lines of nothing but separators at a table's end.
bool is_blank(const CsvRow& row) {
    return row.fault.empty() &&
           std::all_of(row.cells.begin(), row.cells.end(), [](const auto& cell) {
               return cell.find_first_not_of(" \t") == std::string::npos;
           });
}

class FileReader {
  public:
    FileReader(std::string_view text, char separator, std::size_t first_line)
        : rows_(text, separator, first_line) {}

    base::Result<CsvImport> read() {
        auto header = read_header();
        if (!header) return header.error();
        std::size_t count = 0;
        while (const auto cells = rows_.next()) {
            if (is_blank(*cells)) continue;
            if (++count > kMaxCsvRows) {
                say(cells->line, "",
                    "is beyond the " + std::to_string(kMaxCsvRows) +
                        " lines that one file may hold; split the file");
                break;
            }
            take(read_row(*cells));
        }
        finish();
        return std::move(import_);
    }

  private:
    struct Said {
        json::value value;
        std::size_t line;
    };
    struct Case {
        std::size_t line = 0;  // the first
        CsvCase made;
        std::map<const Column*, Said> said;
    };

    void say(std::size_t line, std::string field, std::string reason,
             Weight weight = Weight::Refused) {
        import_.findings.add({weight, line, 0, std::move(field), std::move(reason)});
    }

    base::Result<void> read_header() {
        const auto header = rows_.next();
        if (!header || !header->fault.empty()) {
            return Error{Errc::Malformed, "read dossiers: the first line does not name columns"};
        }
        std::set<const Column*> known;
        for (const auto& cell : header->cells) {
            const auto name = value_of(cell, {Kind::Code, Rule::Line});
            const auto column =
                std::find_if(columns().begin(), columns().end(), [&](const Column& candidate) {
                    return name && *name == json::value(candidate.name);
                });
            const bool found = column != columns().end();
            order_.push_back(found ? &*column : nullptr);
            if (!found && name) {
                const bool plain = model::is_plain_name(cell, 60);
                say(header->line, plain ? cell : "a column with an unprintable name",
                    "is no column of the form and was not read", Weight::Doubt);
            }
            if (found && !known.insert(&*column).second) {
                return Error{Errc::Malformed,
                             "read dossiers: there are two columns " + column->name};
            }
        }
        for (const char* needed : {kCaseColumn, kPersonColumn}) {
            if (!has_column(needed)) {
                return Error{Errc::Malformed, std::string("read dossiers: the column ") + needed +
                                                  " is missing from the first line"};
            }
        }
        return {};
    }

    bool has_column(std::string_view name) const {
        return std::any_of(order_.begin(), order_.end(), [&](const Column* column) {
            return column != nullptr && column->name == name;
        });
    }

    Row read_row(const CsvRow& cells) {
        Row row;
        row.line = cells.line;
        const auto refuse = [&](const std::string& field, std::string reason) {
            say(row.line, field, std::move(reason));
            row.good = false;
        };
        if (!cells.fault.empty()) {
            refuse("", cells.fault);
            return row;
        }
        if (cells.cells.size() != order_.size()) {
            refuse("", "has " + std::to_string(cells.cells.size()) + " cells, and the first line " +
                           std::to_string(order_.size()));
            return row;
        }
        Form scratch;
        for (std::size_t i = 0; i < order_.size(); ++i) {
            const Column* column = order_[i];
            const auto value =
                column != nullptr ? value_of(cells.cells[i], column->kind()) : std::nullopt;
            if (!value) continue;
            if (column->of_person != nullptr) row.has_person = true;
            const auto fault = column->of_case != nullptr
                                   ? column->of_case->set(scratch, *value)
                                   : column->of_person->set(row.person, *value);
            if (fault) {
                refuse(column->name, *fault);
            } else if (column->of_case != nullptr) {
                row.of_case.emplace(column, *value);
            }
        }
        row.case_key = number_key(scratch.subject.number);
        if (row.good && row.case_key.empty()) refuse(kCaseColumn, "is missing");
        if (row.good && row.has_person && row.person.basics.individual_number.empty()) {
            refuse(kPersonColumn, "is missing");
        }
        return row;
    }

    void take(Row row) {
        if (row.case_key.empty()) return;
        Case& of = cases_[row.case_key];
        if (of.line == 0) {
            of.line = row.line;
            order_of_cases_.push_back(row.case_key);
        }
        if (row.has_person) ++of.made.rows;
        if (!row.good || !agrees(of, row) || (row.has_person && !is_new(of, row))) return;
        for (auto& [column, value] : row.of_case) {
            if (of.said.emplace(column, Said{value, row.line}).second) {
                column->of_case->set(of.made.form, value);
            }
        }
        if (!row.has_person) return;
        auto& persons = of.made.form.persons;
        row.person.basics.id = base::RecordId::from_value(persons.size() + 1);
        persons.push_back(std::move(row.person));
        of.made.lines.push_back(row.line);
    }

    // Which line of a case is right when two differ, only a person can say.
    bool agrees(const Case& of, const Row& row) {
        bool good = true;
        for (const auto& [column, value] : row.of_case) {
            const auto earlier = of.said.find(column);
            if (earlier == of.said.end() || earlier->second.value == value) continue;
            say(row.line, column->name,
                "differs from line " + std::to_string(earlier->second.line) + " of the same case");
            good = false;
        }
        return good;
    }

    bool is_new(Case& of, const Row& row) {
        if (of.made.form.persons.size() == kMaxPersons) {
            say(row.line, kPersonColumn,
                "is one more than the " + std::to_string(kMaxPersons) + " that a case may have");
            return false;
        }
        const auto [first, is_new] =
            persons_.emplace(number_key(row.person.basics.individual_number), row.line);
        if (!is_new) {
            --of.made.rows;  // nobody is missing
            say(row.line, kPersonColumn,
                "is on line " + std::to_string(first->second) + " already");
        }
        return is_new;
    }

    void finish() {
        for (const auto& key : order_of_cases_) {
            Case& of = cases_[key];
            if (!of.made.complete()) {
                const std::size_t missing = of.made.rows - of.made.form.persons.size();
                say(of.line, kCaseColumn,
                    "is incomplete: " + std::to_string(missing) + " of the " +
                        std::to_string(of.made.rows) + " persons of this case were refused",
                    Weight::Doubt);
            }
            if (of.said.empty()) continue;  // nothing of it is good
            for (const Finding& doubt : doubts_of(of.made.form)) pass_on(of, doubt);
            import_.cases.push_back(std::move(of.made));
        }
    }

    // By line and column, and only if the file has the column: a short list of persons is not
    // reproached with what it never meant to say.
    void pass_on(const Case& of, const Finding& doubt) {
        constexpr std::string_view kPersons = "persons/";
        std::string field = doubt.field;
        std::size_t line = of.line;
        if (field.starts_with(kPersons)) {
            const auto id = base::RecordId::parse(field.substr(kPersons.size(), 16));
            line = of.made.lines.at(static_cast<std::size_t>(id->value() - 1));
            field.erase(0, std::min(field.size(), kPersons.size() + 17));
            if (field.empty()) field = "family_name";
        } else if (field == "persons") {
            field = "relation";
        } else if (field.find('/') != std::string::npos) {
            const auto said = std::find_if(columns().begin(), columns().end(),
                                           [&](const Column& c) { return c.path == field; });
            field = said->name;
        }
        if (has_column(field)) say(line, field, doubt.reason, Weight::Doubt);
    }

    CsvReader rows_;
    std::vector<const Column*> order_;
    CsvImport import_;
    std::map<std::string, Case> cases_;
    std::vector<std::string> order_of_cases_;
    std::map<std::string, std::size_t> persons_;  // the line of each individual number
};

// The separator that splits the first line into more cells. Some spreadsheets say it in a line of
// its own.
char separator_of(std::string_view text) {
    const auto cells = [&](char separator) {
        const auto row = CsvReader(text, separator).next();
        return row ? row->cells.size() : 0;
    };
    return cells(';') > cells(',') ? ';' : ',';
}

void write_row(std::string& text, char separator, const Form& form, const FormPerson* person,
               bool first) {
    std::string row;
    for (const Column& column : columns()) {
        std::optional<json::value> value;
        if (column.of_person != nullptr) {
            if (person != nullptr) value = column.of_person->get(*person);
        } else if (first || column.name == kCaseColumn) {
            value = column.of_case->get(form);
        }
        if (&column != &columns().front()) row += separator;
        if (value) row += csv_cell(cell_of(*value), separator);
    }
    text += row + "\r\n";
}

}  // namespace

const std::vector<std::string>& csv_columns() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Column& column : columns()) all.push_back(column.name);
        return all;
    }();
    return names;
}

std::string write_csv(std::span<const Form> forms, char separator) {
    std::string text = "\xEF\xBB\xBF";
    for (const auto& name : csv_columns()) {
        if (&name != &csv_columns().front()) text += separator;
        text += name;
    }
    text += "\r\n";
    for (const Form& form : forms) {
        std::vector<const FormPerson*> order;
        for (const auto& person : form.persons) order.push_back(&person);
        std::stable_partition(order.begin(), order.end(), [](const FormPerson* person) {
            return person->basics.relation == kPrincipal;
        });
        if (order.empty()) write_row(text, separator, form, nullptr, true);
        for (const auto* person : order) {
            write_row(text, separator, form, person, person == order.front());
        }
    }
    return text;
}

base::Result<CsvImport> read_csv(std::string_view text) {
    if (text.size() > kMaxFileBytes) {
        return Error{Errc::TooLarge, "read dossiers: the file is larger than 32 MiB; split it"};
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.starts_with("sep=") && text.find('\n') != std::string_view::npos) {
        const char separator = text[4] == ';' ? ';' : ',';
        return FileReader(text.substr(text.find('\n') + 1), separator, 2).read();
    }
    return FileReader(text, separator_of(text), 1).read();
}

}  // namespace sightline::dossier
