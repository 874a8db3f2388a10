#include "appliance/hub/messages.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

namespace sightline::hub {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;

constexpr std::size_t kMaxText = 200;
constexpr std::size_t kMaxToken = 128;

Error malformed(std::string text) { return Error(Errc::Malformed, std::move(text)); }

Result<json::value> parse_bounded(std::string_view text) {
    json::parse_options options;
    options.max_depth = 6;  // the deepest message of ours has four
    json::error_code ec;
    json::value value = json::parse(text, ec, {}, options);
    if (ec) return malformed("not JSON: send one JSON object per message");
    return value;
}

Result<json::object> parse_object(std::string_view text) {
    auto value = parse_bounded(text);
    if (!value) return value.error();
    if (!value->is_object()) return malformed("not a JSON object: send one object per message");
    return std::move(value->as_object());
}

Result<std::string> text_of(const json::object& object, std::string_view key, std::size_t most) {
    const json::value* value = object.if_contains(key);
    if (!value || !value->is_string()) {
        return malformed("\"" + std::string(key) + "\" is missing or not a string");
    }
    const json::string& text = value->get_string();
    if (text.size() > most) {
        return malformed("\"" + std::string(key) + "\" is longer than " + std::to_string(most) +
                         " bytes");
    }
    // A name goes on other people's screens and in logs of theirs: no line breaks, no escapes.
    const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (!clean) return malformed("\"" + std::string(key) + "\" has control characters");
    return std::string(text);
}

template <class Id>
Result<Id> id_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value && value->is_string()) {
        const auto id = Id::parse(value->get_string());
        if (id && *id) return *id;
    }
    return malformed("\"" + std::string(key) + "\" must be 16 hexadecimal digits, not all zero");
}

enum class ClearToken { Refused, Allowed };

Result<ParticipantSpec> participant_of(const json::value& value, ClearToken clear) {
    if (!value.is_object()) return malformed("a participant must be an object");
    const json::object& object = value.get_object();
    ParticipantSpec spec;
    auto id = id_of<base::ParticipantId>(object, "id");
    if (!id) return id.error();
    spec.id = *id;
    auto name = text_of(object, "name", kMaxText);
    if (!name) return name.error();
    spec.name = *std::move(name);
    auto role_name = text_of(object, "role", kMaxText);
    if (!role_name) return role_name.error();
    const auto role = model::role_from_name(*role_name);
    if (!role) return malformed("\"role\" is none that the hub knows");
    spec.role = *role;
    if (clear == ClearToken::Allowed && object.contains("token")) {
        auto token = text_of(object, "token", kMaxToken);
        if (!token) return token.error();
        if (token->empty()) return malformed("\"token\" is empty");
        spec.token = hash_token(*token);
        return spec;
    }
    auto hex = text_of(object, "token_sha256", 64);
    if (!hex) return hex.error();
    const auto hash = token_hash_from_hex(*hex);
    if (!hash) return malformed("\"token_sha256\" must be 64 hexadecimal digits");
    spec.token = *hash;
    return spec;
}

Result<SessionSpec> session_of(const json::object& object, ClearToken clear) {
    SessionSpec spec;
    auto id = id_of<base::SessionId>(object, "session");
    if (!id) return id.error();
    spec.id = *id;
    auto title = text_of(object, "title", kMaxText);
    if (!title) return title.error();
    spec.title = *std::move(title);
    const json::value* list = object.if_contains("participants");
    if (!list || !list->is_array()) return malformed("\"participants\" must be a list");
    if (list->get_array().size() > kMaxParticipants) {
        return Error(Errc::TooLarge, "\"participants\" has more than " +
                                         std::to_string(kMaxParticipants) + " entries");
    }
    for (const json::value& value : list->get_array()) {
        auto participant = participant_of(value, clear);
        if (!participant) return participant.error();
        spec.participants.push_back(*std::move(participant));
    }
    return spec;
}

