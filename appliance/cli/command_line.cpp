#include <CLI/CLI.hpp>
#include <functional>

#include "appliance/cli/command_groups.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/outcome.h"

namespace sightline::cli {

CLI::App* CommandTree::add(CLI::App& parent, const char* name, const char* what,
                           std::function<int()> run) {
    auto* command = parent.add_subcommand(name, what);
    // So that --state, --as and the others may stand after the command as well.
    command->fallthrough();
    leaves_.push_back({command, std::move(run)});
    return command;
}

CLI::App* CommandTree::group(const char* name, const char* what) {
    auto* command = app.add_subcommand(name, what);
    command->fallthrough();
    command->require_subcommand(1);
    return command;
}

void CommandTree::with_json(CLI::App* command) {
    command->add_flag_callback(
        "--json", [this] { format = Format::Json; }, "Print JSON");
}

int CommandTree::run_chosen() const {
    // The innermost that was named: a command of a group comes after the group's own.
    for (auto leaf = leaves_.rbegin(); leaf != leaves_.rend(); ++leaf) {
        if (leaf->command->parsed()) return leaf->run();
    }
    return complain(kUsage, "give a command; see sightline --help");
}

int run(int argc, const char* const* argv) {
    CLI::App app{
        "Leads the interviews at a Sightline kiosk, and looks after its store and its devices."};
    app.require_subcommand(1);
    CommandTree tree(app);
    auto& places = tree.places;
    app.add_option("--state", places.state, "The kiosk's directory of data")->capture_default_str();
    app.add_option("--run", places.run, "The kiosk's directory of sockets")->capture_default_str();
    app.add_option("--hub", places.hub, "The hub, for the self-test")->capture_default_str();
    app.add_option("--as", places.as, "Who of the staff asks (default: the only one signed in)");
    app.add_option("--if-state", places.if_state,
                   "Only if the interview is still in this state, such as live");
    // The kiosk's own file serves: keys that concern only the kiosk are passed over.
    app.set_config("--config", "", "TOML file with the same keys, such as the kiosk's");
    app.allow_config_extras(CLI::config_extras_mode::ignore);
    add_staff_commands(tree);
    add_session_commands(tree);
    add_people_commands(tree);
    add_consent_commands(tree);
    add_store_commands(tree);
    add_delegation_commands(tree);
    add_dossier_commands(tree);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& e) {
        return app.exit(e);
    } catch (const CLI::CallForAllHelp& e) {
        return app.exit(e);
    } catch (const CLI::FileError&) {
        return complain(kUsage,
                        "--config: the file cannot be read; correct its path or its permissions");
    } catch (const CLI::Error& e) {
        return complain(kUsage, std::string(e.what()) + "; see sightline --help");
    }
    return tree.run_chosen();
}

}  // namespace sightline::cli
