// What sightline-kiosk is told at start, from the command line and a configuration file with the
// same keys, and the device key that it shares with the hub.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "appliance/http_server/listen_address.h"
#include "appliance/hub_client/hub_url.h"

namespace sightline::kiosk {

struct Options {
    std::filesystem::path state = "/var/lib/sightline";
    std::filesystem::path run = "/run/sightline";
    std::filesystem::path key_file;  // default: <state>/kiosk.key
    std::string name = "kiosk";
    std::string public_url;  // empty: that of the hub that has the interview
    std::string log_level = "info";
    std::string tpm;                       // TCTI of the TPM; empty: secrets in files
    std::filesystem::path device_secrets;  // default: <state>/device
    std::filesystem::path texts = "/usr/share/sightline/languages";
    std::optional<http_server::ListenAddress> touch;  // loopback; none: no touch screen is served
    std::filesystem::path pages = "/usr/share/sightline/pages";
    std::optional<std::filesystem::path> pin_file;
    std::optional<std::chrono::days> retention;
    bool sync_during_interviews = false;
    std::vector<hub_client::HubAddress> hubs;  // at least one; the first is tried first
};

// The options, or the exit code after --help or after a sentence on standard error.
struct ParsedOptions {
    std::optional<Options> options;
    int exit_code = 0;
};
ParsedOptions parse_options(int argc, const char* const* argv);

// The key in the file, 64 hexadecimal digits; a missing file is made, readable by this user only.
base::Result<base::Secret> read_or_make_key(const std::filesystem::path& file);

}  // namespace sightline::kiosk
