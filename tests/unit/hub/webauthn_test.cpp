#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/hub/cbor_reader.h"
#include "appliance/hub/webauthn_ceremony.h"
#include "appliance/hub/webauthn_data.h"
#include "tests/support/software_authenticator.h"

namespace sightline::hub {
namespace {

using base::Bytes;
using base::Errc;
using test::SoftwareAuthenticator;

const RelyingParty kSite{"http://localhost:8080", "localhost"};
const Bytes kChallenge(32, 0x5a);

Bytes bytes_of(std::string_view hex) { return base::from_hex(hex).value(); }

base::Result<Passkey> registered(const SoftwareAuthenticator& device) {
    return judge_registration(
        kSite, kChallenge,
        {device.client_data("webauthn.create", kChallenge), device.attestation_object()});
}
AssertionAnswer assertion(const SoftwareAuthenticator& device, const char* type = "webauthn.get") {
    AssertionAnswer answer;
    answer.credential = device.id;
    answer.client_data = device.client_data(type, kChallenge);
    answer.authenticator_data = device.assertion_data();
    answer.signature = device.sign(answer.authenticator_data, answer.client_data);
    return answer;
}

TEST(CborReader, ReadsWhatAnAuthenticatorWrites) {
    // {1: -7, "a": [h'0102', true]}
    const Bytes text = bytes_of("a20126616182420102f5");
    CborReader cbor(text);
    EXPECT_EQ(cbor.map(), 2u);
    EXPECT_EQ(cbor.integer(), 1);
    EXPECT_EQ(cbor.integer(), -7);
    EXPECT_EQ(cbor.text(), "a");
    EXPECT_TRUE(cbor.skip());
    EXPECT_TRUE(cbor.rest().empty());
}

TEST(CborReader, TakesNoMoreThanThereIs) {
    for (const char* hex : {
             "",                    // nothing
             "43ff",                // a string cut short
             "9b00000fffffffffff",  // an array of a trillion
             "bb7fffffffffffffff",  // a map of more
             "5f42010243030405ff",  // a string of indefinite length
             "9f01ff",              // an array of indefinite length
             "c11a514b67b0",        // a tag
             "ff",                  // a break
         }) {
        const Bytes text = bytes_of(hex);
        EXPECT_FALSE(CborReader(text).skip()) << hex;
    }
    EXPECT_TRUE(CborReader(bytes_of("8181818101")).skip());
    EXPECT_FALSE(CborReader(bytes_of("818181818101")).skip()) << "too deep";
}

TEST(WebauthnData, ReadsARegistration) {
    const SoftwareAuthenticator device;
    const Bytes object = device.attestation_object();
    const auto data = read_authenticator_data(read_attestation_object(object).value());
    ASSERT_TRUE(data) << data.error().text;
    EXPECT_EQ(data->counter, 1u);
    EXPECT_TRUE(data->user_present);
    EXPECT_TRUE(data->user_verified);
    ASSERT_TRUE(data->credential);
    EXPECT_EQ(data->credential->id, device.id);
    EXPECT_EQ(data->credential->public_key, device.cose_key());
}

TEST(WebauthnData, RefusesAttestationRubbish) {
    const SoftwareAuthenticator device;
    const Bytes good = device.attestation_object();
    // Cut anywhere, it is no attestation object, and never anything worse.
    for (std::size_t size = 0; size < good.size(); ++size) {
        const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(read_attestation_object(cut)) << size;
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_FALSE(read_attestation_object(longer));
    EXPECT_FALSE(read_attestation_object(bytes_of("a0")));
    // "none" with a statement that says something.
    Bytes stated = good;
    const auto statement = std::find(stated.begin(), stated.end(), 0xa0);
    *statement = 0xa1;
    stated.insert(statement + 1, {0x61, 'x', 0x01});
    EXPECT_FALSE(read_attestation_object(stated));

    const Bytes data = device.attested_data();
    for (std::size_t size = 0; size < data.size(); ++size) {
        const Bytes cut(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(read_authenticator_data(cut)) << size;
    }
    Bytes trailing = data;
    trailing.push_back(0);
    EXPECT_FALSE(read_authenticator_data(trailing));
}

TEST(WebauthnData, TakesAnyStatementOfOtherFormatsWithoutBelievingIt) {
    SoftwareAuthenticator device;
    device.format = "packed";
    EXPECT_TRUE(registered(device));
}

TEST(WebauthnData, TakesOnlyEs256KeysOnTheCurve) {
    const SoftwareAuthenticator device;
    const Bytes good = device.cose_key();
    ASSERT_TRUE(read_cose_key(good));
    Bytes off = good;
    off.back() ^= 1;
    EXPECT_FALSE(read_cose_key(off));
    Bytes twice = good;
    twice[0] = 0xa6;
    twice.insert(twice.end(), {0x01, 0x02});
    EXPECT_FALSE(read_cose_key(twice)) << "a member given twice";
    // RS256: {1: 3, 3: -257, -1: n, -2: e}
    const auto rsa = read_cose_key(bytes_of("a4010303390100204241422143010001"));
    ASSERT_FALSE(rsa);
    EXPECT_EQ(rsa.error().code, Errc::Unsupported);
    // The same members with ES384 in place of ES256.
    Bytes other = good;
    other[4] = 0x38;
    other.insert(other.begin() + 5, 0x22);
    EXPECT_EQ(read_cose_key(other).error().code, Errc::Unsupported);
}

TEST(WebauthnCeremony, RegistersAndSignsIn) {
    SoftwareAuthenticator device;
    const auto passkey = registered(device);
    ASSERT_TRUE(passkey) << passkey.error().text;
    device.counter = 2;
    const auto counter = judge_assertion(kSite, kChallenge, *passkey, assertion(device));
    ASSERT_TRUE(counter) << counter.error().text;
    EXPECT_EQ(*counter, 2u);
}

TEST(WebauthnCeremony, RefusesARegistrationThatIsNotTheOneAskedFor) {
    const auto refused = [](auto bend) {
        SoftwareAuthenticator device;
        bend(device);
        const auto passkey = registered(device);
        return passkey ? std::string() : passkey.error().text;
    };
    EXPECT_EQ(refused([](auto&) {}), "");
    EXPECT_THAT(refused([](auto& d) { d.origin = "http://localhost:8081"; }),
                testing::HasSubstr("another page"));
    EXPECT_THAT(refused([](auto& d) { d.extra_client_data = R"(,"crossOrigin":true)"; }),
                testing::HasSubstr("another page"));
    EXPECT_THAT(refused([](auto& d) { d.rp_id = "evil.example"; }),
                testing::HasSubstr("another site"));
    EXPECT_THAT(refused([](auto& d) { d.flags = 0x01; }), testing::HasSubstr("that it is you"));
    EXPECT_THAT(refused([](auto& d) { d.flags = 0x04; }), testing::HasSubstr("that it is you"));
    EXPECT_THAT(refused([](auto& d) { d.id = Bytes(257, 1); }), testing::HasSubstr("try again"));

    const SoftwareAuthenticator device;
    const Bytes object = device.attestation_object();
    EXPECT_FALSE(judge_registration(kSite, Bytes(32, 1),
                                    {device.client_data("webauthn.create", kChallenge), object}));
    EXPECT_FALSE(judge_registration(kSite, kChallenge,
                                    {device.client_data("webauthn.get", kChallenge), object}));
    EXPECT_FALSE(judge_registration(kSite, kChallenge, {"{", object}));
    EXPECT_FALSE(judge_registration(kSite, kChallenge,
                                    {device.client_data("webauthn.create", kChallenge),
                                     device.attestation_object(device.assertion_data())}))
        << "no credential in it";
}

TEST(WebauthnCeremony, RefusesASignInThatIsNotTheOneAskedFor) {
    SoftwareAuthenticator device;
    const Passkey passkey = registered(device).value();
    device.counter = 2;
    const auto code = [&](const AssertionAnswer& answer) {
        const auto counter = judge_assertion(kSite, kChallenge, passkey, answer);
        return counter ? std::optional<Errc>() : counter.error().code;
    };
    EXPECT_EQ(code(assertion(device)), std::nullopt);
    EXPECT_EQ(code(assertion(device, "webauthn.create")), Errc::Forbidden);

    AssertionAnswer forged = assertion(device);
    forged.signature = SoftwareAuthenticator().sign(forged.authenticator_data, forged.client_data);
    EXPECT_EQ(code(forged), Errc::Unauthorized) << "another key";
    forged = assertion(device);
    forged.signature.back() ^= 1;
    EXPECT_EQ(code(forged), Errc::Unauthorized);
    forged.signature.clear();
    EXPECT_EQ(code(forged), Errc::Unauthorized);

    device.counter = 1;
    EXPECT_EQ(code(assertion(device)), Errc::Unauthorized) << "a counter that did not grow";
    device.counter = 2;
    device.flags = 0x01;
    EXPECT_EQ(code(assertion(device)), Errc::Forbidden) << "nobody was verified";
    device.flags = 0x05;
    device.rp_id = "evil.example";
    EXPECT_EQ(code(assertion(device)), Errc::Forbidden);
    device.rp_id = "localhost";
    device.origin = "http://evil.localhost:8080";
    EXPECT_EQ(code(assertion(device)), Errc::Forbidden);
    AssertionAnswer other = assertion(device);
    EXPECT_FALSE(judge_assertion(kSite, Bytes(32, 1), passkey, other));
}

TEST(WebauthnCeremony, LetsADeviceWithoutACounterIn) {
    SoftwareAuthenticator device;
    device.counter = 0;
    const Passkey passkey = registered(device).value();
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(judge_assertion(kSite, kChallenge, passkey, assertion(device)).value(), 0u);
    }
}

TEST(WebauthnCeremony, ReadsExtensionsWithinBoundsBeforeAnybodyElseDoes) {
    SoftwareAuthenticator device;
    const Passkey passkey = registered(device).value();
    device.counter = 2;
    AssertionAnswer answer = assertion(device);
    answer.authenticator_data[32] |= 0x80;
    const Bytes bomb = bytes_of("a161619b000000007fffffff");  // {"a": an array of two billion}
    answer.authenticator_data.insert(answer.authenticator_data.end(), bomb.begin(), bomb.end());
    answer.signature = device.sign(answer.authenticator_data, answer.client_data);
    EXPECT_EQ(judge_assertion(kSite, kChallenge, passkey, answer).error().code, Errc::Malformed);
}

}  // namespace
}  // namespace sightline::hub
