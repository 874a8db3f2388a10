#include "appliance/hub/options.h"

#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "appliance/hub/origin_policy.h"
#include "media/wire/path.h"

namespace sightline::hub {
namespace {

constexpr std::size_t kMaxOptionFile = 4 * 1024 * 1024;
constexpr int kBadOptions = 2;

struct BadOption {
    std::string sentence;
};

void give(CLI::Option& option, const std::string& key, const toml::node& node) {
    if (const auto* text = node.as_string()) {
        option.add_result(text->get());
    } else if (const auto* number = node.as_integer()) {
        option.add_result(std::to_string(number->get()));
    } else if (const auto* flag = node.as_boolean()) {
        option.add_result(flag->get() ? "true" : "false");
    } else {
        throw BadOption{"--config: the value of \"" + key +
                        "\" must be a string, a whole number, true or false, or a list of strings"};
    }
}

// Fills in what the command line left open.
void apply_config(CLI::App& app, const std::string& file) {
    toml::table table;
    try {
        table = toml::parse_file(file);
    } catch (const toml::parse_error& e) {
        const auto line = e.source().begin.line;
        throw BadOption{"--config " + file + ": cannot be read" +
                        (line > 0 ? " (line " + std::to_string(line) + ": " : " (") +
                        std::string(e.description()) + "); correct the file or name another"};
    }
    for (auto&& [toml_key, node] : table) {
        const std::string key(toml_key.str());
        CLI::Option* option = app.get_option_no_throw("--" + key);
        if (!option || key == "config" || key == "help") {
            throw BadOption{
                "--config " + file + ": unknown key \"" + key +
                "\"; the keys are the options of sightline-hub --help without the dashes"};
        }
        if (option->count() > 0) continue;
        if (const auto* list = node.as_array()) {
            for (const toml::node& entry : *list) give(*option, key, entry);
        } else {
            give(*option, key, node);
        }
        try {
            option->run_callback();
        } catch (const CLI::Error& e) {
            throw BadOption{"--config " + file + ": bad value of \"" + key + "\": " + e.what()};
        }
    }
}

std::optional<http_server::ListenAddress> listen_address(std::string_view option,
                                                         const std::string& text) {
    if (text == "off") return std::nullopt;
    auto address = http_server::parse_listen_address(text);
    if (!address) {
        throw BadOption{
            std::string(option) + " " + text +
            ": must be an address and a port, as in 127.0.0.1:8080 or [::1]:8080, or off"};
    }
    return address;
}

void check(Options& options) {
    options.http = listen_address("--listen", options.listen);
    options.https = listen_address("--tls-listen", options.tls_listen);
    if (!options.http && !options.https) {
        throw BadOption{"--listen and --tls-listen are both off; give at least one an address"};
    }
    if (options.http && !options.insecure_listen && !options.http->is_loopback()) {
        throw BadOption{"--listen " + options.listen +
                        ": plain HTTP would show tokens to the network; use a loopback address, or "
                        "add --insecure-listen if something in front does TLS"};
    }
    if (!wire::Endpoint::parse(options.media_bind, 0)) {
        throw BadOption{"--media-bind " + options.media_bind + ": must be a numeric IP address"};
    }
    for (const std::string& ip : options.advertise) {
        if (!wire::Endpoint::parse(ip, 0)) {
            throw BadOption{"--advertise " + ip + ": must be a numeric IP address"};
        }
    }
    for (const std::string& origin : options.origins) {
        if (!is_origin(origin)) {
            throw BadOption{"--origin " + origin +
                            ": must be a scheme and a host, as in https://office.example"};
        }
    }
    if (!options.node_origin.empty()) {
        if (!is_origin(options.node_origin)) {
            throw BadOption{"--node-origin " + options.node_origin +
                            ": must be where this hub is for everybody, a scheme and a host, as in "
                            "https://hub-a.example:8443"};
        }
        if (!options.store.starts_with("postgres")) {
            throw BadOption{
                "--node-origin: hubs agree on who has an interview in a PostgreSQL; name it with "
                "--store postgresql://..., the same one for all of them"};
        }
    }
    if (options.media_port != 0 && options.media_port + options.workers - 1 > 65535) {
        throw BadOption{
            "--media-port: with --workers this goes beyond port 65535; choose a lower one"};
    }
    if (!options.pages.empty() && !std::filesystem::is_directory(options.pages)) {
        throw BadOption{"--pages " + options.pages.string() +
                        ": is not a directory; build the pages or name the right place"};
    }
}

}  // namespace

OptionsOrExit parse_options(int argc, const char* const* argv) {
    Options o;
    std::string config;
    CLI::App app{"Sightline hub: signalling, media forwarding and the web pages"};
    app.add_option("--config", config, "TOML file with the same keys as these options");
    app.add_option("--listen", o.listen, "Plain HTTP on loopback, ADDRESS:PORT or off");
    app.add_flag("--insecure-listen", o.insecure_listen, "Let --listen be another address");
    app.add_option("--tls-listen", o.tls_listen, "HTTPS, ADDRESS:PORT or off");
    app.add_option("--media-port", o.media_port,
                   "UDP and ICE-TCP port of the first media worker, 0: any; the others follow");
    app.add_option("--media-bind", o.media_bind, "Address that media sockets are bound to");
    app.add_option("--workers", o.workers, "Media worker threads")->check(CLI::Range(1, 64));
    app.add_option("--advertise", o.advertise, "Addresses that clients reach media at")
        ->delimiter(',');
    app.add_option("--origin", o.origins, "Further web origins that may use this hub")
        ->delimiter(',');
    app.add_option("--pages", o.pages, "Directory of the web pages");
    app.add_option("--kiosk-key-file", o.kiosk_key_file,
                   "File with the kiosks' key, 64 hex digits");
    app.add_option("--static-token", o.static_token,
                   "JSON file of sessions to open at start, for tests and load generation");
    app.add_option("--state", o.state, "Directory of data that lasts");
    app.add_option("--run", o.run, "Directory of sockets and of hub.json");
    app.add_option("--sync-root", o.sync_roots,
                   "Files with the public keys (JWK) of the delegations whose dossiers are relayed")
        ->delimiter(',');
    app.add_option("--store", o.store,
                   "Where relayed ops lie: sqlite:, sqlite:FILE or postgresql://...");
    app.add_option("--node-origin", o.node_origin,
                   "Of several hubs on one PostgreSQL: where this one is for everybody, "
                   "https://HOST:PORT");
    app.add_option("--log-level", o.log_level, "trace, debug, info, warn or error");
    app.add_option("--max-connections", o.max_connections, "HTTP and WebSocket connections")
        ->check(CLI::Range(1, 100000));
    app.add_option("--max-connections-per-address", o.max_connections_per_address,
                   "Connections from one IP address")
        ->check(CLI::Range(1, 100000));
    app.add_option("--max-subscriptions", o.max_subscriptions, "WHEP resources per participant")
        ->check(CLI::Range(1, 100000));
    try {
        app.parse(argc, argv);
        if (!config.empty()) apply_config(app, config);
        check(o);
    } catch (const CLI::CallForHelp&) {
        return {std::nullopt, 0, app.help()};
    } catch (const CLI::ParseError& e) {
        return {std::nullopt, kBadOptions,
                std::string("sightline-hub: ") + e.what() + "; see sightline-hub --help"};
    } catch (const BadOption& e) {
        return {std::nullopt, kBadOptions, "sightline-hub: " + e.sentence};
    }
    return {std::move(o), 0, ""};
}

base::Result<std::string> read_option_file(std::string_view option,
                                           const std::filesystem::path& file) {
    const std::string what = std::string(option) + " " + file.string() + ": ";
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return base::Error(base::Errc::Unavailable, what + "cannot be read (" +
                                                        std::strerror(errno) +
                                                        "); name a file that this user may read");
    }
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (in.bad() || text.size() > kMaxOptionFile) {
        return base::Error(base::Errc::TooLarge, what + "is not a file of this kind (too large)");
    }
    return text;
}

}  // namespace sightline::hub
