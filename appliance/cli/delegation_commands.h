// The commands about a delegation: its administrator's, which work on files and nothing else, and
// the kiosk's, which ask the running kiosk. As in commands.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "appliance/cli/commands.h"
#include "appliance/cli/delegation_files.h"

namespace sightline::cli {

struct DelegationOptions {
    std::filesystem::path folder = ".";
    std::string pin_file;
    std::string recovery_file;
    int days = 30;            // that a roster is good for, or a mission
    std::uint64_t above = 0;  // a roster's number is greater
};
struct Enrolment {
    std::string name, role, organisation;
    std::string key_file, code;
    std::string replaces;  // the code of the key that goes; empty: none
};
struct MissionOrder {
    std::string title;
    std::string kiosk_file, code;
};

// Asks for the PIN.
base::Result<signature::DeviceKey> open_root(const DelegationFiles& files,
                                             const DelegationOptions& options);
int init_delegation(const DelegationOptions& options, const std::string& name);
int enrol_member(const DelegationOptions& options, const Enrolment& enrolment);
int revoke_member(const DelegationOptions& options, const std::string& code);
int issue_roster(const DelegationOptions& options);
int issue_mission(const DelegationOptions& options, const MissionOrder& order);
// Sets a new PIN.
int recover_delegation(const DelegationOptions& options);
int show_delegation(const DelegationOptions& options, Format format);

int take_delegation(const Places& places, const DelegationOptions& options, Format format);
int leave_delegation(const Places& places);
int show_kiosk_delegation(const Places& places, Format format);
int show_kiosk_key(const Places& places, Format format);

}  // namespace sightline::cli