Result<Track> track_of(const json::object& object, std::string_view key) {
    auto text = text_of(object, key, 8);
    if (!text) return text.error();
    if (*text == "on") return Track::On;
    if (*text == "muted") return Track::Muted;
    if (*text == "none") return Track::None;
    return malformed("\"" + std::string(key) + "\" must be on, muted or none");
}

const char* text_of(Track track) {
    switch (track) {
        case Track::On:
            return "on";
        case Track::Muted:
            return "muted";
        case Track::None:
            break;
    }
    return "none";
}

json::value milliseconds(const std::optional<base::Duration>& duration) {
    if (!duration) return nullptr;
    return std::chrono::duration<double, std::milli>(*duration).count();
}

json::object direction_json(const DirectionQuality& q) {
    return {{"connected", q.connected},
            {"packets", q.packets},
            {"bytes", q.bytes},
            {"lost", q.lost},
            {"nacks", q.nacks},
            {"retransmitted", q.retransmitted},
            {"key_frame_requests", q.key_frame_requests},
            {"round_trip_ms", milliseconds(q.round_trip)},
            {"jitter_ms", milliseconds(q.jitter)}};
}

std::string write(const json::object& object) { return json::serialize(object); }

}  // namespace

Result<ControlMessage> parse_control_message(std::string_view text) {
    if (text.size() > kMaxControlMessage) return Errc::TooLarge;
    auto object = parse_object(text);
    if (!object) return object.error();
    auto type = text_of(*object, "type", 64);
    if (!type) return type.error();
    if (*type == "hello") {
        auto token = text_of(*object, "token", kMaxToken);
        if (!token) return token.error();
        return ControlHello{*std::move(token)};
    }
    if (*type == "media") {
        auto audio = track_of(*object, "audio");
        if (!audio) return audio.error();
        auto video = track_of(*object, "video");
        if (!video) return video.error();
        return TracksMessage{*audio, *video};
    }
    if (*type == "bye") return Bye{};
    return malformed("\"type\" is none that a participant may send: use hello, media or bye");
}

Result<KioskMessage> parse_kiosk_message(std::string_view text) {
    if (text.size() > kMaxKioskMessage) return Errc::TooLarge;
    auto object = parse_object(text);
    if (!object) return object.error();
    auto type = text_of(*object, "type", 64);
    if (!type) return type.error();
    if (*type == "hello") {
        auto kiosk = text_of(*object, "kiosk", kMaxText);
        if (!kiosk) return kiosk.error();
        if (kiosk->empty()) return malformed("\"kiosk\" is empty");
        auto key = text_of(*object, "key", kMaxToken);
        if (!key) return key.error();
        auto device = kiosk_device_of(*object);
        if (!device) return device.error();
        return KioskHello{*std::move(kiosk), *std::move(key), *std::move(device)};
    }
    if (*type == "session.open") {
        auto spec = session_of(*object, ClearToken::Refused);
        if (!spec) return spec.error();
        return SessionOpen{*std::move(spec)};
    }
    if (*type == "lease") {
        auto lease = lease_message_of(*object);
        if (!lease) return lease.error();
        return *std::move(lease);
    }
    auto session = id_of<base::SessionId>(*object, "session");
    if (*type == "session.close") {
        if (!session) return session.error();
        return SessionClose{*session};
    }
    if (*type == "participant.add") {
        if (!session) return session.error();
        const json::value* value = object->if_contains("participant");
        if (!value) return malformed("\"participant\" is missing");
        auto participant = participant_of(*value, ClearToken::Refused);
        if (!participant) return participant.error();
        return ParticipantAdd{*session, *std::move(participant)};
    }
    if (*type == "participant.remove") {
        if (!session) return session.error();
        auto participant = id_of<base::ParticipantId>(*object, "participant");
        if (!participant) return participant.error();
        return ParticipantRemove{*session, *participant};
    }
    return malformed("\"type\" is none that a kiosk may send");
}

