// Authenticator data, attestation objects, keys and client data: nothing read is more than was
// there, and what is refused is refused with a sentence.
#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "appliance/hub/cbor_reader.h"
#include "appliance/hub/webauthn_ceremony.h"
#include "appliance/hub/webauthn_data.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using namespace sightline::hub;
    const base::ByteView input(data, size);

    CborReader cbor(input);
    if (cbor.skip()) CHECK(cbor.rest().size() < size);
    const auto inside = [&](base::ByteView part) {
        return part.empty() || (part.data() >= data && part.data() + part.size() <= data + size);
    };
    if (const auto found = read_attestation_object(input)) {
        CHECK(inside(*found));
        (void)read_authenticator_data(*found);
    } else {
        CHECK(!found.error().text.empty());
    }
    if (const auto found = read_authenticator_data(input)) {
        CHECK(size >= 37);
        if (found->credential) {
            CHECK(!found->credential->id.empty());
            CHECK(37 + found->credential->id.size() + found->credential->public_key.size() < size);
            (void)read_cose_key(found->credential->public_key);
        }
    } else {
        CHECK(!found.error().text.empty());
    }
    if (const auto point = read_cose_key(input); !point) CHECK(!point.error().text.empty());
    if (const auto client = read_client_data(base::as_text(input)); !client) {
        CHECK(!client.error().text.empty());
    }
    const RelyingParty site{"http://localhost", "localhost"};
    const base::Bytes challenge(32, 0x5a);
    const std::string client_data = R"({"type":"webauthn.create","challenge":")" +
                                    base::to_base64url(challenge) +
                                    R"(","origin":"http://localhost"})";
    (void)judge_registration(site, challenge, {client_data, {input.begin(), input.end()}});
    return 0;
}
