#include "appliance/kiosk/applicant_requests.h"

#include <array>

#include "appliance/kiosk/json_members.h"
#include "appliance/kiosk/people_names.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/request_members.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

Reply ask(const json::object& members, const Desk& desk, Now now) {
    const auto what = text_of(members, "what");
    if (!what) return what.error();
    if (*what != "pause" && *what != "end") {
        return unknown_name("wish", *what, "pause and end");
    }
    const auto wish = *what == "pause" ? Asked::What::Pause : Asked::What::End;
    if (auto done = desk.authority.applicant_asks(wish, now); !done) return done.error();
    const auto state = desk.authority.state();
    return json::object{{"state", model::name_of(state.value_or(model::State::Ended))}};
}

Reply understood(const json::object& members, const Desk& desk, Now now) {
    const auto* running = desk.authority.running();
    if (running == nullptr) return none_runs("understood");
    const auto may = access::check(model::Role::Applicant, access::Action::Understand,
                                   running->standing().state);
    if (!may) return may.error();
    const auto answer = yes_or_no_of(members, "understood");
    if (!answer) return answer.error();
    const auto done = desk.authority.attest(Understanding{*answer},
                                            {actor_name_of(running->applicant()), now.wall});
    if (!done) return done.error();
    return json::object{};
}

}  // namespace

bool is_applicants(const json::object& members) {
    const auto verb = text_in(members, "do");
    return verb == "applicant.view" || verb == "applicant.ask" ||
           (verb == "understood" && !members.contains("as"));
}

Reply answer_applicant(const json::object& members, const Desk& desk, Now now) {
    const auto verb = text_in(members, "do");
    if (verb == "applicant.ask") return ask(members, desk, now);
    if (verb == "understood") return understood(members, desk, now);
    return desk.authority.applicant_view();
}

}  // namespace sightline::kiosk
