// The commands of `sightline`. Each prints its result on standard output and one sentence of
// trouble on standard error, and returns the program's exit code: 0 done, 1 failed, 2 asked
// wrongly.
#pragma once

#include <filesystem>
#include <string>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::cli {

enum class Format { Text, Json };

struct Places {
    std::filesystem::path state = "/var/lib/sightline";
    std::filesystem::path run = "/run/sightline";
    std::string hub = "http://127.0.0.1:8080";
};

// Asks for the PIN on the terminal, without echo, unless a file is named or it is piped in.
base::Result<base::Secret> read_pin(const std::string& pin_file, const std::string& prompt);

int unlock_store(const Places& places, const std::string& pin_file);
int change_pin(const Places& places, const std::string& pin_file);
int list_dossiers(const Places& places, Format format);
int erase_dossier(const Places& places, const std::string& dossier, const std::string& reason);
// `verb` is "hold" or "lift".
int hold_dossier(const Places& places, const std::string& verb, const std::string& dossier,
                 const std::string& reason);
int retain_dossier(const Places& places, const std::string& dossier, int days);
int show_certificates(const Places& places);
int make_backup(const Places& places);
// Where the device secret is: as the kiosk is told.
struct DevicePlace {
    std::string tpm;
    std::filesystem::path secrets;
};
// With the kiosk stopped.
int restore_backup(const Places& places, const std::string& file, const DevicePlace& device,
                   const std::string& pin_file);
int export_person(const Places& places, const std::string& dossier, const std::string& person);
// `dossier` may be empty: all of the log. `earlier_file`: a checkpoint kept from before, or empty.
int export_audit(const Places& places, const std::string& dossier, const std::string& earlier_file);

int list_sessions(const Places& places, Format format);
int show_session(const Places& places, const std::string& id, Format format);
int open_session(const Places& places, const std::string& title, Format format);
int close_session(const Places& places);
int show_status(const Places& places, Format format);
int invite(const Places& places, const std::string& role, const std::string& name, Format format);
int self_test(const Places& places);

// Parses the command line and runs the one command it names.
int run(int argc, const char* const* argv);

}  // namespace sightline::cli
