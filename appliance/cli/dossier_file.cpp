#include "appliance/cli/dossier_file.h"

#include <fstream>
#include <iostream>
#include <utility>

#include "session/dossier/csv_form.h"
#include "session/dossier/json_form.h"

namespace sightline::cli {
namespace {

// One byte more than is taken shows a file that is too long, however long it is.
base::Result<std::string> text_of_file(const std::string& file, const char* doing) {
    std::ifstream in(file, std::ios::binary);
    std::string text;
    std::string piece(std::size_t{1} << 16, '\0');
    while (in && text.size() <= dossier::kMaxFileBytes) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad() || text.empty()) {
        return base::Error{base::Errc::Unavailable,
                           std::string(doing) + " " + file +
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

}  // namespace

base::Result<DossierFile> read_dossier_file(const std::string& file, DossierFormat format,
                                            const char* doing) {
    const auto text = text_of_file(file, doing);
    if (!text) return text.error();
    const auto failed = [&](const base::Error& why) {
        return base::Error{why.code, std::string(doing) + " " + file + ": " + why.text};
    };
    DossierFile out;
    if (format == DossierFormat::Json || (format == DossierFormat::Guess && is_json(*text))) {
        auto import = dossier::read_json(*text);
        if (!import) return failed(import.error());
        for (auto& one : import->dossiers) {
            out.dossiers.push_back(dossier::import_of(std::move(one)));
        }
        out.findings = std::move(import->findings);
        return out;
    }
    auto import = dossier::read_csv(*text);
    if (!import) return failed(import.error());
    for (auto& one : import->cases) out.dossiers.push_back(dossier::import_of(std::move(one)));
    out.findings = std::move(import->findings);
    return out;
}

void print_findings(const dossier::Findings& findings) {
    for (const auto& finding : findings.kept()) {
        std::cout << (finding.weight == dossier::Weight::Doubt ? "doubt: " : "refused: ")
                  << dossier::text_of(finding) << "\n";
    }
    if (findings.in_all() > findings.kept().size()) {
        std::cout << "and " << findings.in_all() - findings.kept().size() << " more\n";
    }
}

std::string counted(std::size_t count, const std::string& one, const std::string& several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

}  // namespace sightline::cli
