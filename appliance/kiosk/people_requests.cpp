// Verbs about those who take part from afar: invite, the lobby, admit, send back, remove.
#include <array>

#include "appliance/kiosk/json_members.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;

Reply invite(const Request& request, const Desk& desk) {
    const auto role_name = text_of(request.members, "role");
    if (!role_name) return role_name.error();
    const auto role = model::role_from_name(*role_name);
    if (!role) return unknown_name("role", *role_name, "interviewer, interpreter and observer");
    InvitationOrder order;
    order.role = *role;
    auto name = text_of(request.members, "name");
    if (!name) return name.error();
    order.name = std::move(*name);
    auto organisation = text_or_empty(request.members, "organisation");
    if (!organisation) return organisation.error();
    order.organisation = std::move(*organisation);
    if (request.members.contains("valid_minutes")) {
        const auto minutes = integer_in(request.members, "valid_minutes");
        // Bounds are the authority's; here only what a count of minutes can hold.
        order.valid =
            std::chrono::minutes(minutes && *minutes >= 0 && *minutes <= 1'000'000 ? *minutes : 0);
    }
    const auto invited = desk.authority.invite(std::move(order), request.said());
    if (!invited) return invited.error();
    return json::object{{"participant", invited->participant.text()},
                        {"link", invited->link},
                        {"until", model::to_rfc3339(invited->until)}};
}

using Move = base::Result<void> (SessionAuthority::*)(base::ParticipantId, const storage::Said&);

template <Move kMove>
Reply moved(const Request& request, const Desk& desk) {
    const auto id = id_of<base::ParticipantId>(request.members, "participant");
    if (!id) return id.error();
    if (auto done = (desk.authority.*kMove)(*id, request.said()); !done) return done.error();
    return json::object{};
}

Reply removed(const Request& request, const Desk& desk) {
    const auto id = id_of<base::ParticipantId>(request.members, "participant");
    if (!id) return id.error();
    const auto reason = text_or_empty(request.members, "reason");
    if (!reason) return reason.error();
    if (auto done = desk.authority.remove(*id, request.said(), *reason); !done) return done.error();
    return json::object{};
}

Reply lobby(const Request&, const Desk& desk) { return desk.authority.lobby(); }

constexpr std::array kVerbs{
    Verb{"invite", always<Action::Invite>, invite},
    Verb{"lobby", always<Action::ReadSessions>, lobby},
    Verb{"participant.admit", always<Action::Admit>, moved<&SessionAuthority::admit>},
    Verb{"participant.send-back", always<Action::SendBack>, moved<&SessionAuthority::send_back>},
    Verb{"participant.remove", always<Action::Remove>, removed},
};

}  // namespace

std::span<const Verb> people_verbs() { return kVerbs; }

}  // namespace sightline::kiosk
