// A file of dossiers, JSON or CSV, as the commands read and judge it. Any thread.
#pragma once

#include <string>
#include <vector>

#include "appliance/base/result.h"
#include "session/dossier/finding.h"
#include "session/dossier/import_plan.h"

namespace sightline::cli {

enum class DossierFormat { Guess, Json, Csv };

struct DossierFile {
    std::vector<dossier::Import> dossiers;
    dossier::Findings findings;
};
// `doing` begins the sentence of an error. Unavailable, Malformed, TooLarge.
base::Result<DossierFile> read_dossier_file(const std::string& file, DossierFormat format,
                                            const char* doing);

// A line each on standard output, by place, field and reason.
void print_findings(const dossier::Findings& findings);
std::string counted(std::size_t count, const std::string& one, const std::string& several);

}  // namespace sightline::cli
