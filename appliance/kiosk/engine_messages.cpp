#include "appliance/kiosk/engine_messages.h"

#include <boost/json/serialize.hpp>

#include "appliance/base/hex.h"
#include "appliance/kiosk/json_members.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

std::string line(const json::object& object) { return json::serialize(object) + "\n"; }

}  // namespace

base::Result<EngineMessage> parse_engine_message(std::string_view text) {
    auto object = parse_object(text);
    if (!object) return object.error();
    const std::string type = text_in(*object, "type");
    if (type == "nonce") {
        const auto bytes = base::from_hex(text_in(*object, "data"));
        if (!bytes || bytes->size() != lease::kNonceBytes) return malformed("nonce: no data");
        return EngineMessage(EngineNonce{base::load64(bytes->data())});
    }
    if (type == "hello") {
        const auto pid = integer_in(*object, "pid");
        if (!pid || *pid <= 0) return malformed("hello: no pid");
        return EngineMessage(EngineHello{*pid, text_in(*object, "source"),
                                         text_in(*object, "mirror"), text_in(*object, "run")});
    }
    if (type == "keys") {
        const auto epoch = integer_in(*object, "epoch");
        if (!epoch || *epoch <= 0) return malformed("keys: no epoch");
        return EngineMessage(EngineKeysTaken{static_cast<std::uint64_t>(*epoch)});
    }
    if (type == "pong") {
        const auto n = integer_in(*object, "n");
        if (!n) return malformed("pong: no n");
        return EngineMessage(EnginePong{*n});
    }
    if (type == "status") {
        object->erase("type");
        return EngineMessage(EngineStatus{std::move(*object)});
    }
    if (type.empty()) return malformed("no type");
    return EngineMessage(UnknownFromEngine{type});
}

std::string engine_join(const EngineJoin& join) {
    return line({{"type", "join"},
                 {"hub", join.hub},
                 {"fingerprint", join.fingerprint},
                 {"token", join.token},
                 {"session", join.session.text()}});
}
std::string engine_leave() { return line({{"type", "leave"}}); }
std::string engine_mute(Mute mute) {
    return line({{"type", "mute"}, {"audio", mute.audio}, {"video", mute.video}});
}
std::string engine_send(SendOrder order) {
    return line({{"type", "send"}, {"audio", order.audio}, {"video", order.video}});
}
std::string engine_heartbeat(const lease::HeartbeatBytes& beat) {
    return line({{"type", "heartbeat"}, {"data", base::to_hex(beat)}});
}
std::string engine_keys(const EngineKeys& keys) {
    const auto list = [](const std::vector<EngineKey>& all) {
        json::array out;
        for (const auto& key : all) {
            out.push_back({{"sender", key.sender.text()},
                           {"kind", key.video ? "video" : "audio"},
                           {"kid", key.kid},
                           {"key", key.base_key}});
        }
        return out;
    };
    json::array people;
    for (const auto& person : keys.people) {
        people.push_back({{"id", person.id.text()},
                          {"name", person.name},
                          {"role", person.role},
                          {"organisation", person.organisation}});
    }
    return line({{"type", "keys"},
                 {"session", keys.mark.session.text()},
                 {"epoch", keys.mark.epoch},
                 {"switch", keys.mark.switched},
                 {"old_ms", keys.old_ms},
                 {"send", list(keys.send)},
                 {"receive", list(keys.receive)},
                 {"people", std::move(people)}});
}
std::string engine_view(model::View view) {
    return line({{"type", "view"}, {"view", model::name_of(view)}});
}
std::string engine_ping(std::int64_t n) { return line({{"type", "ping"}, {"n", n}}); }

}  // namespace sightline::kiosk
