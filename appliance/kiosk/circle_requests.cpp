// The requests about the circles in which this kiosk syncs. See requests.h.
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "appliance/kiosk/open_dossiers.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"
#include "session/identity/short_code.h"
#include "storage/sync/site_keys.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;

base::Result<DossierDesk*> desk_of(const Desk& desk) {
    return when_open(desk, desk.dossiers, "this kiosk has no keys yet");
}

// Members: "root" (a JWK), "circle" (a compact JWS), "state".
Reply take(const Request& request, const Desk& targets) {
    const auto desk = desk_of(targets);
    if (!desk) return desk.error();
    const auto root = text_of(request.members, "root");
    if (!root) return root.error();
    const auto circle = text_of(request.members, "circle");
    if (!circle) return circle.error();
    const auto state = text_of(request.members, "state");
    if (!state) return state.error();
    const auto taken = (*desk)->take_circle(*root, *circle, *state, request.said());
    if (!taken) return taken.error();
    return (*taken)->status();
}

// What the delegation puts into its circle, and the code by which it compares both keys.
Reply show_keys(const Request&, const Desk& targets) {
    const auto desk = desk_of(targets);
    if (!desk) return desk.error();
    const sync::SiteKeys keys{(*desk)->keys().signing.public_key(),
                              (*desk)->keys().sealing.public_key()};
    return json::object{{"keys", json::parse(keys.text())},
                        {"code", identity::short_code(keys.thumbprint())}};
}

Reply show_status(const Request&, const Desk& targets) {
    const auto desk = desk_of(targets);
    if (!desk) return desk.error();
    json::array circles;
    for (auto* circle : (*desk)->circles()) circles.push_back(circle->status());
    return json::object{{"circles", std::move(circles)}};
}

constexpr std::array kVerbs{
    Verb{"circle.take", always<Action::ServeDelegation>, take},
    Verb{"circle.keys", always<Action::SeeStatus>, show_keys},
    Verb{"sync.status", always<Action::SeeStatus>, show_status},
};

}  // namespace

std::span<const Verb> circle_verbs() { return kVerbs; }

}  // namespace sightline::kiosk
