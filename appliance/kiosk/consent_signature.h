// The device's signature over a consent: compact JWS (RFC 7515) over a JSON object of all its
// members and of the interview it was given in. Any thread.
#pragma once

#include <string>

#include "session/model/consent.h"
#include "session/signature/device_key.h"

namespace sightline::kiosk {

inline constexpr const char* kConsentPurpose = "sightline-consent";

// What is signed. `consent.signature` is not part of it.
std::string consent_statement(const model::Consent& consent, base::SessionId session);
std::string sign_consent(const model::Consent& consent, base::SessionId session,
                         const signature::DeviceKey& key);

}  // namespace sightline::kiosk
