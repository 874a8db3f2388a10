#include "appliance/hub/messages.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "appliance/base/hex.h"
#include "appliance/hub/json_members.h"
#include "appliance/hub/overloaded.h"
#include "appliance/hub/spec_members.h"

namespace sightline::hub {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;

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

template <class Reason>
json::value name_or_null(const std::optional<Reason>& reason) {
    return reason ? json::value(model::name_of(*reason)) : json::value(nullptr);
}

void add_state(json::object& message, const Situation& situation) {
    message["state"] = model::name_of(situation.standing.state);
    message["pause"] = name_or_null(situation.standing.pause);
    message["end_reason"] = name_or_null(situation.standing.end_reason);
    message["may"] = json::array(situation.may.begin(), situation.may.end());
}

std::string write(const json::object& object) { return json::serialize(object); }

std::string write_ask(const Holder& holder, const char* what, json::value reason) {
    return write({{"type", "ask"},
                  {"session", holder.session.text()},
                  {"participant", holder.participant.text()},
                  {"what", what},
                  {"reason", std::move(reason)}});
}

}  // namespace

Result<ControlMessage> parse_control_message(std::string_view text) {
    if (text.size() > kMaxControlMessage) return Errc::TooLarge;
    auto object = parse_object(text);
    if (!object) return object.error();
    auto type = text_of(*object, "type", 64);
    if (!type) return type.error();
    if (*type == "hello") {
        const bool by_ticket = object->contains("ticket");
        auto proof = text_of(*object, by_ticket ? "ticket" : "token", kMaxToken);
        if (!proof) return proof.error();
        if (by_ticket) return ControlHello{{}, *std::move(proof)};
        return ControlHello{*std::move(proof), {}};
    }
    if (*type == "media") {
        auto audio = track_of(*object, "audio");
        if (!audio) return audio.error();
        auto video = track_of(*object, "video");
        if (!video) return video.error();
        return TracksMessage{*audio, *video};
    }
    if (*type == "ask") {
        auto what = text_of(*object, "what", 16);
        if (!what) return what.error();
        if (*what == "pause") {
            auto reason = reason_of(*object, "reason", model::pause_reason_from_name);
            if (!reason) return reason.error();
            return AskPause{*reason};
        }
        if (*what == "end") {
            auto reason = reason_of(*object, "reason", model::end_reason_from_name);
            if (!reason) return reason.error();
            return AskEnd{*reason};
        }
        return malformed("\"what\" must be pause or end");
    }
    if (*type == "letter") {
        auto letter = text_of(*object, "text", kMaxLetterUp);
        if (!letter) return letter.error();
        return Letter{*std::move(letter)};
    }
    if (*type == "bye") return Bye{};
    return malformed(
        "\"type\" is none that a participant may send: use hello, media, ask, letter or bye");
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
        const json::value* later = object->if_contains("later");
        if (later && !later->is_bool()) return malformed("\"later\" must be true or false");
        return SessionClose{*session, later && later->as_bool()};
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
    if (*type == "participant.place") {
        if (!session) return session.error();
        auto participant = id_of<base::ParticipantId>(*object, "participant");
        if (!participant) return participant.error();
        auto place = place_of(*object);
        if (!place) return place.error();
        return ParticipantPlace{*session, *participant, *place};
    }
    if (*type == "letter") {
        if (!session) return session.error();
        auto participant = id_of<base::ParticipantId>(*object, "participant");
        if (!participant) return participant.error();
        auto letter = text_of(*object, "text", kMaxLetterDown);
        if (!letter) return letter.error();
        return KioskLetter{*session, *participant, *std::move(letter)};
    }
    if (*type == "session.state") {
        if (!session) return session.error();
        auto standing = standing_of(*object);
        if (!standing) return standing.error();
        return SessionState{*session, *standing};
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
        spec->standing = {model::State::Live, std::nullopt, std::nullopt};
        for (ParticipantSpec& participant : spec->participants) {
            participant.place = model::Place::Admitted;
        }
        specs.push_back(*std::move(spec));
    }
    return specs;
}

