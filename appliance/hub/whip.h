// WHIP (RFC 9725) and WHEP: a POST of an offer makes a resource and is answered; PATCH restarts
// ICE, DELETE leaves. A bearer token, or a page's cookie, says whose the resource is; the access
// table and the person's place say what it may be. Main thread. Must not outlive its parts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string_view>

#include "appliance/hub/http_message.h"
#include "appliance/hub/media_plane.h"
#include "appliance/hub/metrics.h"
#include "appliance/hub/place_book.h"
#include "appliance/hub/resource_directory.h"
#include "appliance/hub/session_registry.h"
#include "appliance/hub/sign_in.h"
#include "appliance/hub/signalling.h"

namespace sightline::hub {

class Whip {
  public:
    Whip(SessionRegistry& registry, const SignIn& sign_in, ResourceDirectory& resources,
         MediaPlane& media, QualityBoard& quality, Signalling& signalling, const PlaceBook& places,
         Metrics& metrics);

    // `action` is SendMedia for /v1/whip and ReceiveMedia for /v1/whep.
    boost::asio::awaitable<Reply> post(Request request, access::Action action);
    // `id` is the last segment of the path.
    boost::asio::awaitable<Reply> patch(Request request, access::Action action, std::string id);
    boost::asio::awaitable<Reply> remove(Request request, access::Action action, std::string id);

  private:
    base::Result<Holder> identify(const Request& request) const;
    base::Result<Holder> authorize(const Request& request, access::Action action);
    base::Result<Resource> owned(const Holder& holder, access::Action action, std::string_view id);
    Reply refuse(const base::Error& error);
    // Also to somebody whose interview is at another hub, who is sent there.
    Reply refuse(const Request& request, const base::Error& error);

    std::optional<Holder> holder_of(const Request& request) const;

    SessionRegistry& registry_;
    const SignIn& sign_in_;
    ResourceDirectory& resources_;
    MediaPlane& media_;
    QualityBoard& quality_;
    Signalling& signalling_;
    const PlaceBook& places_;
    Metrics& metrics_;
};

// "Bearer x" gives "x"; empty for anything else (RFC 6750 section 2.1).
std::string_view bearer_token(std::string_view authorization);
// An entity tag without its quotes and weakness mark, to compare.
std::string_view bare_etag(std::string_view etag);

}  // namespace sightline::hub
