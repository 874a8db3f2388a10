#include "appliance/cli/dossier_check.h"

#include <iostream>

#include "appliance/cli/dossier_file.h"
#include "appliance/cli/outcome.h"

namespace sightline::cli {

int check_dossiers(const std::string& file) {
    const auto read = read_dossier_file(file, DossierFormat::Guess, "check");
    if (!read) return complain(kUsage, read.error().text);
    std::size_t persons = 0;
    for (const auto& one : read->dossiers) persons += one.form.persons.size();
    const auto& findings = read->findings;
    print_findings(findings);
    std::cout << counted(read->dossiers.size(), "dossier", "dossiers") << " with "
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

}  // namespace sightline::cli
