// A PIN from the first line of a file: for demonstrations and for scripts that hand one over. Any
// thread.
#pragma once

#include <filesystem>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::base {

// Unavailable: the file cannot be read, or its first line is empty.
Result<Secret> read_pin_file(const std::filesystem::path& file);

}  // namespace sightline::base
