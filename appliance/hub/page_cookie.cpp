#include "appliance/hub/page_cookie.h"

#include <algorithm>

namespace sightline::hub {
namespace {

constexpr std::size_t kTokenLength = 43;

bool over_tls(const Request& request) { return request.header("Origin").starts_with("https://"); }

bool is_token(std::string_view text) {
    return text.size() == kTokenLength && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

std::string attributes(const Request& request) {
    return std::string("; Path=/; HttpOnly; SameSite=Strict") +
           (over_tls(request) ? "; Secure" : "");
}

}  // namespace

std::string cookie_name(const Request& request) {
    const bool observer = request.header("Sightline-Page") == "observer";
    return std::string(over_tls(request) ? "__Host-" : "") +
           (observer ? "sightline-observer" : "sightline-console");
}

std::string_view page_cookie(const Request& request) {
    const std::string name = cookie_name(request);
    std::string_view rest = request.header("Cookie");
    while (!rest.empty()) {
        std::string_view pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
        pair.remove_prefix(name.size() + 1);
        return is_token(pair) ? pair : std::string_view();
    }
    return {};
}

std::string set_page_cookie(const Request& request, std::string_view value,
                            std::chrono::seconds life) {
    return cookie_name(request) + '=' + std::string(value) + attributes(request) +
           "; Max-Age=" + std::to_string(life.count());
}

std::string clear_page_cookie(const Request& request) {
    return cookie_name(request) + '=' + attributes(request) + "; Max-Age=0";
}

}  // namespace sightline::hub
