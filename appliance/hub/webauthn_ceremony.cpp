#include "appliance/hub/webauthn_ceremony.h"

#include <fido.h>
#include <fido/es256.h>
#include <openssl/sha.h>

#include <algorithm>
#include <memory>

#include "appliance/hub/webauthn_data.h"

namespace sightline::hub {
namespace {

using base::Errc;
using base::Error;
using base::Result;

struct Free {
    void operator()(es256_pk_t* key) const { es256_pk_free(&key); }
    void operator()(fido_assert_t* assertion) const { fido_assert_free(&assertion); }
};

// What both ceremonies ask of the client data.
Result<void> check_client_data(const std::string& json, const char* type, const RelyingParty& site,
                               base::ByteView challenge) {
    const auto data = read_client_data(json);
    if (!data) return data.error();
    if (data->type != type) {
        return Error(Errc::Forbidden,
                     "the passkey answered another question than was asked; try again");
    }
    if (!std::equal(data->challenge.begin(), data->challenge.end(), challenge.begin(),
                    challenge.end())) {
        return Error(Errc::Forbidden, "the passkey answered an old question; try again");
    }
    if (data->origin != site.origin || data->cross_origin) {
        return Error(Errc::Forbidden,
                     "the passkey was used on another page; open the page of your invitation and "
                     "try again there");
    }
    return {};
}

// And of the authenticator data.
Result<void> check_authenticator(const AuthenticatorData& data, const RelyingParty& site) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(site.id.data()), site.id.size(), hash.data());
    if (data.rp_id_hash != hash) {
        return Error(Errc::Forbidden, "this passkey is for another site; choose another one");
    }
    if (!data.user_present || !data.user_verified) {
        return Error(Errc::Forbidden,
                     "your device did not check that it is you; set up a screen lock, PIN or "
                     "fingerprint on it and try again");
    }
    return {};
}

}  // namespace

Result<Passkey> judge_registration(const RelyingParty& site, base::ByteView challenge,
                                   const RegistrationAnswer& answer) {
    if (auto ok = check_client_data(answer.client_data, "webauthn.create", site, challenge); !ok) {
        return ok.error();
    }
    const auto bytes = read_attestation_object(answer.attestation_object);
    if (!bytes) return bytes.error();
    const auto data = read_authenticator_data(*bytes);
    if (!data) return data.error();
    if (auto ok = check_authenticator(*data, site); !ok) return ok.error();
    if (!data->credential) {
        return Error(Errc::Malformed, "the device sent no passkey; try again");
    }
    if (const auto point = read_cose_key(data->credential->public_key); !point) {
        return point.error();
    }
    return Passkey{data->credential->id, data->credential->public_key, data->counter};
}

Result<std::uint32_t> judge_assertion(const RelyingParty& site, base::ByteView challenge,
                                      const Passkey& passkey, const AssertionAnswer& answer) {
    if (auto ok = check_client_data(answer.client_data, "webauthn.get", site, challenge); !ok) {
        return ok.error();
    }
    // Read by our own bounds before libfido2 sees it.
    const auto data = read_authenticator_data(answer.authenticator_data);
    if (!data) return data.error();
    if (auto ok = check_authenticator(*data, site); !ok) return ok.error();
    const auto point = read_cose_key(passkey.public_key);
    if (!point) return point.error();

    const std::unique_ptr<es256_pk_t, Free> key(es256_pk_new());
    const std::unique_ptr<fido_assert_t, Free> assertion(fido_assert_new());
    const bool valid =
        es256_pk_from_ptr(key.get(), point->data(), point->size()) == FIDO_OK &&
        fido_assert_set_count(assertion.get(), 1) == FIDO_OK &&
        fido_assert_set_rp(assertion.get(), site.id.c_str()) == FIDO_OK &&
        fido_assert_set_clientdata(
            assertion.get(), reinterpret_cast<const unsigned char*>(answer.client_data.data()),
            answer.client_data.size()) == FIDO_OK &&
        fido_assert_set_up(assertion.get(), FIDO_OPT_TRUE) == FIDO_OK &&
        fido_assert_set_uv(assertion.get(), FIDO_OPT_TRUE) == FIDO_OK &&
        fido_assert_set_authdata_raw(assertion.get(), 0, answer.authenticator_data.data(),
                                     answer.authenticator_data.size()) == FIDO_OK &&
        fido_assert_set_sig(assertion.get(), 0, answer.signature.data(), answer.signature.size()) ==
            FIDO_OK &&
        fido_assert_verify(assertion.get(), 0, COSE_ES256, key.get()) == FIDO_OK;
    if (!valid) {
        return Error(Errc::Unauthorized,
                     "the passkey could not be verified; try again, or ask for a new invitation");
    }
    // Section 7.2 step 21: a device without a counter always says nought.
    if ((data->counter != 0 || passkey.counter != 0) && data->counter <= passkey.counter) {
        return Error(Errc::Unauthorized,
                     "this passkey seems to have been copied, so it is not accepted; ask for a new "
                     "invitation");
    }
    return data->counter;
}

}  // namespace sightline::hub
