#include "media/wire/sdp_text.h"

#include <algorithm>

namespace sightline::wire {
namespace {

bool is_ice_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

bool is_ice_text(std::string_view text, std::size_t min) {
    // Beyond the grammar '-', '_' and '=' are let pass: some writers use base64url.
    return text.size() >= min && text.size() <= 256 &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_ice_char(c) || c == '-' || c == '_' || c == '='; });
}

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
    return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
    });
}

}  // namespace

base::Result<std::optional<SdpLine>> SdpLines::next() {
    while (!rest_.empty()) {
        const auto end = rest_.find('\n');
        auto text = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        ++number_;
        if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
        if (text.empty()) continue;

        SdpLine line;
        line.number = number_;
        const bool control = std::any_of(text.begin(), text.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 && c != '\t';
        });
        if (control) return sdp_error(base::Errc::Malformed, line, "a control character");
        if (text.size() < 2 || text[1] != '=' || text[0] < 'a' || text[0] > 'z') {
            return sdp_error(base::Errc::Malformed, line, "not of the form x=value");
        }
        line.type = text[0];
        line.value = text.substr(2);
        if (line.type == 'a') {
            const auto colon = line.value.find(':');
            line.attribute = line.value.substr(0, colon);
            if (colon != std::string_view::npos) {
                line.attribute_value = line.value.substr(colon + 1);
            }
        }
        return std::optional(line);
    }
    return std::optional<SdpLine>();
}

base::Error sdp_error(base::Errc code, const SdpLine& line, std::string_view what) {
    return {code, "SDP line " + std::to_string(line.number) + ": " + std::string(what)};
}

std::string in_case(std::string_view text, bool upper) {
    std::string out(text);
    for (auto& c : out) {
        if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
}

std::optional<SdpFingerprint> parse_sdp_fingerprint(std::string_view value) {
    SdpWords words(value);
    SdpFingerprint fingerprint{in_case(words.next(), false), in_case(words.next(), true)};
    const auto& digest = fingerprint.digest;
    const bool hex = std::all_of(digest.begin(), digest.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || c == ':';
    });
    if (fingerprint.algorithm.empty() || digest.empty() || !hex) return std::nullopt;
    return fingerprint;
}

bool is_ice_ufrag(std::string_view text) { return is_ice_text(text, 4); }
bool is_ice_pwd(std::string_view text) { return is_ice_text(text, 22); }

base::Result<std::optional<SdpCandidate>> parse_sdp_candidate(std::string_view value) {
    SdpWords words(value);
    SdpCandidate candidate;
    candidate.foundation = words.next();
    const auto component = sdp_number<std::uint32_t>(words.next());
    const auto transport = words.next();
    const auto priority = sdp_number<std::uint32_t>(words.next());
    const auto address = words.next();
    const auto port = sdp_number<std::uint16_t>(words.next());
    const auto typ = words.next();
    const auto type = words.next();
    if (candidate.foundation.empty() || candidate.foundation.size() > 32 || !component ||
        transport.empty() || !priority || address.empty() || !port || typ != "typ" ||
        type.empty()) {
        return base::Errc::Malformed;
    }
    candidate.priority = *priority;
    for (auto name = words.next(); !name.empty(); name = words.next()) {
        const auto extension = words.next();
        if (name == "tcptype") candidate.tcp_type = extension;
    }

    const auto endpoint = Endpoint::parse(address, *port);
    const bool udp = equal_ignoring_case(transport, "udp");
    const bool known = type == "host" || type == "srflx" || type == "prflx" || type == "relay";
    if (!endpoint || *component != 1 || !known ||
        (!udp && !equal_ignoring_case(transport, "tcp"))) {
        return std::optional<SdpCandidate>();
    }
    candidate.type = type;
    candidate.transport = udp ? Transport::Udp : Transport::Tcp;
    candidate.address = *endpoint;
    return std::optional(std::move(candidate));
}

std::string write_sdp_candidate(const SdpCandidate& candidate) {
    const bool udp = candidate.transport == Transport::Udp;
    std::string line = "candidate:" + candidate.foundation + " 1 " + (udp ? "udp" : "tcp") + " " +
                       std::to_string(candidate.priority) + " " + candidate.address.ip_text() +
                       " " + std::to_string(candidate.address.port) + " typ " + candidate.type;
    // RFC 8839 section 5.1: the base is told for all but host candidates; ours has nothing to tell.
    if (candidate.type != "host") line += " raddr 0.0.0.0 rport 0";
    if (!udp) line += " tcptype " + (candidate.tcp_type.empty() ? "passive" : candidate.tcp_type);
    return line;
}

}  // namespace sightline::wire
