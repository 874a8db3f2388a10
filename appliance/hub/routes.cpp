#include "appliance/hub/routes.h"

#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "appliance/base/log.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;

Reply method_not_allowed(const char* allow) {
    Reply reply = problem(405, std::string("this path takes ") + allow);
    reply.set("Allow", allow);
    return reply;
}

Reply labelled(Reply reply, const char* route) {
    reply.route = route;
    return reply;
}

}  // namespace

Routes::Routes(Whip& whip, SignInRoutes& sign_in, SyncRoutes* sync, MediaPlane& media,
               http_server::StaticPages& pages, OriginPolicy& origins, QualityBoard& quality,
               Metrics& metrics, std::function<Gauges()> gauges)
    : whip_(whip),
      sign_in_(sign_in),
      sync_(sync),
      media_(media),
      pages_(pages),
      origins_(origins),
      quality_(quality),
      metrics_(metrics),
      gauges_(std::move(gauges)) {}

asio::awaitable<Reply> Routes::handle(Request request) {
    Reply reply;
    const bool api = request.path.starts_with("/v1/");
    if (api && !origins_.allows(request.header("Origin"))) {
        metrics_.bad(BadInput::Origin);
        reply = labelled(problem(403, "this origin may not use the hub; add it with --origin"),
                         "origin");
    } else {
        reply = co_await dispatch(request);
    }
    if (api) origins_.add_cors_headers(request, reply);
    co_return counted(std::move(reply));
}

base::Result<SocketKind> Routes::upgrade(const Request& request) {
    const bool kiosk = request.path == "/v1/kiosk";
    if (!kiosk && request.path != "/v1/control") {
        return base::Error(base::Errc::NotFound, "there is no WebSocket here; use /v1/control");
    }
    // Browsers let any page open a WebSocket, so the Origin is all there is to go by. A kiosk is no
    // browser: whoever has an Origin there is not one.
    const std::string_view origin = request.header("Origin");
    if (kiosk ? !origin.empty() : !origins_.allows(origin)) {
        metrics_.bad(BadInput::Origin);
        return base::Error(base::Errc::Forbidden,
                           "this origin may not use the hub; add it with --origin");
    }
    return kiosk ? SocketKind::Kiosk : SocketKind::Control;
}

std::size_t Routes::body_limit(const Request& head) const {
    return sync_ != nullptr && SyncRoutes::takes(head.path) ? sync_->body_limit(head) : kMaxBody;
}

Reply Routes::counted(Reply reply) {
    http_server::add_usual_headers(reply);
    metrics_.http_reply(reply.route, reply.status);
    return reply;
}

asio::awaitable<Reply> Routes::dispatch(Request request) {
    const std::string& path = request.path;
    const bool read = request.method == "GET" || request.method == "HEAD";
    if (path == "/healthz") {
        if (!read) co_return labelled(method_not_allowed("GET, HEAD"), "healthz");
        Reply reply;
        reply.set("Content-Type", "application/json");
        reply.set("Cache-Control", "no-store");
        const Gauges gauges = gauges_();
        reply.body = "{\"status\":\"ok\",\"sessions\":" + std::to_string(gauges.sessions) +
                     ",\"workers\":" + std::to_string(media_.workers().size()) + "}";
        co_return labelled(std::move(reply), "healthz");
    }
    if (path == "/metrics") {
        if (!read) co_return labelled(method_not_allowed("GET, HEAD"), "metrics");
        co_return labelled(co_await metrics_text(), "metrics");
    }
    if (path == "/v1/whip" || path.starts_with("/v1/whip/")) {
        co_return labelled(co_await dispatch_resource(request, access::Action::SendMedia), "whip");
    }
    if (path == "/v1/whep" || path.starts_with("/v1/whep/")) {
        co_return labelled(co_await dispatch_resource(request, access::Action::ReceiveMedia),
                           "whep");
    }
    if (SignInRoutes::takes(path)) co_return labelled(sign_in_.handle(request), "sign_in");
    if (SyncRoutes::takes(path)) {
        if (sync_ == nullptr) {
            co_return labelled(problem(404,
                                       "this hub relays no dossiers; the operator names a "
                                       "delegation's root with --sync-root"),
                               "sync");
        }
        co_return labelled(co_await sync_->handle(std::move(request)), "sync");
    }
    if (path == "/v1/control" || path == "/v1/kiosk") {
        Reply reply = problem(426, "this is a WebSocket; connect with one");
        reply.set("Upgrade", "websocket");
        co_return labelled(std::move(reply), "socket");
    }
    if (path.starts_with("/v1/")) {
        co_return labelled(problem(404, "there is no such interface; check the address"), "api");
    }
    co_return labelled(pages_.serve(request), "pages");
}

asio::awaitable<Reply> Routes::dispatch_resource(Request request, access::Action action) {
    constexpr std::size_t kPrefix = std::string_view("/v1/whip").size();
    Reply reply;
    if (request.path.size() == kPrefix) {
        constexpr const char* kMethods = "POST, OPTIONS";
        if (request.method == "OPTIONS") co_return origins_.preflight(request, kMethods);
        if (request.method != "POST") co_return method_not_allowed(kMethods);
        reply = co_await whip_.post(std::move(request), action);
    } else {
        constexpr const char* kMethods = "PATCH, DELETE, OPTIONS";
        if (request.method == "OPTIONS") co_return origins_.preflight(request, kMethods);
        std::string id = request.path.substr(kPrefix + 1);
        if (request.method == "PATCH") {
            reply = co_await whip_.patch(std::move(request), action, std::move(id));
        } else if (request.method == "DELETE") {
            reply = co_await whip_.remove(std::move(request), action, std::move(id));
        } else {
            co_return method_not_allowed(kMethods);
        }
    }
    reply.set("Cache-Control", "no-store");
    co_return reply;
}

asio::awaitable<Reply> Routes::metrics_text() {
    std::vector<sfu::SfuCounters> counters;
    for (const auto& worker : media_.workers()) {
        auto ask = [](sfu::Sfu& sfu, base::Instant, wire::PacketBatch&) { return sfu.counters(); };
        counters.push_back(co_await worker->call(ask));
    }
    Reply reply;
    reply.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    reply.set("Cache-Control", "no-store");
    reply.body = metrics_.text(gauges_(), counters, quality_);
    co_return reply;
}

}  // namespace sightline::hub
