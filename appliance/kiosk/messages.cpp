#include "appliance/kiosk/messages.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::size_t kMaxText = 512;

Error malformed(const char* what) { return {Errc::Malformed, what}; }

base::Result<json::object> parse_object(std::string_view text) {
    json::parse_options bounded;
    bounded.max_depth = 8;
    boost::system::error_code wrong;
    json::value value = json::parse(text, wrong, {}, bounded);
    if (wrong || !value.is_object()) return malformed("no JSON object");
    return std::move(value.as_object());
}

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(value->as_string().subview(0, kMaxText));
}

template <class Id>
std::optional<Id> id_of(const json::object& object, std::string_view key) {
    return Id::parse(text_of(object, key));
}

std::optional<std::int64_t> integer_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code no_integer;
    const auto number = value->to_number<std::int64_t>(no_integer);
    if (no_integer) return std::nullopt;
    return number;
}

std::optional<model::RecordTime> time_of(const json::object& object, std::string_view key) {
    // Up to the year 9999: what RFC 3339 can write.
    constexpr std::int64_t kLatest = 253'402'300'799'999;
    const auto ms = integer_of(object, key);
    if (!ms || *ms < 0 || *ms > kLatest) return std::nullopt;
    return model::RecordTime{std::chrono::milliseconds(*ms)};
}

model::LinkQuality link_of(const json::object& message, std::string_view direction) {
    const auto* value = message.if_contains(direction);
    if (value == nullptr || !value->is_object()) return {};
    const auto& link = value->as_object();
    const auto count = [&](std::string_view key) {
        return static_cast<std::uint64_t>(
            std::max<std::int64_t>(0, integer_of(link, key).value_or(0)));
    };
    const auto milliseconds = [&](std::string_view key) -> std::optional<double> {
        const auto* number = link.if_contains(key);
        if (number == nullptr || !number->is_number()) return std::nullopt;
        const double ms = number->to_number<double>();
        return ms >= 0 ? std::optional(ms) : std::nullopt;
    };
    return {count("packets"),
            count("bytes"),
            count("lost"),
            count("nacks"),
            count("retransmitted"),
            count("key_frame_requests"),
            milliseconds("round_trip_ms"),
            milliseconds("jitter_ms")};
}

json::object participant_json(const model::Participant& p) {
    return {{"id", p.id.text()},
            {"name", p.name},
            {"role", model::name_of(p.role)},
            {"token_sha256", p.token_sha256}};
}

std::string line(const json::object& object) { return json::serialize(object) + "\n"; }

}  // namespace

base::Result<HubMessage> parse_hub_message(std::string_view text) {
    auto object = parse_object(text);
    if (!object) return object.error();
    const std::string type = text_of(*object, "type");
    if (type.empty()) return malformed("no type");
    if (type == "error") return HubMessage(HubComplaint{text_of(*object, "detail")});

    const auto session = id_of<base::SessionId>(*object, "session");
    if (type == "opened") {
        if (!session) return malformed("opened: no session");
        return HubMessage(Opened{*session});
    }
    const bool about_somebody =
        type == "participant.joined" || type == "participant.left" || type == "quality";
    if (!about_somebody) return HubMessage(Unknown{type});

    const auto participant = id_of<base::ParticipantId>(*object, "participant");
    if (!session || !participant) return malformed("no session or participant");
    if (type == "quality") {
        return HubMessage(QualityReport{
            *session, *participant, {link_of(*object, "up"), link_of(*object, "down")}});
    }
    const auto at = time_of(*object, "at_ms");
    if (!at) return malformed("no at_ms");
    if (type == "participant.joined") return HubMessage(Joined{*session, *participant, *at});
    // A reason that a newer hub invents still ends the stay.
    const auto reason = model::leave_reason_from_name(text_of(*object, "reason"));
    return HubMessage(Left{*session, *participant, *at, reason.value_or(model::LeaveReason::Lost)});
}

std::string hub_hello(std::string_view kiosk, std::string_view key) {
    return json::serialize(json::object{{"type", "hello"}, {"kiosk", kiosk}, {"key", key}});
}

std::string session_open(const model::Interview& interview,
                         std::span<const model::Participant> participants) {
    json::array people;
    for (const auto& p : participants) people.push_back(participant_json(p));
    return json::serialize(json::object{{"type", "session.open"},
                                        {"session", interview.id.text()},
                                        {"title", interview.title},
                                        {"participants", std::move(people)}});
}

std::string session_close(base::SessionId session) {
    return json::serialize(json::object{{"type", "session.close"}, {"session", session.text()}});
}

std::string participant_add(const model::Participant& participant) {
    return json::serialize(json::object{{"type", "participant.add"},
                                        {"session", participant.session.text()},
                                        {"participant", participant_json(participant)}});
}

std::string participant_remove(base::SessionId session, base::ParticipantId participant) {
    return json::serialize(json::object{{"type", "participant.remove"},
                                        {"session", session.text()},
                                        {"participant", participant.text()}});
}

base::Result<EngineMessage> parse_engine_message(std::string_view text) {
    auto object = parse_object(text);
    if (!object) return object.error();
    const std::string type = text_of(*object, "type");
    if (type == "hello") {
        const auto pid = integer_of(*object, "pid");
        if (!pid || *pid <= 0) return malformed("hello: no pid");
        return EngineMessage(
            EngineHello{*pid, text_of(*object, "source"), text_of(*object, "mirror")});
    }
    if (type == "pong") {
        const auto n = integer_of(*object, "n");
        if (!n) return malformed("pong: no n");
        return EngineMessage(EnginePong{*n});
    }
    if (type == "status") {
        object->erase("type");
        return EngineMessage(EngineStatus{std::move(*object)});
    }
    if (type.empty()) return malformed("no type");
    return EngineMessage(Unknown{type});
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
std::string engine_ping(std::int64_t n) { return line({{"type", "ping"}, {"n", n}}); }

}  // namespace sightline::kiosk
