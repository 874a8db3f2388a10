#include "appliance/cli/dossier_check.h"

#include <fstream>
#include <iostream>

#include "appliance/base/result.h"
#include "appliance/cli/outcome.h"
#include "session/dossier/csv_form.h"
#include "session/dossier/json_form.h"

namespace sightline::cli {
namespace {

// One byte more than is taken shows a file that is too long, however long it is.
base::Result<std::string> text_of_file(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text;
    std::string piece(std::size_t{1} << 16, '\0');
    while (in && text.size() <= dossier::kMaxFileBytes) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad() || text.empty()) {
        return base::Error{base::Errc::Unavailable,
                           "check " + file +
                               ": it cannot be read or is empty; give a file of dossiers in JSON "
                               "or CSV"};
    }
    return text;
}

bool is_json(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

std::string counted(std::size_t count, const std::string& one, const std::string& several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

int report(const dossier::Findings& findings, std::size_t dossiers, std::size_t persons) {
    for (const auto& finding : findings.kept()) {
        std::cout << (finding.weight == dossier::Weight::Doubt ? "doubt: " : "refused: ")
                  << dossier::text_of(finding) << "\n";
    }
    if (findings.in_all() > findings.kept().size()) {
        std::cout << "and " << findings.in_all() - findings.kept().size() << " more\n";
    }
    std::cout << counted(dossiers, "dossier", "dossiers") << " with "
              << counted(persons, "person", "persons") << " can be imported. ";
    if (findings.in_all() == 0) {
        std::cout << "Good.\n";
        return kDone;
    }
    const std::size_t doubts = findings.in_all() - findings.refusals();
    std::cout << "NOT GOOD: " << counted(findings.refusals(), "refusal", "refusals") << ", "
              << counted(doubts, "doubt", "doubts") << ".\n";
    return kFailed;
}

}  // namespace

int check_dossiers(const std::string& file) {
    const auto text = text_of_file(file);
    if (!text) return complain(kUsage, text.error().text);
    std::size_t persons = 0;
    if (is_json(*text)) {
        const auto import = dossier::read_json(*text);
        if (!import) return complain(kUsage, "check " + file + ": " + import.error().text);
        for (const auto& one : import->dossiers) persons += one.form.persons.size();
        return report(import->findings, import->dossiers.size(), persons);
    }
    const auto import = dossier::read_csv(*text);
    if (!import) return complain(kUsage, "check " + file + ": " + import.error().text);
    for (const auto& one : import->cases) persons += one.form.persons.size();
    return report(import->findings, import->cases.size(), persons);
}

}  // namespace sightline::cli
