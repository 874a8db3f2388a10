// What the operator can set, from the command line and from a TOML file with the same keys; the
// command line wins. Every complaint is one sentence that names the option and says what to do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/http_server/listen_address.h"

namespace sightline::hub {

struct Options {
    std::string listen = "127.0.0.1:8080";    // "off": no plain HTTP
    std::string tls_listen = "0.0.0.0:8443";  // "off": no HTTPS
    bool insecure_listen = false;
    std::uint16_t media_port = 0;
    std::string media_bind = "0.0.0.0";
    std::size_t workers = 1;
    std::vector<std::string> advertise;
    std::vector<std::string> origins;
    std::filesystem::path pages;
    std::filesystem::path kiosk_key_file;
    std::filesystem::path static_token;
    std::filesystem::path state = "/var/lib/sightline";
    std::filesystem::path run = "/run/sightline";
    std::vector<std::filesystem::path> sync_roots;  // none: no dossiers are relayed
    std::string store = "sqlite:";                  // as storage::relay::open_relay_store takes it
    std::string node_origin;                        // empty: no other hub has interviews with us
    std::string log_level = "info";
    std::size_t max_connections = 512;
    std::size_t max_connections_per_address = 128;
    std::size_t max_subscriptions = 4;

    std::optional<http_server::ListenAddress> http;  // parsed from the texts above
    std::optional<http_server::ListenAddress> https;
};

struct OptionsOrExit {
    std::optional<Options> options;
    int exit_code = 0;    // when there are no options: 0 after --help, else not 0
    std::string message;  // what to print then
};
OptionsOrExit parse_options(int argc, const char* const* argv);

// Reads a small file that an option names. Errors: Unavailable, TooLarge, naming option and file.
base::Result<std::string> read_option_file(std::string_view option,
                                           const std::filesystem::path& file);

}  // namespace sightline::hub
