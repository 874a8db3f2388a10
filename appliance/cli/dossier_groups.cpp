// The commands about dossiers outside the store, as the command line has them. See
// command_groups.h.
#include <CLI/CLI.hpp>

#include "appliance/cli/command_groups.h"
#include "appliance/cli/dossier_check.h"

namespace sightline::cli {

void add_dossier_commands(CommandTree& tree) {
    auto& file = tree.keep<std::string>();
    auto* group = tree.group("dossier", "Dossiers in files");
    tree.add(*group, "check", "Say what is wrong with a file of dossiers, JSON or CSV",
             [&] { return check_dossiers(file); })
        ->add_option("FILE", file, "The file")
        ->required();
}

}  // namespace sightline::cli
