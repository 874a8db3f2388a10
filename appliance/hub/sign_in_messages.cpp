#include "appliance/hub/sign_in_messages.h"

#include <boost/json.hpp>
#include <chrono>

#include "appliance/base/hex.h"
#include "appliance/hub/challenges.h"
#include "appliance/hub/json_members.h"
#include "appliance/hub/spec_members.h"

namespace sightline::hub {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;

constexpr std::int64_t kEs256 = -7;

Result<json::object> parse_body(std::string_view body) {
    if (body.size() > kMaxSignInBody) {
        return Error(Errc::TooLarge, "the request is larger than 16 KiB; send less");
    }
    return parse_object(body);
}

// The authenticator's answer stands in "response", as PublicKeyCredential.toJSON() has it.
Result<json::object> response_of(const json::object& object) {
    const json::value* response = object.if_contains("response");
    if (!response || !response->is_object()) {
        return malformed("\"response\" is missing or not an object");
    }
    return response->get_object();
}

std::int64_t timeout_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(kChallengeLife).count();
}

}  // namespace

Result<std::string> parse_invitation(std::string_view body) {
    const auto object = parse_body(body);
    if (!object) return object.error();
    return text_of(*object, "invitation", kMaxToken);
}

Result<std::optional<TokenHash>> parse_place_question(std::string_view body) {
    const auto object = parse_body(body);
    if (!object) return object.error();
    if (!object->contains("invitation_sha256")) return std::nullopt;
    const auto text = text_of(*object, "invitation_sha256", 64);
    if (!text) return text.error();
    const auto hash = token_hash_from_hex(*text);
    if (!hash) return malformed("\"invitation_sha256\" must be 64 hexadecimal digits");
    return hash;
}

std::string place_json(std::string_view origin) {
    return boost::json::serialize(boost::json::object{{"origin", origin}});
}

Result<RegistrationAnswer> parse_registration(std::string_view body) {
    const auto object = parse_body(body);
    if (!object) return object.error();
    const auto response = response_of(*object);
    if (!response) return response.error();
    auto client_data = base64url_of(*response, "clientDataJSON", kMaxSignInBody);
    if (!client_data) return client_data.error();
    auto attestation = base64url_of(*response, "attestationObject", kMaxSignInBody);
    if (!attestation) return attestation.error();
    return RegistrationAnswer{std::string(base::as_text(*client_data)), *std::move(attestation)};
}

Result<AssertionAnswer> parse_assertion(std::string_view body) {
    const auto object = parse_body(body);
    if (!object) return object.error();
    AssertionAnswer answer;
    auto credential = base64url_of(*object, "id", kMaxSignInBody);
    if (!credential) return credential.error();
    answer.credential = *std::move(credential);
    const auto response = response_of(*object);
    if (!response) return response.error();
    auto client_data = base64url_of(*response, "clientDataJSON", kMaxSignInBody);
    if (!client_data) return client_data.error();
    answer.client_data = base::as_text(*client_data);
    for (const auto& [key, field] : {std::pair{"authenticatorData", &answer.authenticator_data},
                                     std::pair{"signature", &answer.signature},
                                     std::pair{"userHandle", &answer.user_handle}}) {
        auto bytes = base64url_of(*response, key, kMaxSignInBody);
        if (!bytes) return bytes.error();
        *field = *std::move(bytes);
    }
    return answer;
}

std::string entered_json(const Holder& holder, const Participant& participant, PasskeyOffer offer) {
    return json::serialize(json::object{{"session", holder.session.text()},
                                        {"participant", holder.participant.text()},
                                        {"name", participant.name},
                                        {"role", model::name_of(holder.role)},
                                        {"passkey", offer == PasskeyOffer::Offered}});
}

std::string ticket_json(std::string_view ticket, const Holder& holder,
                        const Participant& participant) {
    return json::serialize(json::object{{"ticket", ticket},
                                        {"name", participant.name},
                                        {"role", model::name_of(holder.role)},
                                        {"participant", holder.participant.text()},
                                        {"session", holder.session.text()}});
}

std::string creation_options_json(const RelyingParty& site, const Participant& participant,
                                  base::ByteView challenge,
                                  const std::vector<Passkey>& registered) {
    std::uint8_t user[8];
    base::store64(user, participant.id.value());
    json::array exclude;
    for (const Passkey& passkey : registered) {
        exclude.push_back({{"type", "public-key"}, {"id", base::to_base64url(passkey.id)}});
    }
    return json::serialize(
        json::object{{"rp", {{"id", site.id}, {"name", "Sightline"}}},
                     {"user",
                      {{"id", base::to_base64url(user)},
                       {"name", participant.name},
                       {"displayName", participant.name}}},
                     {"challenge", base::to_base64url(challenge)},
                     {"pubKeyCredParams", json::array{{{"type", "public-key"}, {"alg", kEs256}}}},
                     {"timeout", timeout_ms()},
                     {"excludeCredentials", std::move(exclude)},
                     {"authenticatorSelection",
                      {{"residentKey", "required"},
                       {"requireResidentKey", true},
                       {"userVerification", "required"}}},
                     {"attestation", "none"}});
}

std::string request_options_json(const RelyingParty& site, base::ByteView challenge) {
    return json::serialize(json::object{{"challenge", base::to_base64url(challenge)},
                                        {"rpId", site.id},
                                        {"timeout", timeout_ms()},
                                        {"userVerification", "required"},
                                        {"allowCredentials", json::array{}}});
}

}  // namespace sightline::hub
