// Which request goes where, and what every reply carries: CORS for listed origins, and headers that
// keep browsers from guessing and caching. Main thread. Must not outlive its parts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "appliance/http_server/static_pages.h"
#include "appliance/hub/http_message.h"
#include "appliance/hub/metrics.h"
#include "appliance/hub/origin_policy.h"
#include "appliance/hub/sign_in_routes.h"
#include "appliance/hub/sync_routes.h"
#include "appliance/hub/whip.h"

namespace sightline::hub {

enum class SocketKind : std::uint8_t { None, Control, Kiosk };

class Routes {
  public:
    // `sync`: null if this hub relays no dossiers.
    Routes(Whip& whip, SignInRoutes& sign_in, SyncRoutes* sync, MediaPlane& media,
           http_server::StaticPages& pages, OriginPolicy& origins, QualityBoard& quality,
           Metrics& metrics, std::function<Gauges()> gauges);

    // Never throws; the reply is counted.
    boost::asio::awaitable<Reply> handle(Request request);
    // What a WebSocket upgrade asks for; a problem reply when it may not have it.
    base::Result<SocketKind> upgrade(const Request& request);

    // How large a body may be, by the request's header alone.
    std::size_t body_limit(const Request& head) const;

    Reply counted(Reply reply);

  private:
    boost::asio::awaitable<Reply> dispatch(Request request);
    boost::asio::awaitable<Reply> dispatch_resource(Request request, access::Action action);
    boost::asio::awaitable<Reply> metrics_text();

    Whip& whip_;
    SignInRoutes& sign_in_;
    SyncRoutes* sync_;
    MediaPlane& media_;
    http_server::StaticPages& pages_;
    OriginPolicy& origins_;
    QualityBoard& quality_;
    Metrics& metrics_;
    std::function<Gauges()> gauges_;
};

}  // namespace sightline::hub
