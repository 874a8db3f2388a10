#include "appliance/kiosk/control_requests.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "appliance/kiosk/applicant_requests.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/staff_requests.h"
#include "appliance/kiosk/store_requests.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

// Who asks without having signed in, in the audit log.
constexpr const char* kNobody = "nobody signed in";

const std::map<std::string_view, const Verb*>& verbs() {
    static const auto all = [] {
        std::map<std::string_view, const Verb*> known;
        for (const auto verbs : {session_verbs(), people_verbs(), conduct_verbs(), consent_verbs(),
                                 staff_verbs(), store_verbs(), delegation_verbs(), dossier_verbs(),
                                 circle_verbs(), attachment_verbs(), self_test_verbs()}) {
            for (const auto& verb : verbs) known.emplace(verb.name, &verb);
        }
        return known;
    }();
    return all;
}

base::Result<Asker> asker_of(const json::object& members, const Desk& desk, Now now) {
    if (!members.contains("as")) {
        return Error{Errc::Unauthorized,
                     "who asks? Sign in with `sightline sign-in NAME`, and give \"as\""};
    }
    const auto token = text_of(members, "as");
    if (!token) return token.error();
    return desk.staff.who(*token, now);
}

// The state in which the interview stands that the request concerns.
std::optional<model::State> state_of(const json::object& members, const Desk& desk) {
    const auto named = optional_id_of<base::SessionId>(members, "session");
    const auto* running = desk.authority.running();
    const bool other = named && *named && (running == nullptr || **named != running->id());
    return other ? model::State::Ended : desk.authority.state();
}

// What the asker saw, if they say so, is what there still is.
base::Result<void> check_seen(const json::object& members, const Desk& desk) {
    if (!members.contains("if_state")) return {};
    const auto seen = text_of(members, "if_state");
    if (!seen) return seen.error();
    const auto state = desk.authority.state();
    const std::string now = state ? model::name_of(*state) : "none";
    if (*seen == now) return {};
    return Error{Errc::Conflict, "somebody was faster: the interview is " + now + ", not " +
                                     seen->substr(0, 20) +
                                     " any more. Nothing was changed; look again and decide anew"};
}

// Without an asker nothing is shown that says who takes part.
Reply status(const json::object& members, const Desk& desk, Now now) {
    auto names = SessionAuthority::Names::Hidden;
    if (members.contains("as")) {
        const auto asker = asker_of(members, desk, now);
        if (!asker) return asker.error();
        const auto may = access::check(asker->role, access::Action::SeeStatus, std::nullopt);
        if (!may) return may.error();
        // What the interview is about is for those who may read of interviews.
        if (access::may(asker->role, access::Action::ReadSessions, desk.authority.state())) {
            names = SessionAuthority::Names::Shown;
        }
    }
    json::object out = desk.authority.status(names);
    if (desk.hub != nullptr) out["hub"] = desk.hub->status();
    if (desk.store != nullptr) out["store"] = store_status(*desk.store);
    std::uint64_t restarts = 0;
    if (desk.engine != nullptr) {
        out["engine"] = desk.engine->watch().status();
        restarts = desk.engine->watch().restarts();
    }
    const Mute mute = desk.authority.mute();
    out["mute"] = {{"audio", mute.audio}, {"video", mute.video}};
    out["restarts"] = {{"engine", restarts}};
    return out;
}

// Trouble with a disk or a line is no refusal.
void log_refusal(const json::object& members, const Error& why, const Desk& desk, Now now) {
    if (why.code == Errc::Unavailable) return;
    const auto asker = asker_of(members, desk, now);
    const auto what = text_of(members, "do");
    const std::string who = is_applicants(members) ? model::name_of(model::Role::Applicant)
                            : asker                ? asker->actor
                                                   : kNobody;
    desk.authority.log_refusal({RefusedBy::Kiosk, who, what ? *what : "a request", why.text}, now);
}

Reply perform(const json::object& members, const Desk& desk, Now now) {
    const auto name = text_of(members, "do");
    if (!name) return name.error();
    if (*name == "status") return status(members, desk, now);
    if (is_applicants(members)) return answer_applicant(members, desk, now);
    if (*name == "unlock" && desk.store != nullptr) return unlock(members, *desk.store, now);
    const auto known = verbs().find(*name);
    const bool first = *name == "sign-in" || *name == "sign-out" || *name == "staff.add";
    if (known == verbs().end() && !first) {
        return Error{Errc::Unsupported, "this kiosk cannot do \"" + name->substr(0, 40) +
                                            "\"; `sightline --help` lists what it can"};
    }
    if (desk.store != nullptr && !desk.store->lock.is_open()) return store_is_locked(*name);
    if (*name == "sign-in") return sign_in(members, desk, now);
    if (*name == "sign-out") return sign_out(members, desk, now);
    if (*name == "staff.add" && desk.staff.is_empty()) return add_first(members, desk, now);
    const auto asker = asker_of(members, desk, now);
    if (!asker) return asker.error();
    if (auto seen = check_seen(members, desk); !seen) return seen.error();
    const auto& verb = *known->second;
    const auto may = access::check(asker->role, verb.action(members), state_of(members, desk));
    if (!may) return may.error();
    return verb.answer({members, now, *asker}, desk);
}

}  // namespace

std::string refusal_text(const Error& why) {
    return json::serialize(
        json::object{{"ok", false}, {"code", base::name_of(why.code)}, {"error", why.text}});
}

std::string answer_request(std::string_view line, const Desk& desk, Now now) {
    const auto refuse = [&](const json::object& members, const Error& why) {
        log_refusal(members, why, desk, now);
        return refusal_text(why);
    };
    if (line.size() > kMaxRequestBytes) {
        return refuse({}, {Errc::TooLarge, "a request has at most 1.5 MiB; say it in several"});
    }
    json::parse_options bounded;
    bounded.max_depth = 4;
    boost::system::error_code wrong;
    const json::value value = json::parse(line, wrong, {}, bounded);
    if (wrong || !value.is_object()) {
        return refuse({}, {Errc::Malformed, "a request is one JSON object on one line"});
    }
    auto reply = [&]() -> Reply {
        try {
            return perform(value.as_object(), desk, now);
        } catch (const storage::StorageError& e) {
            return Error{Errc::Unavailable, e.what()};
        }
    }();
    // At once, so that a link works as soon as it is printed; also after a refusal, which may say
    // only that what is in force is not on the disk yet.
    if (desk.engine != nullptr) desk.engine->settle();
    if (desk.hub != nullptr) desk.hub->flush();
    if (!reply) return refuse(value.get_object(), reply.error());
    (*reply)["ok"] = true;
    return json::serialize(*reply);
}

}  // namespace sightline::kiosk
