#include "appliance/kiosk/hub_messages.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "appliance/kiosk/json_members.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

// Of the 64 KiB of a frame, what people may take when a session is opened.
constexpr std::size_t kMaxOpenBytes = 48 * 1024;

model::LinkQuality link_of(const json::object& message, std::string_view direction) {
    const auto* value = message.if_contains(direction);
    if (value == nullptr || !value->is_object()) return {};
    const auto& link = value->as_object();
    const auto count = [&](std::string_view key) {
        return static_cast<std::uint64_t>(
            std::max<std::int64_t>(0, integer_in(link, key).value_or(0)));
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

std::int64_t ms_of(model::RecordTime time) { return time.time_since_epoch().count(); }

json::object participant_json(const model::Attendee& person) {
    const auto& p = person.participant;
    json::object out{{"id", p.id.text()},
                     {"name", p.name},
                     {"role", model::name_of(p.role)},
                     {"place", model::name_of(person.place)}};
    if (!person.organisation.empty()) out["organisation"] = person.organisation;
    if (!p.token_sha256.empty()) out["token_sha256"] = p.token_sha256;
    // One that was used admits nobody, so the hub need not know it.
    if (person.invitation && !person.invitation->used) {
        out["invitation"] = {{"sha256", person.invitation->sha256},
                             {"until", ms_of(person.invitation->until)}};
    }
    json::array passkeys;
    for (const auto& key : person.passkeys) {
        passkeys.push_back(
            {{"id", key.id}, {"public_key", key.public_key}, {"counter", key.counter}});
    }
    if (!passkeys.empty()) out["passkeys"] = std::move(passkeys);
    json::array logins;
    for (const auto& login : person.logins) {
        logins.push_back({{"sha256", login.sha256}, {"until", ms_of(login.until)}});
    }
    if (!logins.empty()) out["logins"] = std::move(logins);
    return out;
}

template <class Reason>
json::value name_or_null(const std::optional<Reason>& reason) {
    return reason ? json::value(model::name_of(*reason)) : json::value(nullptr);
}

base::Result<HubMessage> read_asked(const json::object& object, base::SessionId session,
                                    base::ParticipantId participant) {
    const std::string what = text_in(object, "what");
    if (what != "pause" && what != "end") return malformed("ask: what is neither pause nor end");
    return HubMessage(Asked{session, participant,
                            what == "pause" ? Asked::What::Pause : Asked::What::End,
                            text_in(object, "reason")});
}

base::Result<HubMessage> read_passkey(const json::object& object, base::SessionId session,
                                      base::ParticipantId participant) {
    const auto counter = integer_in(object, "counter");
    if (!counter || *counter < 0 || *counter > 0xFFFF'FFFF) return malformed("passkey: no counter");
    return HubMessage(PasskeySeen{session,
                                  participant,
                                  {text_in(object, "id"), text_in(object, "public_key"),
                                   static_cast<std::uint32_t>(*counter)}});
}

base::Result<HubMessage> read_letter(const json::object& object, base::SessionId session,
                                     base::ParticipantId participant) {
    const auto* text = object.if_contains("text");
    if (text == nullptr || !text->is_string()) return malformed("letter: no text");
    if (text->as_string().size() > kMaxLetterFromPage) return malformed("letter: too long");
    return HubMessage(HubLetter{session, participant, std::string(text->as_string())});
}

base::Result<HubMessage> read_about_somebody(const std::string& type, const json::object& object,
                                             base::SessionId session,
                                             base::ParticipantId participant) {
    if (type == "quality") {
        return HubMessage(
            QualityReport{session, participant, {link_of(object, "up"), link_of(object, "down")}});
    }
    if (type == "ask") return read_asked(object, session, participant);
    if (type == "refused") {
        return HubMessage(RefusedAtHub{session, participant, text_in(object, "what").substr(0, 64),
                                       text_in(object, "why").substr(0, 512)});
    }
    if (type == "passkey") return read_passkey(object, session, participant);
    if (type == "letter") return read_letter(object, session, participant);
    if (type == "login" || type == "logout") {
        std::string sha256 = text_in(object, "sha256");
        if (!model::is_sha256(sha256)) return malformed("login: no sha256");
        if (type == "logout") return HubMessage(LoggedOut{session, participant, std::move(sha256)});
        const auto until = time_in(object, "until");
        if (!until) return malformed("login: no until");
        return HubMessage(LoggedIn{session, participant, {std::move(sha256), *until}});
    }
    if (type == "invitation.used") {
        const auto at = time_in(object, "at");
        if (!at) return malformed("invitation.used: no at");
        return HubMessage(InvitationUsed{session, participant, *at});
    }
    const auto at = time_in(object, "at_ms");
    if (!at) return malformed("no at_ms");
    if (type == "participant.joined") return HubMessage(Joined{session, participant, *at});
    // A reason that a newer hub invents still ends the stay.
    const auto reason = model::leave_reason_from_name(text_in(object, "reason"));
    return HubMessage(Left{session, participant, *at, reason.value_or(model::LeaveReason::Lost)});
}

bool is_about_somebody(const std::string& type) {
    for (const char* known : {"participant.joined", "participant.left", "quality", "ask", "passkey",
                              "login", "logout", "invitation.used", "refused", "letter"}) {
        if (type == known) return true;
    }
    return false;
}

}  // namespace

base::Result<HubMessage> parse_hub_message(std::string_view text) {
    const auto object = parse_object(text);
    if (!object) return object.error();
    const std::string type = text_in(*object, "type");
    if (type.empty()) return malformed("no type");
    if (type == "error") return HubMessage(HubComplaint{text_in(*object, "detail").substr(0, 512)});

    if (type == "elsewhere") {
        return HubMessage(HubElsewhere{text_in(*object, "origin").substr(0, 512)});
    }

    const auto session = id_in<base::SessionId>(*object, "session");
    if (type == "opened" || type == "lease.dead" || type == "lease.alive") {
        if (!session) return malformed("no session");
        if (type == "opened") return HubMessage(Opened{*session});
        return HubMessage(LeaseLife{*session, type == "lease.alive"});
    }
    if (!is_about_somebody(type)) return HubMessage(Unknown{type});
    const auto participant = id_in<base::ParticipantId>(*object, "participant");
    if (!session || !participant) return malformed("no session or participant");
    return read_about_somebody(type, *object, *session, *participant);
}

std::string hub_hello(std::string_view kiosk, std::string_view key, std::string_view device_jwk,
                      std::uint64_t incarnation) {
    return json::serialize(json::object{{"type", "hello"},
                                        {"kiosk", kiosk},
                                        {"key", key},
                                        {"device_key", json::parse(device_jwk)},
                                        {"incarnation", incarnation}});
}

std::vector<std::string> session_open(const model::Interview& interview,
                                      const model::Standing& standing,
                                      std::span<const model::Attendee> people) {
    json::array fitting;
    json::array members;
    std::vector<std::string> others;
    std::size_t bytes = 0;
    for (const auto& person : people) {
        members.emplace_back(person.participant.id.text());
        auto object = participant_json(person);
        bytes += json::serialize(object).size() + 1;
        if (bytes <= kMaxOpenBytes) {
            fitting.push_back(std::move(object));
        } else {
            others.push_back(participant_add(person));
        }
    }
    std::vector<std::string> messages{
        json::serialize(json::object{{"type", "session.open"},
                                     {"session", interview.id.text()},
                                     {"title", interview.title},
                                     {"state", model::name_of(standing.state)},
                                     {"pause", name_or_null(standing.pause)},
                                     {"members", std::move(members)},
                                     {"participants", std::move(fitting)}})};
    messages.insert(messages.end(), std::make_move_iterator(others.begin()),
                    std::make_move_iterator(others.end()));
    return messages;
}

std::string session_state(base::SessionId session, const model::Standing& standing) {
    return json::serialize(json::object{{"type", "session.state"},
                                        {"session", session.text()},
                                        {"state", model::name_of(standing.state)},
                                        {"pause", name_or_null(standing.pause)},
                                        {"end_reason", name_or_null(standing.end_reason)}});
}

std::string session_close(base::SessionId session) {
    return json::serialize(json::object{{"type", "session.close"}, {"session", session.text()}});
}

std::string session_set_aside(base::SessionId session) {
    return json::serialize(
        json::object{{"type", "session.close"}, {"session", session.text()}, {"later", true}});
}

std::string participant_add(const model::Attendee& person) {
    return json::serialize(json::object{{"type", "participant.add"},
                                        {"session", person.participant.session.text()},
                                        {"participant", participant_json(person)}});
}

std::string participant_place(const model::Attendee& person) {
    return json::serialize(json::object{{"type", "participant.place"},
                                        {"session", person.participant.session.text()},
                                        {"participant", person.participant.id.text()},
                                        {"place", model::name_of(person.place)}});
}

std::string participant_remove(base::SessionId session, base::ParticipantId participant) {
    return json::serialize(json::object{{"type", "participant.remove"},
                                        {"session", session.text()},
                                        {"participant", participant.text()}});
}

std::string lease_message(base::SessionId session, std::string_view jws,
                          const base::Secret& heartbeat_key) {
    return json::serialize(json::object{{"type", "lease"},
                                        {"session", session.text()},
                                        {"jws", jws},
                                        {"heartbeat_key", base::to_hex(heartbeat_key.reveal())}});
}

std::string letter_message(base::SessionId session, base::ParticipantId participant,
                           std::string_view text) {
    CHECK(text.size() <= kMaxLetterToPage);
    return json::serialize(json::object{{"type", "letter"},
                                        {"session", session.text()},
                                        {"participant", participant.text()},
                                        {"text", text}});
}

}  // namespace sightline::kiosk
