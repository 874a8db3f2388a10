// What happens by the clock and not by request: the watchdog's sign of life, lost participants,
// orphaned sessions, quality reports; and the file that says where the hub listens. Main thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "appliance/base/secret.h"
#include "appliance/hub/origin_policy.h"
#include "appliance/hub/session_registry.h"
#include "appliance/hub/signalling.h"

namespace sightline::hub {

// Runs until cancelled. The workers answer in the same loop, so a stuck one stops the sign of life.
boost::asio::awaitable<void> keep_house(Signalling& signalling);
// Runs until cancelled, beside it and oftener.
boost::asio::awaitable<void> keep_leases(Signalling& signalling);

// Where the hub can be reached, once its sockets are bound.
struct Addresses {
    std::string http;                  // "http://localhost:8080", empty: not served
    std::string https;                 // "https://192.0.2.1:8443"
    std::vector<std::string> origins;  // every way to write them
};
Addresses reachable_at(const std::string& http_ip, std::uint16_t http_port,
                       const std::string& https_ip, std::uint16_t https_port,
                       const std::vector<std::string>& local);
// The same as http and ws sources for a Content-Security-Policy, which cannot name IPv6 addresses.
std::string connect_sources(const std::vector<std::string>& origins);

// Writes <run>/hub.json in one step. Throws std::runtime_error naming --run.
void write_ready_file(const std::filesystem::path& run, const Addresses& addresses,
                      const std::string& fingerprint, const std::vector<std::uint16_t>& media);

// Both throw std::runtime_error with one sentence naming the option; empty file names are fine.
base::Secret load_kiosk_key(const std::filesystem::path& file);
void open_static_sessions(const std::filesystem::path& file, SessionRegistry& registry,
                          Credentials& credentials);

}  // namespace sightline::hub
