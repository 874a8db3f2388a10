#include "appliance/hub/whip.h"

#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/hub/elsewhere.h"
#include "appliance/hub/page_cookie.h"
#include "media/wire/sdp.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
using base::Errc;
using base::Error;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::string_view kFragment = "application/trickle-ice-sdpfrag";

std::string in_quotes(std::string_view etag) { return '"' + std::string(bare_etag(etag)) + '"'; }

std::string path_of(access::Action action, base::ResourceId id) {
    return (action == access::Action::SendMedia ? "/v1/whip/" : "/v1/whep/") + id.text();
}

// The cookie comes by itself, so it counts only together with a listed Origin, which the routes
// have compared, and without a token.
std::string_view counting_cookie(const Request& request) {
    const bool alone = request.header("Authorization").empty() && !request.header("Origin").empty();
    return alone ? page_cookie(request) : std::string_view();
}

std::string first_ufrag(const wire::Sdp& offer) {
    for (const wire::SdpMedia& media : offer.media) {
        if (!media.ice_ufrag.empty()) return media.ice_ufrag;
    }
    return {};
}

}  // namespace

std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "Bearer ";
    if (authorization.size() <= kScheme.size() ||
        !equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) {
        return {};
    }
    return authorization.substr(kScheme.size());
}

std::string_view bare_etag(std::string_view etag) {
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
        etag = etag.substr(1, etag.size() - 2);
    }
    return etag;
}

Whip::Whip(SessionRegistry& registry, const SignIn& sign_in, ResourceDirectory& resources,
           MediaPlane& media, QualityBoard& quality, Signalling& signalling,
           const PlaceBook& places, Metrics& metrics)
    : registry_(registry),
      sign_in_(sign_in),
      resources_(resources),
      media_(media),
      quality_(quality),
      signalling_(signalling),
      places_(places),
      metrics_(metrics) {}

asio::awaitable<Reply> Whip::post(Request request, access::Action action) {
    const auto holder = authorize(request, action);
    if (!holder) co_return refuse(request, holder.error());
    if (!is_media_type(request.header("Content-Type"), kSdp)) {
        Reply reply = problem(415, "send the offer as Content-Type: application/sdp");
        reply.set("Accept-Post", std::string(kSdp));
        co_return reply;
    }
    auto offer = wire::parse_sdp(request.body);
    if (!offer) {
        metrics_.bad(BadInput::Sdp);
        // Whatever is wrong with the text, it is the request that is bad.
        co_return problem(
            400, offer.error().text.empty() ? "the body is not an SDP offer" : offer.error().text);
    }
    const std::string ufrag = first_ufrag(*offer);
    const bool publishes = action == access::Action::SendMedia;
    auto ask = [who = *holder, publishes, sdp = std::move(*offer)](sfu::Sfu& sfu, base::Instant now,
                                                                   wire::PacketBatch&) {
        return publishes ? sfu.publish(who.session, who.participant, sdp, now)
                         : sfu.subscribe(who.session, who.participant, sdp, now);
    };
    const auto answer = co_await media_.worker_of(holder->session).call(std::move(ask));
    if (!answer) {
        metrics_.bad(BadInput::Sdp);
        co_return refuse(answer.error());
    }
    // The participant may have been removed or sent back while the worker was at it.
    if (const auto still = registry_.check(*holder, action); !still) {
        auto undo = [id = answer->resource](sfu::Sfu& sfu, base::Instant now,
                                            wire::PacketBatch& out) {
            (void)sfu.close(id, now, out);  // may be gone already, which is as good
        };
        co_await media_.worker_of(holder->session).call(undo);
        co_return refuse(still.error());
    }
    resources_.add(answer->resource, holder->session, holder->participant, publishes, ufrag);
    spdlog::info("resource_created resource={} session={} participant={} publishes={}",
                 answer->resource.brief(), holder->session.brief(), holder->participant.brief(),
                 publishes);
    Reply reply;
    reply.status = 201;
    reply.set("Content-Type", std::string(kSdp));
    reply.set("Location", path_of(action, answer->resource));
    reply.set("ETag", in_quotes(answer->etag));
    reply.body = answer->sdp;
    co_return reply;
}

