// The links that interviews meet in the field: tests/vectors/network-profiles.csv as simulator
// links.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/link.h"

namespace sightline::sim {

struct Profile {
    std::string name;
    LinkConfig up;    // from the centre
    LinkConfig down;  // to the centre
};

// Throws std::runtime_error naming the file and line when it cannot be read. A note that describes
// outages or bursts becomes part of the links; an unknown note is an error, not something to
// ignore.
std::vector<Profile> read_profiles(const std::string& file);

}  // namespace sightline::sim
