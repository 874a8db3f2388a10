// The commands about registration forms in the running kiosk's store. As in commands.h.
#pragma once

#include <optional>
#include <string>

#include "appliance/cli/commands.h"
#include "appliance/cli/dossier_file.h"

namespace sightline::cli {

// What is wrong with a row is printed, and the others go in. Done if nothing was refused.
int import_dossiers(const Places& places, const std::string& file, DossierFormat file_format);
int list_forms(const Places& places, Format format);
// `reader`: the person of the case who is shown it, or empty.
int show_form(const Places& places, const std::string& dossier, const std::string& reader,
              Format format);
// Without a value the field goes.
int edit_form(const Places& places, const std::string& dossier, const std::string& path,
              const std::optional<std::string>& value);
int export_form(const Places& places, const std::string& dossier, const std::string& reader,
                DossierFormat file_format);
int release_dossier(const Places& places, const std::string& dossier, const std::string& state,
                    const std::string& agreement);
int list_conflicts(const Places& places, const std::string& dossier, Format format);
int settle_conflict(const Places& places, const std::string& dossier, const std::string& path,
                    int pick);

}  // namespace sightline::cli
