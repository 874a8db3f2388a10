#include "session/dossier/finding.h"

#include <utility>

namespace sightline::dossier {

std::string text_of(const Finding& finding) {
    std::string place;
    if (finding.line > 0) place = "line " + std::to_string(finding.line);
    if (finding.dossier > 0) {
        place += (place.empty() ? "dossier " : ", dossier ") + std::to_string(finding.dossier);
    }
    if (!place.empty()) place += ": ";
    return place + finding.field + (finding.field.empty() ? "" : " ") + finding.reason;
}

void Findings::add(Finding finding) {
    ++in_all_;
    if (finding.weight == Weight::Refused) ++refusals_;
    if (kept_.size() < kMost) kept_.push_back(std::move(finding));
}

}  // namespace sightline::dossier
