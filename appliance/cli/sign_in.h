// Who the command line acts for: the token that `sightline sign-in` left in the kiosk's directory
// of sockets, readable by this user only. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <string>

#include "appliance/base/result.h"

namespace sightline::cli {

// RUN/staff.NAME
std::filesystem::path token_file(const std::filesystem::path& run, const std::string& name);

// `name` empty: the only one who is signed in. Errors: Unauthorized (nobody, or several: the
// sentence names what to do), Malformed (a name that is none).
base::Result<std::string> token_of(const std::filesystem::path& run, const std::string& name);

base::Result<void> keep_token(const std::filesystem::path& run, const std::string& name,
                              const std::string& token);

}  // namespace sightline::cli
