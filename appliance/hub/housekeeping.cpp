#include "appliance/hub/housekeeping.h"

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <fstream>
#include <stdexcept>

#include "appliance/hub/kiosk_socket.h"
#include "appliance/hub/options.h"
#include "appliance/hub/sign_in.h"
#include "hardware/watchdog.h"
#include "media/wire/path.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kTick{500};
constexpr std::chrono::seconds kQualityInterval{5};

std::string host(const std::string& ip) {
    return ip.find(':') == std::string::npos ? ip : "[" + ip + "]";
}

bool unspecified(const std::string& ip) { return ip == "0.0.0.0" || ip == "::"; }

// Every name that a browser on this network may use for a socket bound to `ip`; the best comes
// first.
std::vector<std::string> hosts_of(const std::string& ip, const std::vector<std::string>& local) {
    const auto endpoint = wire::Endpoint::parse(ip, 0);
    if (endpoint && endpoint->is_loopback()) return {"localhost", host(ip)};
    std::vector<std::string> hosts;
    if (unspecified(ip)) {
        for (const std::string& address : local) hosts.push_back(host(address));
    } else {
        hosts.push_back(host(ip));
    }
    hosts.push_back("localhost");
    return hosts;
}

}  // namespace

asio::awaitable<void> keep_leases(Signalling& signalling) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (true) {
        signalling.tick_leases(base::Clock::now());
        timer.expires_after(LeaseDesk::kTick);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> keep_house(Signalling& signalling) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    base::Instant next_quality = base::Clock::now() + kQualityInterval;
    while (true) {
        timer.expires_after(kTick);
        co_await timer.async_wait(asio::use_awaitable);
        const auto [now, wall] = Now::read();
        signalling.expire(now, wall);
        if (now >= next_quality) {
            next_quality = now + kQualityInterval;
            co_await signalling.collect_quality();
            signalling.send_quality();
        }
        hardware::Watchdog::alive();
    }
}

Addresses reachable_at(const std::string& http_ip, std::uint16_t http_port,
                       const std::string& https_ip, std::uint16_t https_port,
                       const std::vector<std::string>& local) {
    Addresses addresses;
    const auto add = [&](const std::string& scheme, const std::string& ip, std::uint16_t port) {
        std::string first;
        if (port == 0) return first;
        for (const std::string& name : hosts_of(ip, local)) {
            const std::string origin = scheme + name + ":" + std::to_string(port);
            if (first.empty()) first = origin;
            addresses.origins.push_back(origin);
        }
        return first;
    };
    addresses.http = add("http://", http_ip, http_port);
    addresses.https = add("https://", https_ip, https_port);
    return addresses;
}

std::string connect_sources(const std::vector<std::string>& origins) {
    std::string sources;
    for (const std::string& origin : origins) {
        if (origin.find('[') != std::string::npos) continue;
        // "http://x" gives "ws://x", "https://x" gives "wss://x".
        if (!sources.empty()) sources += ' ';
        sources += origin + " ws" + origin.substr(4);
    }
    return sources;
}

void write_ready_file(const fs::path& run, const Addresses& addresses,
                      const std::string& fingerprint, const std::vector<std::uint16_t>& media) {
    std::error_code ec;
    fs::create_directories(run, ec);
    const fs::path file = run / "hub.json";
    const fs::path part = run / "hub.json.part";
    boost::json::object ready{{"http", addresses.http},
                              {"https", addresses.https},
                              {"fingerprint", fingerprint},
                              {"pid", ::getpid()}};
    boost::json::array ports;
    for (const std::uint16_t port : media) ports.emplace_back(port);
    ready["media_ports"] = std::move(ports);
    std::ofstream out(part, std::ios::trunc);
    out << boost::json::serialize(ready) << '\n';
    out.close();
    if (out) fs::rename(part, file, ec);
    if (!out || ec) {
        throw std::runtime_error("--run " + run.string() +
                                 ": hub.json cannot be written there; "
                                 "choose a directory of this user");
    }
}

base::Secret load_kiosk_key(const fs::path& file) {
    if (file.empty()) return {};
    const auto text = read_option_file("--kiosk-key-file", file);
    if (!text) throw std::runtime_error(text.error().text);
    auto key = parse_kiosk_key(*text);
    if (!key) {
        throw std::runtime_error("--kiosk-key-file " + file.string() + ": " + key.error().text);
    }
    return *std::move(key);
}

void open_static_sessions(const fs::path& file, SessionRegistry& registry,
                          Credentials& credentials) {
    if (file.empty()) return;
    const auto text = read_option_file("--static-token", file);
    if (!text) throw std::runtime_error(text.error().text);
    const auto complain = [&](const base::Error& error) {
        throw std::runtime_error("--static-token " + file.string() + ": " + error.text);
    };
    const auto specs = parse_static_sessions(*text);
    if (!specs) complain(specs.error());
    for (const SessionSpec& spec : *specs) {
        for (const ParticipantSpec& participant : spec.participants) {
            if (const auto fits = credentials.fits(participant); !fits) complain(fits.error());
        }
        if (const auto opened = registry.open(spec, ""); !opened) complain(opened.error());
        for (const ParticipantSpec& participant : spec.participants) {
            const Holder holder{spec.id, participant.id, participant.role};
            (void)credentials.learn(holder, participant.credentials);  // no kiosk to be told
        }
    }
}

}  // namespace sightline::hub
