// Asks the running kiosk one thing over its local control socket and waits for the answer. Blocks
// for 5 s at most. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "appliance/base/result.h"

namespace sightline::cli {

// The reply of an "ok" answer. Errors: Unavailable (no kiosk runs), Timeout, Malformed, or what the
// kiosk refused with its own sentence: Unauthorized where it does not know who asks, else Conflict.
base::Result<boost::json::object> ask_kiosk(const std::filesystem::path& run_directory,
                                            const boost::json::object& request);

}  // namespace sightline::cli
