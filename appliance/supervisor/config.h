// The supervisor's configuration: one TOML file with a [[unit]] table for each program.
//
//   [[unit]]
//   name = "engine"
//   command = ["/usr/bin/sightline-engine", "--run", "/run/sightline"]
//   after = ["kiosk"]        # optional
//   watchdog_ms = 1800       # optional, 0: not watched
//   restart_ms = 100         # optional
//   ready_ms = 30000         # optional
//   fd_store = 2             # optional, 0 to 16: descriptors kept for it across a crash
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/supervisor/unit.h"

namespace sightline::supervisor {

// Malformed with a sentence that names the unit and the key. Names are file-name safe and unique,
// and every unit in `after` stands before the one that waits for it, so that no circle is possible.
base::Result<std::vector<UnitSettings>> parse_config(std::string_view toml);

base::Result<std::vector<UnitSettings>> load_config(const std::filesystem::path& file);

}  // namespace sightline::supervisor
