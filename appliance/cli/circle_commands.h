// The commands about a delegation's circle: its administrator's, which issue the list on files, and
// the kiosk's, which take it and say how sync stands. As in commands.h.
#pragma once

#include <string>

#include "appliance/cli/delegation_commands.h"

namespace sightline::cli {

struct CircleSiteOrder {
    std::string name;
    std::string keys_file, code;
};

// The secret half of the recovery key goes to `recovery_file` and nowhere else.
int init_circle(const DelegationOptions& options, const std::string& recovery_file);
int add_circle_site(const DelegationOptions& options, const CircleSiteOrder& order);
int remove_circle_site(const DelegationOptions& options, const std::string& site);
int show_circle(const DelegationOptions& options, Format format);

int take_circle(const Places& places, const std::string& circle_file, const std::string& root_file,
                const std::string& state, Format format);
int show_circle_keys(const Places& places, Format format);
int show_sync_status(const Places& places, Format format);

}  // namespace sightline::cli
