#include "appliance/hub/spec_members.h"

#include <utility>

#include "appliance/hub/json_members.h"
#include "appliance/hub/webauthn_data.h"

namespace sightline::hub {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;

// Of texts in base64url; the bytes are judged afterwards.
constexpr std::size_t kMaxBase64 = (model::kMaxPublicKeyBytes + 2) / 3 * 4;

Result<TokenHash> hash_of(const json::object& object, std::string_view key) {
    auto hex = text_of(object, key, 64);
    if (!hex) return hex.error();
    const auto hash = token_hash_from_hex(*hex);
    if (!hash) return malformed("\"" + std::string(key) + "\" must be 64 hexadecimal digits");
    return *hash;
}

// An invitation or a login: {"sha256", "until"}.
template <class Spec>
Result<Spec> dated_hash_of(const json::value& value) {
    if (!value.is_object()) return malformed("an invitation or a login must be an object");
    auto hash = hash_of(value.get_object(), "sha256");
    if (!hash) return hash.error();
    auto until = time_of(value.get_object(), "until");
    if (!until) return until.error();
    return Spec{*hash, *until};
}

Result<Passkey> passkey_of(const json::value& value) {
    if (!value.is_object()) return malformed("a passkey must be an object");
    const json::object& object = value.get_object();
    auto id = base64url_of(object, "id", kMaxBase64);
    if (!id) return id.error();
    if (id->empty() || id->size() > kMaxPasskeyIdBytes) {
        return malformed("the \"id\" of a passkey must have 1 to " +
                         std::to_string(kMaxPasskeyIdBytes) + " bytes");
    }
    auto key = base64url_of(object, "public_key", kMaxBase64);
    if (!key) return key.error();
    if (const auto point = read_cose_key(*key); !point) return point.error();
    auto counter = number_of(object, "counter");
    if (!counter) return counter.error();
    if (*counter < 0 || *counter > 0xffffffff) return malformed("\"counter\" has 32 bits");
    return Passkey{*std::move(id), *std::move(key), static_cast<std::uint32_t>(*counter)};
}

template <class Value>
Result<std::vector<Value>> list_of(const json::object& object, std::string_view key,
                                   std::size_t most, Result<Value> (*read)(const json::value&)) {
    std::vector<Value> list;
    const json::value* found = object.if_contains(key);
    if (!found) return list;
    if (!found->is_array() || found->get_array().size() > most) {
        return malformed("\"" + std::string(key) + "\" must be a list of at most " +
                         std::to_string(most));
    }
    for (const json::value& value : found->get_array()) {
        auto entry = read(value);
        if (!entry) return entry.error();
        list.push_back(*std::move(entry));
    }
    return list;
}

Result<CredentialSpec> credentials_of(const json::object& object) {
    CredentialSpec spec;
    if (const json::value* value = object.if_contains("invitation")) {
        auto invitation = dated_hash_of<InvitationSpec>(*value);
        if (!invitation) return invitation.error();
        spec.invitation = *invitation;
    }
    auto logins = list_of<LoginSpec>(object, "logins", kMaxLogins, dated_hash_of<LoginSpec>);
    if (!logins) return logins.error();
    spec.logins = *std::move(logins);
    auto passkeys = list_of<Passkey>(object, "passkeys", kMaxPasskeys, passkey_of);
    if (!passkeys) return passkeys.error();
    spec.passkeys = *std::move(passkeys);
    return spec;
}

}  // namespace

Result<model::Place> place_of(const json::object& object) {
    auto name = text_of(object, "place", 16);
    if (!name) return name.error();
    const auto place = model::place_from_name(*name);
    if (!place) return malformed("\"place\" must be lobby or admitted");
    return *place;
}

Result<model::Standing> standing_of(const json::object& object) {
    auto name = text_of(object, "state", 16);
    if (!name) return name.error();
    const auto state = model::state_from_name(*name);
    if (!state) return malformed("\"state\" is none that the hub knows");
    auto pause = reason_of(object, "pause", model::pause_reason_from_name);
    if (!pause) return pause.error();
    if (pause->has_value() != (*state == model::State::Paused)) {
        return malformed("\"pause\" must be there when the state is paused, and only then");
    }
    model::Standing standing{*state, *pause, std::nullopt};
    if (*state == model::State::Ended) {
        auto end = reason_of(object, "end_reason", model::end_reason_from_name);
        if (!end) return end.error();
        standing.end_reason = *end;
    }
    return standing;
}

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
    if (object.contains("organisation")) {
        auto organisation = text_of(object, "organisation", kMaxText);
        if (!organisation) return organisation.error();
        spec.organisation = *std::move(organisation);
    }
    if (object.contains("place")) {
        auto place = place_of(object);
        if (!place) return place.error();
        spec.place = *place;
    }
    auto credentials = credentials_of(object);
    if (!credentials) return credentials.error();
    spec.credentials = *std::move(credentials);
    if (object.contains("token")) {
        if (clear == ClearToken::Refused) {
            return malformed("\"token\" is secret; send \"token_sha256\"");
        }
        auto token = text_of(object, "token", kMaxToken);
        if (!token) return token.error();
        if (token->empty()) return malformed("\"token\" is empty");
        spec.token = hash_token(*token);
        return spec;
    }
    if (object.contains("token_sha256")) {
        auto hash = hash_of(object, "token_sha256");
        if (!hash) return hash.error();
        spec.token = *hash;
    }
    return spec;
}

Result<std::vector<base::ParticipantId>> members_of(const json::object& object) {
    const json::value& list = object.at("members");
    if (!list.is_array() || list.get_array().size() > kMaxParticipants) {
        return malformed("\"members\" must be a list of at most 64 participants' ids");
    }
    std::vector<base::ParticipantId> members;
    for (const json::value& value : list.get_array()) {
        const auto id =
            value.is_string() ? base::ParticipantId::parse(value.get_string()) : std::nullopt;
        if (!id) return malformed("\"members\" must be a list of participants' ids");
        members.push_back(*id);
    }
    return members;
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
    // A kiosk that says nothing of the state has nobody let in yet.
    if (object.contains("state")) {
        auto standing = standing_of(object);
        if (!standing) return standing.error();
        spec.standing = *standing;
    }
    if (object.contains("members")) {
        auto members = members_of(object);
        if (!members) return members.error();
        spec.members = *std::move(members);
    }
    for (const json::value& value : list->get_array()) {
        auto participant = participant_of(value, clear);
        if (!participant) return participant.error();
        spec.participants.push_back(*std::move(participant));
    }
    return spec;
}

}  // namespace sightline::hub
