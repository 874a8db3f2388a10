#include "appliance/hub/origin_policy.h"

namespace sightline::hub {
namespace {

std::string without_default_port(std::string_view origin) {
    const auto drop = [&](std::string_view scheme, std::string_view port) {
        if (origin.starts_with(scheme) && origin.ends_with(port)) origin.remove_suffix(port.size());
    };
    drop("https://", ":443");
    drop("http://", ":80");
    return std::string(origin);
}

}  // namespace

bool is_origin(std::string_view text) {
    std::string_view host;
    if (text.starts_with("https://")) host = text.substr(8);
    if (text.starts_with("http://")) host = text.substr(7);
    return !host.empty() && host.find_first_of("/?#@ *\\") == std::string_view::npos;
}

void OriginPolicy::allow(std::string_view origin) { origins_.insert(without_default_port(origin)); }

bool OriginPolicy::allows(std::string_view origin) const {
    return origin.empty() || origins_.contains(origin);
}

void OriginPolicy::add_cors_headers(const Request& request, Reply& reply) const {
    reply.set("Vary", "Origin");
    const std::string_view origin = request.header("Origin");
    if (origin.empty() || !allows(origin)) return;
    reply.set("Access-Control-Allow-Origin", std::string(origin));
    // Pages of the same site are signed in by cookie (SameSite=Strict keeps it from others).
    reply.set("Access-Control-Allow-Credentials", "true");
    reply.set("Access-Control-Expose-Headers", "Location, ETag, Link, Sightline-More");
}

Reply OriginPolicy::preflight(const Request& request, std::string_view methods) const {
    Reply reply;
    reply.status = 204;
    reply.set("Accept-Post", "application/sdp");
    reply.set("Allow", std::string(methods));
    if (!request.header("Origin").empty()) {
        reply.set("Access-Control-Allow-Methods", std::string(methods));
        reply.set("Access-Control-Allow-Headers",
                  "Authorization, Content-Type, If-Match, Sightline-Page");
        reply.set("Access-Control-Max-Age", "600");
    }
    return reply;
}

}  // namespace sightline::hub
