#include "appliance/kiosk/options.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"
#include "session/model/interview.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;

constexpr int kUsage = 2;

std::string without_slash(std::string url) {
    if (url.ends_with('/')) url.pop_back();
    return url;
}

base::Result<std::vector<hub_client::HubAddress>> hubs_of(
    const std::vector<std::string>& urls, const std::vector<std::string>& fingerprints) {
    if (urls.empty()) return Error{Errc::Malformed, "--hub: must name a hub"};
    if (!fingerprints.empty() && fingerprints.size() != urls.size()) {
        return Error{Errc::Malformed,
                     "--hub-fingerprint: give one for each --hub, in the same order, or none"};
    }
    std::vector<hub_client::HubAddress> hubs;
    for (std::size_t i = 0; i < urls.size(); ++i) {
        auto url = hub_client::parse_hub_url(urls[i]);
        if (!url) return Error{url.error().code, "--hub: " + url.error().text};
        hubs.push_back({std::move(*url), std::nullopt});
        if (fingerprints.empty()) continue;
        auto pin = hub_client::read_fingerprint(fingerprints[i]);
        if (!pin) return Error{pin.error().code, "--hub-fingerprint: " + pin.error().text};
        hubs.back().fingerprint = *pin;
    }
    return hubs;
}

base::Result<std::optional<http_server::ListenAddress>> touch_of(const std::string& text,
                                                                 const Options& options) {
    if (text.empty()) return std::optional<http_server::ListenAddress>();
    const auto complaint = [&](const char* what) {
        return Error{Errc::Malformed, "--touch-listen: \"" + text + "\" " + what};
    };
    auto address = http_server::parse_listen_address(text);
    if (!address) return complaint("must be an address and a port, as in 127.0.0.1:8081");
    if (!address->is_loopback()) {
        return complaint(
            "is open to the network, and the touch screen is this machine's own: give a loopback "
            "address, as in 127.0.0.1:8081");
    }
    if (!std::filesystem::is_directory(options.pages)) {
        return Error{Errc::NotFound, "--pages: " + options.pages.string() +
                                         " is not a directory; build the pages or name the right "
                                         "place"};
    }
    return address;
}

