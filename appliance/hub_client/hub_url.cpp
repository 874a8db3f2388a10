#include "appliance/hub_client/hub_url.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <fstream>

#include "appliance/base/hex.h"

namespace sightline::hub_client {
namespace {

using base::Errc;
using base::Error;

Error bad_url(std::string_view text, const char* why) {
    return {Errc::Malformed, "hub URL \"" + std::string(text) + "\": " + why +
                                 "; write it as https://HOST:PORT or http://localhost:PORT"};
}

bool is_host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' ||
           c == '_';
}

bool is_this_machine(const std::string& host) {
    if (host == "localhost") return true;
    boost::system::error_code no_address;
    const auto address = boost::asio::ip::make_address(host, no_address);
    return !no_address && address.is_loopback();
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::uint16_t default_port(Scheme scheme) { return scheme == Scheme::Https ? 443 : 80; }

}  // namespace

std::string HubUrl::authority() const {
    const bool literal_v6 = host.find(':') != std::string::npos;
    std::string out = literal_v6 ? "[" + host + "]" : host;
    if (port != default_port(scheme)) out += ":" + std::to_string(port);
    return out;
}

std::string HubUrl::text() const {
    return (scheme == Scheme::Https ? "https://" : "http://") + authority();
}

base::Result<HubUrl> parse_hub_url(std::string_view text) {
    HubUrl url;
    const std::string folded = lower(text);
    std::string_view rest = folded;
    if (rest.starts_with("https://")) {
        url.scheme = Scheme::Https;
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        url.scheme = Scheme::Http;
        rest.remove_prefix(7);
    } else {
        return bad_url(text, "it has no http:// or https:// in front");
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find_first_of("/?#@ ") != rest.npos) {
        return bad_url(text, "it names more than a host and a port");
    }

    std::string_view port;
    if (rest.starts_with('[')) {
        const auto close = rest.find(']');
        if (close == rest.npos) return bad_url(text, "the bracket is not closed");
        url.host = rest.substr(1, close - 1);
        port = rest.substr(close + 1);
        boost::system::error_code no_address;
        boost::asio::ip::make_address_v6(url.host, no_address);
        if (no_address) return bad_url(text, "what stands in brackets is no IPv6 address");
    } else {
        const auto colon = rest.find(':');
        url.host = rest.substr(0, colon);
        port = colon == rest.npos ? std::string_view{} : rest.substr(colon);
    }
    if (url.host.empty() || !std::all_of(url.host.begin(), url.host.end(), is_host_char)) {
        return bad_url(text, "it names no host");
    }

    url.port = default_port(url.scheme);
    if (!port.empty()) {
        const auto* first = port.data() + 1;
        const auto* last = port.data() + port.size();
        const auto [end, failed] = std::from_chars(first, last, url.port);
        if (port.front() != ':' || failed != std::errc{} || end != last || url.port == 0) {
            return bad_url(text, "the port is not a number from 1 to 65535");
        }
    }
    if (url.scheme == Scheme::Http && !is_this_machine(url.host)) {
        return Error{Errc::Forbidden,
                     "hub URL \"" + std::string(text) +
                         "\": plain http would show tokens to the network and is allowed to this "
                         "machine only; use https://"};
    }
    return url;
}

base::Result<Fingerprint> parse_fingerprint(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c != ':') digits += c;
    }
    const auto bytes = base::from_hex(lower(digits));
    Fingerprint fingerprint;
    if (!bytes || bytes->size() != fingerprint.size()) {
        return Error{Errc::Malformed,
                     "certificate fingerprint: expected 64 hexadecimal digits (SHA-256); copy them "
                     "from the hub's hub-cert.sha256"};
    }
    std::copy(bytes->begin(), bytes->end(), fingerprint.begin());
    return fingerprint;
}

base::Result<Fingerprint> read_fingerprint(const std::string& digits_or_file) {
    if (auto given = parse_fingerprint(digits_or_file)) return given;
    std::ifstream file(digits_or_file);
    std::string word;
    if (!(file >> word)) {
        return Error{Errc::NotFound,
                     "certificate fingerprint \"" + digits_or_file +
                         "\": neither 64 hexadecimal digits nor a readable file; give the hub's "
                         "hub-cert.sha256"};
    }
    auto read = parse_fingerprint(word);
    if (!read) return Error{read.error().code, digits_or_file + ": " + read.error().text};
    return read;
}

}  // namespace sightline::hub_client
