// The requests about the delegation that this kiosk serves, and about the kiosk's own key. See
// requests.h.
#include <array>
#include <boost/json/parse.hpp>

#include "appliance/kiosk/kept_trust.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"
#include "session/identity/short_code.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;
using base::Errc;
using base::Error;

base::Result<KeptTrust*> trust_of(const Desk& desk) {
    if (desk.trust != nullptr && desk.authority.identity() != nullptr) return desk.trust;
    return Error{Errc::Unavailable,
                 "this kiosk has no key yet; open the store with `sightline unlock`"};
}

const signature::PublicKey& key_of(const Desk& desk) {
    return desk.authority.identity()->key.public_key();
}

// Members: "root" (a JWK), "roster" and "mission" (compact JWS).
Reply take(const Request& request, const Desk& desk) {
    const auto trust = trust_of(desk);
    if (!trust) return trust.error();
    identity::Papers papers;
    for (const auto& [name, text] : {std::pair{"root", &papers.root_jwk},
                                     {"roster", &papers.roster_jws},
                                     {"mission", &papers.mission_jws}}) {
        auto given = text_of(request.members, name);
        if (!given) return given.error();
        *text = std::move(*given);
    }
    // Who is in the middle of it by their link alone would be thrown out.
    if (!(*trust)->is_enrolled() && desk.authority.running() != nullptr) {
        return Error{Errc::Conflict,
                     "take the delegation's papers: an interview runs under its links alone; end "
                     "it first"};
    }
    const auto taken = (*trust)->take(papers, key_of(desk), request.said());
    if (!taken) return taken.error();
    return (*trust)->status();
}

Reply leave(const Request& request, const Desk& desk) {
    const auto trust = trust_of(desk);
    if (!trust) return trust.error();
    if (desk.authority.running() != nullptr) {
        return Error{Errc::Conflict,
                     "leave the delegation: an interview of it is on this kiosk; end it first"};
    }
    if (auto left = (*trust)->leave(request.said()); !left) return left.error();
    return json::object{};
}

Reply show(const Request&, const Desk& desk) {
    const auto trust = trust_of(desk);
    if (!trust) return trust.error();
    return (*trust)->status();
}

Reply show_key(const Request&, const Desk& desk) {
    const auto trust = trust_of(desk);
    if (!trust) return trust.error();
    const std::string thumbprint = key_of(desk).thumbprint();
    return json::object{{"key", json::parse(key_of(desk).jwk())},
                        {"thumbprint", thumbprint},
                        {"code", identity::short_code(thumbprint)}};
}

constexpr std::array kVerbs{
    Verb{"delegation.take", always<Action::ServeDelegation>, take},
    Verb{"delegation.leave", always<Action::ServeDelegation>, leave},
    Verb{"delegation.show", always<Action::SeeStatus>, show},
    Verb{"kiosk.key", always<Action::SeeStatus>, show_key},
};

}  // namespace

std::span<const Verb> delegation_verbs() { return kVerbs; }

}  // namespace sightline::kiosk
