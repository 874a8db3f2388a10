// The JSON of signing in: what pages send, and the options that browsers hand to an authenticator
// (WebAuthn level 3 section 5.1, the JSON forms). Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "appliance/hub/session_registry.h"
#include "appliance/hub/webauthn_ceremony.h"

namespace sightline::hub {

inline constexpr std::size_t kMaxSignInBody = 16 * 1024;

// Errors: TooLarge, Malformed.
base::Result<std::string> parse_invitation(std::string_view body);
// Where is the interview of the invitation with this hash; none: of the cookie.
base::Result<std::optional<TokenHash>> parse_place_question(std::string_view body);
std::string place_json(std::string_view origin);
base::Result<RegistrationAnswer> parse_registration(std::string_view body);
base::Result<AssertionAnswer> parse_assertion(std::string_view body);

enum class PasskeyOffer : std::uint8_t { None, Offered };
std::string entered_json(const Holder& holder, const Participant& participant, PasskeyOffer offer);
std::string ticket_json(std::string_view ticket, const Holder& holder,
                        const Participant& participant);
// PublicKeyCredentialCreationOptionsJSON and PublicKeyCredentialRequestOptionsJSON.
std::string creation_options_json(const RelyingParty& site, const Participant& participant,
                                  base::ByteView challenge, const std::vector<Passkey>& registered);
std::string request_options_json(const RelyingParty& site, base::ByteView challenge);

}  // namespace sightline::hub
