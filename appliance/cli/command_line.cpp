#include <CLI/CLI.hpp>
#include <iostream>

#include "appliance/cli/commands.h"

namespace sightline::cli {

int run(int argc, const char* const* argv) {
    constexpr int kUsage = 2;
    Places places;
    bool json = false;
    std::string id, title = "Interview", role, name;

    CLI::App app{"Looks after a Sightline kiosk: its interviews, who is invited, and its devices."};
    app.require_subcommand(1);
    app.add_option("--state", places.state, "The kiosk's directory of data")->capture_default_str();
    app.add_option("--run", places.run, "The kiosk's directory of sockets")->capture_default_str();
    app.add_option("--hub", places.hub, "The hub, for the self-test")->capture_default_str();
    // The kiosk's own file serves: keys that concern only the kiosk are passed over.
    app.set_config("--config", "", "TOML file with the same keys, such as the kiosk's");
    app.allow_config_extras(CLI::config_extras_mode::ignore);

    auto* sessions = app.add_subcommand("sessions", "List the interviews on record");
    auto* show = sessions->add_subcommand("show", "Show one: participants, joins, leaves, quality");
    show->add_option("ID", id, "The interview's id")->required();
    auto* open = sessions->add_subcommand("open", "Open an interview at the running kiosk");
    open->add_option("--title", title, "Its title")->capture_default_str();
    auto* close = sessions->add_subcommand("close", "Close the running interview");
    auto* status = app.add_subcommand("status", "Show what the running kiosk is doing");
    auto* invitation = app.add_subcommand("invite", "Invite somebody and print their link");
    invitation->add_option("--role", role, "interviewer, interpreter or observer")->required();
    invitation->add_option("--name", name, "What the others see")->required();
    auto* test =
        app.add_subcommand("self-test", "Check camera, sound, screen, disk, clock and link");
    for (auto* command : {sessions, show, open, status, invitation}) {
        command->add_flag("--json", json, "Print JSON");
    }
    // So that --state and the others may stand after the command as well.
    for (auto* command : {sessions, show, open, close, status, invitation, test}) {
        command->fallthrough();
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& e) {
        return app.exit(e);
    } catch (const CLI::CallForAllHelp& e) {
        return app.exit(e);
    } catch (const CLI::FileError&) {
        std::cerr << "sightline: --config: the file cannot be read; correct its path or its "
                     "permissions\n";
        return kUsage;
    } catch (const CLI::Error& e) {
        std::cerr << "sightline: " << e.what() << "; see sightline --help\n";
        return kUsage;
    }
    const Format format = json ? Format::Json : Format::Text;
    if (*show) return show_session(places, id, format);
    if (*open) return open_session(places, title, format);
    if (*close) return close_session(places);
    if (*sessions) return list_sessions(places, format);
    if (*status) return show_status(places, format);
    if (*invitation) return invite(places, role, name, format);
    return self_test(places);
}

}  // namespace sightline::cli
