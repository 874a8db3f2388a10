// What an authenticator and a browser say in a passkey ceremony, read from their bytes (WebAuthn
// level 2): client data, authenticator data, attestation objects, ES256 keys. Reading only; whether
// it is what was asked for is judged in webauthn_ceremony.h. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"

namespace sightline::hub {

// Section 5.8.1, without what is not looked at.
struct ClientData {
    std::string type;
    base::Bytes challenge;
    std::string origin;
    bool cross_origin = false;
};
// Errors: Malformed.
base::Result<ClientData> read_client_data(std::string_view json);

// Section 6.1:
//     0        32     33        37
//     | rpIdHash | flags | counter | attested credential data? | extensions? |
struct AuthenticatorData {
    std::array<std::uint8_t, 32> rp_id_hash{};
    bool user_present = false;
    bool user_verified = false;
    std::uint32_t counter = 0;
    struct Credential {  // section 6.5.1
        base::Bytes id;
        base::Bytes public_key;  // the COSE_Key as it was written
    };
    std::optional<Credential> credential;
};
// Errors: Malformed, also for bytes after the end and for extensions that are no plain CBOR map.
base::Result<AuthenticatorData> read_authenticator_data(base::ByteView bytes);

// The authenticator data in an attestation object (section 6.5.4). The statement is not judged,
// because nothing is believed for its sake; but it must be one. The view is into `object`.
// Errors: Malformed.
base::Result<base::ByteView> read_attestation_object(base::ByteView object);

// x and y of an ES256 COSE_Key (RFC 9053 section 7.1.1) with exactly the five members that section
// 5.8.5 allows, whose point is on P-256. Errors: Malformed, Unsupported (another algorithm).
base::Result<std::array<std::uint8_t, 64>> read_cose_key(base::ByteView key);

}  // namespace sightline::hub