asio::awaitable<Reply> Whip::patch(Request request, access::Action action, std::string id) {
    const auto holder = authorize(request, action);
    if (!holder) co_return refuse(request, holder.error());
    const auto resource = owned(*holder, action, id);
    if (!resource) co_return refuse(resource.error());
    if (!is_media_type(request.header("Content-Type"), kFragment)) {
        Reply reply = problem(415, "send Content-Type: application/trickle-ice-sdpfrag");
        reply.set("Accept-Patch", std::string(kFragment));
        co_return reply;
    }
    const std::string if_match(request.header("If-Match"));
    if (if_match.empty()) {
        co_return problem(428, "send If-Match with the ETag, or with * to restart ICE");
    }
    auto fragment = wire::parse_sdp_fragment(request.body);
    if (!fragment) {
        metrics_.bad(BadInput::Sdp);
        co_return problem(400, fragment.error().text.empty() ? "the body is not an SDP fragment"
                                                             : fragment.error().text);
    }
    // RFC 9725 section 4.3.3: new credentials mean a restart, for which If-Match is "*".
    const std::string ufrag = fragment->ice_ufrag;
    const bool restart = !ufrag.empty() && ufrag != resource->remote_ufrag;
    auto ask = [resource_id = resource->id, if_match, restart, offer = std::move(*fragment)](
                   sfu::Sfu& sfu, base::Instant now,
                   wire::PacketBatch&) -> base::Result<sfu::Sfu::IceRestart> {
        const auto etag = sfu.etag(resource_id);
        if (!etag) return Errc::NotFound;
        if (if_match != "*" && bare_etag(if_match) != bare_etag(*etag)) return Errc::Conflict;
        // The hub is ICE-lite: it sends no checks, so a trickled candidate tells it nothing.
        if (!restart) return sfu::Sfu::IceRestart{{}, *etag};
        return sfu.restart_ice(resource_id, "*", offer, now);
    };
    const auto done = co_await media_.worker_of(resource->session).call(std::move(ask));
    if (!done && done.error().code == Errc::Conflict) {
        co_return problem(412, "the ICE session is another one by now; restart with If-Match: *");
    }
    if (!done) {
        if (done.error().code == Errc::NotFound) signalling_.resource_gone(resource->id);
        co_return refuse(done.error());
    }
    Reply reply;
    reply.status = restart ? 200 : 204;
    reply.set("ETag", in_quotes(done->etag));
    if (restart) {
        resources_.set_remote_ufrag(resource->id, ufrag);
        reply.set("Content-Type", std::string(kFragment));
        reply.body = wire::write_sdp_fragment(done->answer);
    }
    co_return reply;
}

asio::awaitable<Reply> Whip::remove(Request request, access::Action action, std::string id) {
    // Whoever may send or receive no more may still let go.
    const auto holder = identify(request);
    if (!holder) co_return refuse(request, holder.error());
    const auto resource = owned(*holder, action, id);
    if (!resource) co_return refuse(resource.error());
    auto ask = [resource_id = resource->id](sfu::Sfu& sfu, base::Instant now,
                                            wire::PacketBatch& out) {
        std::vector<sfu::ResourceStats> last = sfu.stats();
        std::erase_if(last, [&](const auto& stats) { return stats.resource != resource_id; });
        (void)sfu.close(resource_id, now, out);  // gone already is as good
        return last;
    };
    quality_.update(co_await media_.worker_of(resource->session).call(ask));
    signalling_.resource_gone(resource->id);
    spdlog::info("resource_deleted resource={}", resource->id.brief());
    co_return Reply{};
}

base::Result<Holder> Whip::authorize(const Request& request, access::Action action) {
    const auto holder = identify(request);
    if (!holder) return holder;
    if (auto ok = registry_.check(*holder, action); !ok) {
        if (holder->role == model::Role::Observer && action == access::Action::SendMedia) {
            metrics_.observer_uplink_refused();
        }
        signalling_.refused(*holder, access::name_of(action), ok.error().text);
        return ok.error();
    }
    return holder;
}

base::Result<Holder> Whip::identify(const Request& request) const {
    const auto holder = holder_of(request);
    if (!holder) {
        return Error(Errc::Unauthorized,
                     "you are not signed in: sign in first, or send Authorization: Bearer TOKEN");
    }
    return *holder;
}

std::optional<Holder> Whip::holder_of(const Request& request) const {
    const std::string_view token = bearer_token(request.header("Authorization"));
    if (!token.empty()) return registry_.holder_of(hash_token(token));
    const std::string_view cookie = counting_cookie(request);
    return cookie.empty() ? std::nullopt : sign_in_.signed_in(cookie, Now::read().wall);
}

base::Result<Resource> Whip::owned(const Holder& holder, access::Action action,
                                   std::string_view text) {
    const auto id = base::ResourceId::parse(text);
    const Resource* resource = id ? resources_.find(*id) : nullptr;
    if (!resource || resource->publishes != (action == access::Action::SendMedia)) {
        return Error(Errc::NotFound, "there is no such resource; it may have ended. POST again");
    }
    if (resource->participant != holder.participant) {
        return Error(Errc::Forbidden, "the resource is another participant's");
    }
    return *resource;
}

Reply Whip::refuse(const Request& request, const Error& error) {
    std::string_view credential = bearer_token(request.header("Authorization"));
    if (credential.empty()) credential = counting_cookie(request);
    if (error.code == Errc::Unauthorized && !credential.empty()) {
        const auto origin = places_.origin_of(place_mark(hash_token(credential)));
        if (origin) return moved_to(*origin, request);
    }
    return refuse(error);
}

Reply Whip::refuse(const Error& error) {
    if (error.code == Errc::Unauthorized) metrics_.bad(BadInput::Token);
    if (error.code == Errc::Forbidden) metrics_.bad(BadInput::Forbidden);
    return problem(error);
}

}  // namespace sightline::hub
