#include "appliance/hub/sign_in_routes.h"

#include <array>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/hub/elsewhere.h"
#include "appliance/hub/page_cookie.h"
#include "appliance/hub/sign_in_messages.h"
#include "appliance/hub/whip.h"

namespace sightline::hub {
namespace {

using base::Errc;
using base::Error;
using base::Result;

Reply json_reply(std::string body) {
    Reply reply;
    reply.body = std::move(body);
    reply.set("Content-Type", "application/json");
    return reply;
}

// Conflict is an invitation that was good once: gone, says HTTP.
Reply refusal(const Error& error) {
    return error.code == Errc::Conflict ? problem(410, error.text) : problem(error);
}

constexpr std::array kPaths = {
    std::pair{std::string_view("/v1/sign-in"), "POST, DELETE, OPTIONS"},
    std::pair{std::string_view("/v1/sign-in/options"), "POST, OPTIONS"},
    std::pair{std::string_view("/v1/sign-in/passkey"), "POST, OPTIONS"},
    std::pair{std::string_view("/v1/passkeys"), "POST, OPTIONS"},
    std::pair{std::string_view("/v1/passkeys/options"), "POST, OPTIONS"},
    std::pair{std::string_view("/v1/tickets"), "POST, OPTIONS"},
    std::pair{std::string_view("/v1/place"), "POST, OPTIONS"},
};

const char* methods_of(std::string_view path) {
    for (const auto& [served, methods] : kPaths) {
        if (path == served) return methods;
    }
    return nullptr;
}

}  // namespace

SignInRoutes::SignInRoutes(SignIn& sign_in, const SessionRegistry& registry, Signalling& signalling,
                           const PlaceBook& places, const OriginPolicy& origins, Metrics& metrics)
    : sign_in_(sign_in),
      registry_(registry),
      signalling_(signalling),
      places_(places),
      origins_(origins),
      metrics_(metrics) {}

bool SignInRoutes::takes(std::string_view path) { return methods_of(path) != nullptr; }

Reply SignInRoutes::handle(const Request& request) {
    Reply reply;
    const std::string_view origin = request.header("Origin");
    if (origin.empty() || !origins_.allows(origin)) {
        metrics_.bad(BadInput::Origin);
        reply = problem(403,
                        "signing in is for the pages of this hub only; open your invitation in a "
                        "browser");
    } else if (request.method == "OPTIONS") {
        reply = origins_.preflight(request, methods_of(request.path));
    } else {
        reply = answer(request);
    }
    reply.set("Cache-Control", "no-store");
    return reply;
}

Reply SignInRoutes::answer(const Request& request) {
    const std::string& path = request.path;
    if (request.method == "DELETE" && path == "/v1/sign-in") return sign_out(request);
    if (request.method != "POST") {
        Reply reply = problem(405, std::string("this path takes ") + methods_of(path));
        reply.set("Allow", methods_of(path));
        return reply;
    }
    if (path == "/v1/tickets") return ticket(request);
    if (path == "/v1/passkeys/options") return creation_options(request);
    if (path == "/v1/sign-in/options") return request_options(request);
    if (!is_media_type(request.header("Content-Type"), "application/json")) {
        return problem(415, "send Content-Type: application/json");
    }
    if (path == "/v1/passkeys") return register_passkey(request);
    if (path == "/v1/place") return place(request);
    if (!attempts_.may_try(request.address, base::Clock::now())) {
        metrics_.bad(BadInput::TooMany);
        Reply reply = problem(429, "too many attempts to sign in from here; wait a minute");
        reply.set("Retry-After", "60");
        return reply;
    }
    return path == "/v1/sign-in" ? by_invitation(request) : by_passkey(request);
}

// Browsers show a page nothing of a 307. It asks with a hash, so that an invitation goes out only
// by a person's click.
Reply SignInRoutes::place(const Request& request) {
    const auto invitation = parse_place_question(request.body);
    if (!invitation) return problem(invitation.error());
    auto origin = *invitation ? places_.origin_of(place_mark(**invitation)) : std::nullopt;
    if (!*invitation) origin = cookie_elsewhere(request);
    return json_reply(place_json(origin.value_or("")));
}

Reply SignInRoutes::by_invitation(const Request& request) {
    const auto token = parse_invitation(request.body);
    if (!token) return failed(request, token.error());
    const Now now = Now::read();
    const auto holder = sign_in_.invited(*token, now);
    if (!holder) {
        const auto origin = places_.origin_of(place_mark(hash_token(*token)));
        if (holder.error().code == Errc::Unauthorized && origin) return moved_to(*origin, request);
        if (const auto whose = sign_in_.once_invited(*token, now)) {
            signalling_.refused(*whose, "invitation", holder.error().text);
        }
        return failed(request, holder.error());
    }
    // Who is let in must be known to the kiosk, or it would work again after a restart.
    if (!signalling_.reaches_kiosk(holder->session)) {
        return problem(503, "the centre cannot be reached at the moment; try again in a minute");
    }
    if (!places_.is_sure(holder->session, BootClock::now())) return place_unsure();
    const auto done = sign_in_.by_invitation(*token, now);
    return done ? entered(request, *done) : failed(request, done.error());
}

Reply SignInRoutes::by_passkey(const Request& request) {
    const auto where = site(request);
    if (!where) return failed(request, where.error());
    const auto answer = parse_assertion(request.body);
    if (!answer) return failed(request, answer.error());
    const auto owner = sign_in_.owner(*answer);
    if (!owner) {
        const auto origin = places_.origin_of(place_mark_of_passkey(answer->credential));
        if (origin) return moved_to(*origin, request);
    }
    if (owner && !signalling_.reaches_kiosk(owner->session)) {
        return problem(503, "the centre cannot be reached at the moment; try again in a minute");
    }
    if (owner && !places_.is_sure(owner->session, BootClock::now())) return place_unsure();
    const auto done = sign_in_.by_passkey(*where, *answer, Now::read());
    return done ? entered(request, *done) : failed(request, done.error());
}

Reply SignInRoutes::entered(const Request& request, const SignIn::Entered& entered) {
    const Holder& holder = entered.holder;
    // A browser has one login for a page: the one before ends here.
    if (const std::string_view before = page_cookie(request); !before.empty()) {
        if (const auto left = sign_in_.sign_out(before)) {
            signalling_.tell_kiosk(*left, LoginEnded{hash_token(before)});
            if (left->participant != holder.participant) signalling_.signed_out(*left);
        }
    }
    for (const CredentialNews& news : entered.news) signalling_.tell_kiosk(holder, news);
    spdlog::info("signed_in session={} participant={} role={}", holder.session.brief(),
                 holder.participant.brief(), model::name_of(holder.role));
    const bool offered = sign_in_.may_register(holder, relying_party(request.header("Origin")));
    const Participant* participant = registry_.find(holder.session, holder.participant);
    Reply reply = json_reply(
        entered_json(holder, *participant, offered ? PasskeyOffer::Offered : PasskeyOffer::None));
    reply.set("Set-Cookie", set_page_cookie(request, entered.cookie, kLoginLife));
    return reply;
}

Reply SignInRoutes::sign_out(const Request& request) {
    const std::string_view cookie = page_cookie(request);
    if (!cookie.empty()) {
        if (const auto holder = sign_in_.sign_out(cookie)) {
            spdlog::info("signed_out session={} participant={}", holder->session.brief(),
                         holder->participant.brief());
            signalling_.tell_kiosk(*holder, LoginEnded{hash_token(cookie)});
            signalling_.signed_out(*holder);
        }
    }
    Reply reply;
    reply.status = 204;
    reply.set("Set-Cookie", clear_page_cookie(request));
    return reply;
}

Reply SignInRoutes::ticket(const Request& request) {
    const auto holder = asker(request);
    if (!holder) return stranger(request, holder.error());
    const std::string ticket = sign_in_.ticket(*holder, page_cookie(request), base::Clock::now());
    return json_reply(
        ticket_json(ticket, *holder, *registry_.find(holder->session, holder->participant)));
}

Reply SignInRoutes::creation_options(const Request& request) {
    const auto holder = asker(request);
    if (!holder) return stranger(request, holder.error());
    const auto where = site(request);
    if (!where) return problem(where.error());
    const Participant* participant = registry_.find(holder->session, holder->participant);
    const auto challenge = sign_in_.challenge(*where, *holder, request.address, base::Clock::now());
    return json_reply(
        creation_options_json(*where, *participant, challenge, sign_in_.passkeys(*holder)));
}

Reply SignInRoutes::register_passkey(const Request& request) {
    const auto holder = asker(request);
    if (!holder) return stranger(request, holder.error());
    const auto where = site(request);
    if (!where) return problem(where.error());
    const auto answer = parse_registration(request.body);
    if (!answer) return problem(answer.error());
    const auto added = sign_in_.register_passkey(*where, *holder, *answer, Now::read());
    if (!added) {
        metrics_.bad(BadInput::Passkey);
        return problem(added.error());
    }
    spdlog::info("passkey_registered session={} participant={}", holder->session.brief(),
                 holder->participant.brief());
    signalling_.tell_kiosk(*holder, *added);
    Reply reply;
    reply.status = 204;
    return reply;
}

Reply SignInRoutes::request_options(const Request& request) {
    const auto where = site(request);
    if (!where) return problem(where.error());
    const auto challenge =
        sign_in_.challenge(*where, std::nullopt, request.address, base::Clock::now());
    return json_reply(request_options_json(*where, challenge));
}

Result<Holder> SignInRoutes::asker(const Request& request) const {
    const auto holder = sign_in_.signed_in(page_cookie(request), Now::read().wall);
    if (!holder) {
        return Error(Errc::Unauthorized,
                     "you are not signed in; open your invitation, or sign in with your passkey");
    }
    return *holder;
}

std::optional<std::string> SignInRoutes::cookie_elsewhere(const Request& request) const {
    const std::string_view cookie = page_cookie(request);
    return cookie.empty() ? std::nullopt : places_.origin_of(place_mark(hash_token(cookie)));
}

Reply SignInRoutes::stranger(const Request& request, const Error& error) const {
    const auto origin = cookie_elsewhere(request);
    return origin ? moved_to(*origin, request) : problem(error);
}

Result<RelyingParty> SignInRoutes::site(const Request& request) const {
    auto found = relying_party(request.header("Origin"));
    if (!found) {
        return Error(Errc::Forbidden,
                     "passkeys work only over https and under a name, not under a bare address; "
                     "use your invitation");
    }
    return *std::move(found);
}

Reply SignInRoutes::failed(const Request& request, const Error& error) {
    attempts_.failed(request.address, base::Clock::now());
    metrics_.bad(BadInput::SignIn);
    return refusal(error);
}

}  // namespace sightline::hub
