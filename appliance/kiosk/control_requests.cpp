#include "appliance/kiosk/control_requests.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "appliance/kiosk/request_members.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

json::object refusal(const Error& error) {
    return {{"ok", false}, {"code", base::name_of(error.code)}, {"error", error.text}};
}

json::object status(const ControlTargets& targets) {
    json::object out = targets.authority.status();
    out["ok"] = true;
    if (targets.hub != nullptr) out["hub"] = targets.hub->status();
    if (targets.store != nullptr) out["store"] = store_status(*targets.store);
    std::uint64_t restarts = 0;
    if (targets.engine != nullptr) {
        out["engine"] = targets.engine->watch().status();
        restarts = targets.engine->watch().restarts();
        const Mute mute = targets.engine->mute();
        out["mute"] = {{"audio", mute.audio}, {"video", mute.video}};
    }
    out["restarts"] = {{"engine", restarts}};
    return out;
}

base::Result<json::object> invite(const json::object& request, const ControlTargets& targets,
                                  Now now) {
    const auto role_name = text_of(request, "role");
    if (!role_name) return role_name.error();
    const auto role = model::role_from_name(*role_name);
    if (!role) {
        return Error{Errc::Malformed,
                     "no role is called \"" + *role_name +
                         "\"; the roles are interviewer, interpreter and observer"};
    }
    auto name = text_of(request, "name");
    if (!name) return name.error();
    auto invitation = targets.authority.invite(*role, std::move(*name), now);
    if (!invitation) return invitation.error();
    return json::object{{"participant", invitation->participant.text()},
                        {"link", invitation->link}};
}

base::Result<json::object> remove(const json::object& request, const ControlTargets& targets,
                                  Now now) {
    const auto text = text_of(request, "participant");
    if (!text) return text.error();
    const auto id = base::ParticipantId::parse(*text);
    if (!id) return Error{Errc::Malformed, "a participant's id is 16 hexadecimal digits"};
    if (auto removed = targets.authority.remove(*id, now); !removed) return removed.error();
    return json::object{};
}

base::Result<json::object> mute(const json::object& request, const ControlTargets& targets) {
    if (targets.engine == nullptr) return Error{Errc::Unavailable, "mute: there is no engine"};
    Mute wanted = targets.engine->mute();
    for (const auto& [key, flag] : {std::pair{"audio", &wanted.audio}, {"video", &wanted.video}}) {
        const auto* value = request.if_contains(key);
        if (value == nullptr) continue;
        if (!value->is_bool()) {
            return Error{Errc::Malformed, std::string("\"") + key + "\" must be true or false"};
        }
        *flag = value->as_bool();
    }
    targets.engine->set_mute(wanted);
    return json::object{{"audio", wanted.audio}, {"video", wanted.video}};
}

base::Result<json::object> perform(const json::object& request, const ControlTargets& targets,
                                   Now now) {
    const auto verb = text_of(request, "do");
    if (!verb) return verb.error();
    if (*verb == "status") return status(targets);
    if (*verb == "invite") return invite(request, targets, now);
    if (*verb == "participant.remove") return remove(request, targets, now);
    if (*verb == "mute") return mute(request, targets);
    if (*verb == "session.open") {
        auto title = text_of(request, "title");
        if (!title) return title.error();
        const auto id = targets.authority.open(std::move(*title), now);
        if (!id) return id.error();
        return json::object{{"session", id->text()}};
    }
    if (*verb == "session.close") {
        if (auto closed = targets.authority.close(now); !closed) return closed.error();
        return json::object{};
    }
    if (targets.store != nullptr) {
        if (auto answered = answer_store_request(*verb, request, *targets.store, now)) {
            return std::move(*answered);
        }
    }
    return Error{Errc::Unsupported,
                 "this kiosk cannot do \"" + verb->substr(0, 40) +
                     "\"; it can: status, invite, participant.remove, mute, session.open, "
                     "session.close, and what `sightline --help` lists for the store"};
}

}  // namespace

std::string answer_request(std::string_view line, const ControlTargets& targets, Now now) {
    json::parse_options bounded;
    bounded.max_depth = 4;
    boost::system::error_code wrong;
    const json::value value = json::parse(line, wrong, {}, bounded);
    if (wrong || !value.is_object()) {
        return json::serialize(
            refusal({Errc::Malformed, "a request is one JSON object on one line"}));
    }
    auto reply = [&]() -> base::Result<json::object> {
        try {
            return perform(value.as_object(), targets, now);
        } catch (const storage::StorageError& e) {
            return Error{Errc::Unavailable, e.what()};
        }
    }();
    if (!reply) return json::serialize(refusal(reply.error()));
    // At once, so that a link works as soon as it is printed.
    if (targets.hub != nullptr) targets.hub->flush();
    if (targets.engine != nullptr) targets.engine->settle();
    (*reply)["ok"] = true;
    return json::serialize(*reply);
}

}  // namespace sightline::kiosk