Result<std::vector<SessionSpec>> parse_static_sessions(std::string_view text) {
    auto value = parse_bounded(text);
    if (!value) return value.error();
    json::array list;
    if (value->is_array()) {
        list = value->get_array();
    } else if (value->is_object() && value->get_object().contains("sessions")) {
        const json::value& sessions = value->get_object().at("sessions");
        if (!sessions.is_array()) return malformed("\"sessions\" must be a list");
        list = sessions.get_array();
    } else {
        list.push_back(*value);
    }
    std::vector<SessionSpec> specs;
    for (const json::value& entry : list) {
        if (!entry.is_object()) return malformed("a session must be an object");
        auto spec = session_of(entry.get_object(), ClearToken::Allowed);
        if (!spec) return spec.error();
        specs.push_back(*std::move(spec));
    }
    return specs;
}

std::string welcome_message(const Session& session, const Participant& self, std::int64_t now_ms) {
    json::array may;
    if (model::may(self.role, model::Deed::Publish)) may.push_back("publish");
    if (model::may(self.role, model::Deed::Subscribe)) may.push_back("subscribe");
    if (model::may(self.role, model::Deed::Signal)) may.push_back("signal");
    return write({{"type", "welcome"},
                  {"session", session.id.text()},
                  {"title", session.title},
                  {"self", self.id.text()},
                  {"name", self.name},
                  {"role", model::name_of(self.role)},
                  {"may", std::move(may)},
                  {"server_time_ms", now_ms}});
}

std::string roster_message(const std::vector<RosterEntry>& roster) {
    json::array list;
    for (const RosterEntry& entry : roster) {
        list.push_back({{"id", entry.id.text()},
                        {"name", entry.name},
                        {"role", model::name_of(entry.role)},
                        {"present", entry.present},
                        {"publishing", entry.publishing},
                        {"audio", text_of(entry.audio)},
                        {"video", text_of(entry.video)}});
    }
    return write({{"type", "roster"}, {"participants", std::move(list)}});
}

std::string slots_message(base::ResourceId resource,
                          const std::vector<base::ParticipantId>& slots) {
    json::array list;
    for (const base::ParticipantId slot : slots) {
        list.push_back(slot ? json::value(slot.text()) : json::value(nullptr));
    }
    return write({{"type", "slots"}, {"resource", resource.text()}, {"slots", std::move(list)}});
}

std::string ended_message(std::string_view reason) {
    return write({{"type", "ended"}, {"reason", reason}});
}

std::string control_error_message(int code, std::string_view detail) {
    return write({{"type", "error"}, {"code", code}, {"detail", detail}});
}

std::string opened_message(base::SessionId session) {
    return write({{"type", "opened"}, {"session", session.text()}});
}

std::string joined_message(base::SessionId session, base::ParticipantId participant,
                           std::int64_t at_ms) {
    return write({{"type", "participant.joined"},
                  {"session", session.text()},
                  {"participant", participant.text()},
                  {"at_ms", at_ms}});
}

std::string left_message(base::SessionId session, base::ParticipantId participant,
                         std::int64_t at_ms, std::string_view reason) {
    return write({{"type", "participant.left"},
                  {"session", session.text()},
                  {"participant", participant.text()},
                  {"at_ms", at_ms},
                  {"reason", reason}});
}

std::string quality_message(const Quality& quality) {
    return write({{"type", "quality"},
                  {"session", quality.session.text()},
                  {"participant", quality.participant.text()},
                  {"up", direction_json(quality.up)},
                  {"down", direction_json(quality.down)}});
}

std::string kiosk_error_message(std::string_view detail) {
    return write({{"type", "error"}, {"detail", detail}});
}

std::string problem_json(unsigned status, std::string_view title, std::string_view detail) {
    return write({{"status", status}, {"title", title}, {"detail", detail}});
}

}  // namespace sightline::hub
