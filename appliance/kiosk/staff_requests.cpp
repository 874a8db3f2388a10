#include "appliance/kiosk/staff_requests.h"

#include <array>
#include <boost/json/array.hpp>

#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/request_members.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;

Reply add(const json::object& members, const Desk& desk, const storage::Said& said) {
    auto name = text_of(members, "name");
    if (!name) return name.error();
    const auto role_name = text_of(members, "role");
    if (!role_name) return role_name.error();
    const auto role = model::role_from_name(*role_name);
    if (!role) {
        return unknown_name("role", *role_name,
                            "staff, supervisor, data-protection-officer and operator");
    }
    const auto pin = text_of(members, "pin");
    if (!pin) return pin.error();
    const auto id = desk.staff.add(std::move(*name), *role, base::Secret(*pin), said);
    if (!id) return id.error();
    return json::object{{"account", id->text()}};
}

Reply add_another(const Request& request, const Desk& desk) {
    return add(request.members, desk, request.said());
}

Reply remove(const Request& request, const Desk& desk) {
    const auto name = text_of(request.members, "name");
    if (!name) return name.error();
    if (auto removed = desk.staff.remove(*name, request.said()); !removed) return removed.error();
    return json::object{};
}

Reply unlock_account(const Request& request, const Desk& desk) {
    const auto name = text_of(request.members, "name");
    if (!name) return name.error();
    if (auto opened = desk.staff.unlock(*name, request.said()); !opened) return opened.error();
    return json::object{};
}

Reply list(const Request& request, const Desk& desk) {
    json::array out;
    for (const auto& [account, locked, signed_in] : desk.staff.list(request.now)) {
        out.push_back({{"account", account.id.text()},
                       {"name", account.name},
                       {"role", model::name_of(account.role)},
                       {"locked", locked},
                       {"signed_in", signed_in}});
    }
    return json::object{{"staff", std::move(out)}};
}

constexpr std::array kVerbs{
    Verb{"staff.add", always<Action::ManageStaff>, add_another},
    Verb{"staff.remove", always<Action::ManageStaff>, remove},
    Verb{"staff.unlock", always<Action::ManageStaff>, unlock_account},
    Verb{"staff.list", always<Action::ManageStaff>, list},
};

}  // namespace

std::span<const Verb> staff_verbs() { return kVerbs; }

Reply sign_in(const json::object& members, const Desk& desk, Now now) {
    const auto name = text_of(members, "name");
    if (!name) return name.error();
    const auto pin = text_of(members, "pin");
    if (!pin) return pin.error();
    if (desk.staff.is_empty()) {
        return base::Error{base::Errc::Conflict,
                           "sign in: this kiosk has no staff yet; add a supervisor with `sightline "
                           "staff add NAME --role supervisor`"};
    }
    const auto token = desk.staff.sign_in(*name, base::Secret(*pin), now);
    if (!token) return token.error();
    return json::object{{"as", *token}};
}

Reply sign_out(const json::object& members, const Desk& desk, Now now) {
    const auto token = text_of(members, "as");
    if (!token) return token.error();
    if (auto out = desk.staff.sign_out(*token, now); !out) return out.error();
    return json::object{};
}

Reply add_first(const json::object& members, const Desk& desk, Now now) {
    return add(members, desk, {kKioskActor, now.wall});
}

}  // namespace sightline::kiosk