// What CLI11 leaves to us: the hubs' addresses, and texts that must be of a form.
base::Result<void> finish(Options& options, const std::vector<std::string>& urls,
                          const std::vector<std::string>& fingerprints, const std::string& touch) {
    auto hubs = hubs_of(urls, fingerprints);
    if (!hubs) return hubs.error();
    options.hubs = std::move(*hubs);
    options.public_url = without_slash(options.public_url);
    if (!options.public_url.empty() && !options.public_url.starts_with("http://") &&
        !options.public_url.starts_with("https://")) {
        return Error{Errc::Malformed, "--public-url: \"" + options.public_url +
                                          "\" must begin with http:// or https://"};
    }
    if (!model::is_plain_name(options.name, 64)) {
        return Error{Errc::Malformed, "--name: must be 1 to 64 bytes of plain text"};
    }
    const auto screen = touch_of(touch, options);
    if (!screen) return screen.error();
    options.touch = *screen;
    if (options.key_file.empty()) options.key_file = options.state / "kiosk.key";
    if (options.device_secrets.empty()) options.device_secrets = options.state / "device";
    return {};
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv) {
    Options options;
    std::vector<std::string> hubs = {"http://127.0.0.1:8080"};
    std::vector<std::string> fingerprints;
    std::string touch;
    int retain_days = 0;
    CLI::App app{
        "Runs the interviews of one kiosk: who belongs to them, their record, their engine."};
    app.add_option("--hub", hubs,
                   "The hub: https://HOST:PORT, or http:// on this machine; of several hubs on one "
                   "database each")
        ->capture_default_str();
    app.add_option("--hub-fingerprint", fingerprints,
                   "SHA-256 of the hub's certificate, or a file that holds it; for each --hub one");
    app.add_option("--key-file", options.key_file,
                   "Key shared with the hub; made if missing (default: STATE/kiosk.key)");
    app.add_option("--name", options.name, "This kiosk's name at the hub")->capture_default_str();
    app.add_option("--public-url", options.public_url,
                   "What links begin with (default: the URL of the hub that has the interview)");
    app.add_option("--texts", options.texts,
                   "Directory of the texts by which people are asked for consent")
        ->capture_default_str();
    app.add_option("--state", options.state, "Directory of data that lasts")->capture_default_str();
    app.add_option("--run", options.run, "Directory of sockets")->capture_default_str();
    app.add_option(
        "--tpm", options.tpm,
        "Keep the store's device secrets in this TPM, such as device:/dev/tpmrm0; without "
        "it they lie in files, and no erasure is guaranteed");
    app.add_option("--device-secrets", options.device_secrets,
                   "Directory of those files (default: STATE/device)");
    app.add_option("--touch-listen", touch,
                   "Serve the touch screen's page to this machine's own browser at this loopback "
                   "address and port, such as 127.0.0.1:8081 (default: not at all)");
    app.add_option("--pages", options.pages, "Directory of the built web pages")
        ->capture_default_str();
    app.add_option(
           "--pin-file", options.pin_file,
           "Open the store at the start with the PIN in this file: for demonstrations, since "
           "whoever has the disk then has the PIN")
        ->check(CLI::ExistingFile);
    app.add_option("--retain-days", retain_days,
                   "Erase an interview's record this many days after its beginning (0: never)")
        ->check(CLI::Range(0, 36500))
        ->capture_default_str();
    app.add_flag("--sync-during-interviews", options.sync_during_interviews,
                 "Let dossiers sync while an interview is on, for a link that is wide enough");
    app.add_option("--log-level", options.log_level, "trace, debug, info, warn or error")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}))
        ->capture_default_str();
    app.set_config("--config", "", "TOML file with the same keys as these options");
    app.allow_config_extras(CLI::config_extras_mode::error);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& e) {
        return {std::nullopt, app.exit(e)};
    } catch (const CLI::FileError&) {
        std::cerr << "sightline-kiosk: --config: the file cannot be read; correct its path or its "
                     "permissions\n";
        return {std::nullopt, kUsage};
    } catch (const CLI::Error& e) {
        std::cerr << "sightline-kiosk: " << e.what() << "; see sightline-kiosk --help\n";
        return {std::nullopt, kUsage};
    }
    if (retain_days > 0) options.retention = std::chrono::days(retain_days);
    if (auto finished = finish(options, hubs, fingerprints, touch); !finished) {
        std::cerr << "sightline-kiosk: " << finished.error().text << "\n";
        return {std::nullopt, kUsage};
    }
    return {std::move(options), 0};
}

base::Result<base::Secret> read_or_make_key(const std::filesystem::path& file) {
    const std::string what = "--key-file " + file.string() + ": ";
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0) {
        std::array<std::uint8_t, 32> key{};
        base::fill_random(key);
        const std::string digits = base::to_hex(key) + "\n";
        const bool whole =
            ::write(made, digits.data(), digits.size()) == static_cast<ssize_t>(digits.size()) &&
            ::fsync(made) == 0;
        ::close(made);
        if (!whole) {
            ::unlink(file.c_str());
            return Error{Errc::Unavailable, what + "cannot be written; free space on that disk"};
        }
    } else if (errno != EEXIST) {
        return Error{Errc::Unavailable,
                     what + std::strerror(errno) + "; create its directory or name another file"};
    }
    std::ifstream stream(file);
    std::string digits;
    if (!(stream >> digits)) {
        return Error{Errc::Unavailable,
                     what + "cannot be read; give this program's user access to it"};
    }
    const auto bytes = base::from_hex(digits);
    if (!bytes || bytes->size() != 32) {
        return Error{
            Errc::Malformed,
            what + "does not hold 64 hexadecimal digits; copy the hub's key file or remove it"};
    }
    return base::Secret(digits);
}

}  // namespace sightline::kiosk