Situation situation_of(const Session& session, const Participant& self) {
    Situation situation;
    situation.place = self.place;
    if (self.place == model::Place::Lobby) {
        const bool over = session.standing.state == model::State::Ended;
        situation.standing.state = over ? model::State::Ended : model::State::Waiting;
        return situation;
    }
    situation.standing = session.standing;
    situation.title = session.title;
    constexpr std::array kAsked = {
        std::pair{access::Action::SendMedia, "publish"},
        std::pair{access::Action::ReceiveMedia, "subscribe"},
        std::pair{access::Action::SayTracks, "signal"},
        std::pair{access::Action::AskPause, "pause"},
        std::pair{access::Action::AskEnd, "end"},
    };
    for (const auto& [action, word] : kAsked) {
        if (session.may(self, action)) situation.may.emplace_back(word);
    }
    return situation;
}

std::string welcome_message(const Session& session, const Participant& self, std::int64_t now_ms) {
    const Situation situation = situation_of(session, self);
    json::object welcome{{"type", "welcome"},
                         {"session", session.id.text()},
                         {"title", situation.title},
                         {"self", self.id.text()},
                         {"name", self.name},
                         {"role", model::name_of(self.role)},
                         {"place", model::name_of(situation.place)},
                         {"server_time_ms", now_ms}};
    add_state(welcome, situation);
    return write(welcome);
}

std::string place_message(const Situation& situation) {
    return write({{"type", "place"},
                  {"place", model::name_of(situation.place)},
                  {"title", situation.title}});
}

std::string state_message(const Situation& situation) {
    json::object state{{"type", "state"}};
    add_state(state, situation);
    return write(state);
}

std::string roster_message(const std::vector<RosterEntry>& roster) {
    json::array list;
    for (const RosterEntry& entry : roster) {
        list.push_back({{"id", entry.id.text()},
                        {"name", entry.name},
                        {"role", model::name_of(entry.role)},
                        {"organisation", entry.organisation},
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

std::string letter_message(std::string_view text) {
    return write({{"type", "letter"}, {"text", text}});
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
                         std::int64_t at_ms, model::LeaveReason reason) {
    return write({{"type", "participant.left"},
                  {"session", session.text()},
                  {"participant", participant.text()},
                  {"at_ms", at_ms},
                  {"reason", model::name_of(reason)}});
}

std::string ask_message(const Holder& holder, const AskPause& ask) {
    return write_ask(holder, "pause", name_or_null(ask.reason));
}

std::string ask_message(const Holder& holder, const AskEnd& ask) {
    return write_ask(holder, "end", name_or_null(ask.reason));
}

std::string credential_message(base::SessionId session, base::ParticipantId participant,
                               const CredentialNews& news) {
    json::object object{{"session", session.text()}, {"participant", participant.text()}};
    const auto write_used = [&](const InvitationUsed& used) {
        object["type"] = "invitation.used";
        object["at"] = used.at.time_since_epoch().count();
    };
    const auto write_login = [&](const LoginStarted& started) {
        object["type"] = "login";
        object["sha256"] = base::to_hex(started.login.sha256);
        object["until"] = started.login.until.time_since_epoch().count();
    };
    const auto write_logout = [&](const LoginEnded& ended) {
        object["type"] = "logout";
        object["sha256"] = base::to_hex(ended.sha256);
    };
    const auto write_passkey = [&](const PasskeyChanged& changed) {
        object["type"] = "passkey";
        object["id"] = base::to_base64url(changed.passkey.id);
        object["public_key"] = base::to_base64url(changed.passkey.public_key);
        object["counter"] = changed.passkey.counter;
    };
    std::visit(Overloaded{write_used, write_login, write_logout, write_passkey}, news);
    return write(object);
}

std::string letter_message(const Holder& from, std::string_view text) {
    return write({{"type", "letter"},
                  {"session", from.session.text()},
                  {"participant", from.participant.text()},
                  {"text", text}});
}

std::string refused_message(const Holder& who, std::string_view what, std::string_view why) {
    return write({{"type", "refused"},
                  {"session", who.session.text()},
                  {"participant", who.participant.text()},
                  {"what", what},
                  {"why", why}});
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

}  // namespace sightline::hub
