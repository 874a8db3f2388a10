// sightline-supervisor: runs the appliance's programs where there is no systemd.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "appliance/base/log.h"
#include "appliance/supervisor/config.h"
#include "appliance/supervisor/supervisor.h"
#include "hardware/watchdog.h"

int main(int argc, char** argv) {
    CLI::App app{"Starts, watches and restarts the programs that a configuration lists."};
    std::filesystem::path config;
    std::filesystem::path run = "/run/sightline";
    std::string level = "info";
    app.add_option("--config", config, "TOML file with one [[unit]] table for each program")
        ->required();
    app.add_option("--run", run, "directory for sockets, logs and supervisor.json")
        ->capture_default_str();
    app.add_option("--log-level", level, "trace, debug, info, warn or error")
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    sightline::base::start_log("sightline-supervisor", level);
    auto units = sightline::supervisor::load_config(config);
    if (!units) {
        std::fprintf(stderr, "sightline-supervisor: %s\n", units.error().text.c_str());
        return 2;
    }
    try {
        if (std::filesystem::create_directories(run)) {
            std::filesystem::permissions(run, std::filesystem::perms::owner_all);
        }
        sightline::supervisor::Supervisor supervisor(std::move(*units), run);
        sightline::hardware::Watchdog::ready();
        supervisor.run();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "sightline-supervisor: %s\n", e.what());
        return 1;
    }
    return 0;
}
