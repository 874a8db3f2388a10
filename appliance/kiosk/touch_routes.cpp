#include "appliance/kiosk/touch_routes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "appliance/kiosk/control_requests.h"

namespace sightline::kiosk {
namespace {

using base::Errc;

constexpr std::string_view kDo = "/v1/do";
constexpr std::string_view kPage = "/kiosk/";

// The other pages are for people elsewhere, and at the hub.
bool belongs_to_the_page(std::string_view path) {
    constexpr std::array<std::string_view, 3> kFolders = {kPage, "/assets/", "/prompts/"};
    return path == "/kiosk" || std::any_of(kFolders.begin(), kFolders.end(),
                                           [&](auto folder) { return path.starts_with(folder); });
}

http_server::Reply usual(http_server::Reply reply) {
    http_server::add_usual_headers(reply);
    reply.set("Cross-Origin-Resource-Policy", "same-origin");
    return reply;
}

http_server::Reply json_reply(unsigned status, std::string body) {
    http_server::Reply reply;
    reply.status = status;
    reply.set("Content-Type", "application/json");
    reply.set("Cache-Control", "no-store");
    reply.body = std::move(body);
    return usual(std::move(reply));
}

}  // namespace

http_server::Reply touch_reply(const TouchRefusal& refusal) {
    auto reply = json_reply(refusal.status, refusal_text(refusal.why));
    if (refusal.status == 405) reply.set("Allow", "POST");
    return reply;
}

TouchRoutes::TouchRoutes(const http_server::ListenAddress& own, std::filesystem::path pages,
                         Answer answer)
    : pages_(std::move(pages)), answer_(std::move(answer)) {
    const bool six = own.ip.find(':') != std::string::npos;
    for (const std::string& name : {six ? "[" + own.ip + "]" : own.ip, std::string("localhost")}) {
        hosts_.push_back(name + ":" + std::to_string(own.port));
        if (own.port == 80) hosts_.push_back(name);
    }
}

bool TouchRoutes::is_own_host(const http_server::Request& head) const {
    const auto names_host = [](const auto& field) {
        return http_server::equal_ignoring_case(field.first, "Host");
    };
    if (std::count_if(head.headers.begin(), head.headers.end(), names_host) != 1) return false;
    return std::any_of(hosts_.begin(), hosts_.end(), [&](const auto& own) {
        return http_server::equal_ignoring_case(head.header("Host"), own);
    });
}

std::optional<TouchRefusal> TouchRoutes::refuse(const http_server::Request& head) const {
    const auto refused = [](unsigned status, Errc code, std::string why) {
        return TouchRefusal{status, {code, std::move(why)}};
    };
    // Another site's name may have been made to point to this machine: then its pages would be of
    // one origin with ours.
    if (!is_own_host(head)) {
        return refused(403, Errc::Forbidden,
                       "this is a kiosk's own screen; open it at http://" + hosts_.back() +
                           std::string(kPage));
    }
    const auto origin = head.header("Origin");
    if (!origin.empty() &&
        !http_server::equal_ignoring_case(origin, "http://" + std::string(head.header("Host")))) {
        return refused(403, Errc::Forbidden, "a page of another origin may ask nothing here");
    }
    if (head.path != kDo) return std::nullopt;
    if (head.method != "POST") {
        return refused(405, Errc::Unsupported, std::string(kDo) + " takes POST");
    }
    // A form or a script of another site cannot send this type without asking first, and nobody
    // here says yes.
    if (!http_server::is_media_type(head.header("Content-Type"), "application/json")) {
        return refused(415, Errc::Unsupported,
                       "send the request as Content-Type: application/json");
    }
    return std::nullopt;
}

http_server::Reply TouchRoutes::handle(const http_server::Request& request) {
    if (const auto refused = refuse(request)) return touch_reply(*refused);
    const std::string& path = request.path;
    if (path == kDo) return json_reply(200, answer_(request.body));
    if (path == "/" && (request.method == "GET" || request.method == "HEAD")) {
        http_server::Reply reply;
        reply.status = 307;
        reply.set("Location", std::string(kPage));
        return usual(std::move(reply));
    }
    if (!belongs_to_the_page(path)) {
        return touch_reply(
            {404,
             {Errc::NotFound, "there is no such page; the kiosk's is at " + std::string(kPage)}});
    }
    return usual(pages_.serve(request));
}

std::size_t TouchRoutes::body_limit(const http_server::Request& head) {
    return head.path == kDo ? kMaxRequestBytes : 0;
}

}  // namespace sightline::kiosk
