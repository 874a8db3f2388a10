// Judges a passkey ceremony: registration by WebAuthn level 2 section 7.1, sign-in by section 7.2,
// where libfido2 verifies the signature. The caller has issued the challenge and redeems it first.
// Any thread.
#pragma once

#include <string>

#include "appliance/base/result.h"
#include "appliance/hub/credential.h"

namespace sightline::hub {

// The site as passkeys know it.
struct RelyingParty {
    std::string origin;  // "https://hub.example:8443"
    std::string id;      // "hub.example"
};

struct RegistrationAnswer {
    std::string client_data;
    base::Bytes attestation_object;
};
struct AssertionAnswer {
    base::Bytes credential;
    std::string client_data;
    base::Bytes authenticator_data;
    base::Bytes signature;
    base::Bytes user_handle;  // who the authenticator says it is
};

// Errors: Malformed, Unsupported, Forbidden (another site, no verification of the person), each in
// a sentence for the person.
base::Result<Passkey> judge_registration(const RelyingParty& site, base::ByteView challenge,
                                         const RegistrationAnswer& answer);
// The counter to keep. Errors as above, and Unauthorized: the signature, or a counter that did not
// grow, by which a copied passkey gives itself away.
base::Result<std::uint32_t> judge_assertion(const RelyingParty& site, base::ByteView challenge,
                                            const Passkey& passkey, const AssertionAnswer& answer);

}  // namespace sightline::hub
