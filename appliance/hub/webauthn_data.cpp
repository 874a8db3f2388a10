#include "appliance/hub/webauthn_data.h"

#include <fido/es256.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <set>

#include "appliance/base/hex.h"
#include "appliance/hub/cbor_reader.h"
#include "appliance/hub/credential.h"
#include "appliance/hub/json_members.h"

namespace sightline::hub {
namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr std::size_t kMaxChallengeText = 128;
constexpr std::size_t kMaxOrigin = 300;
// Section 6.1.
constexpr std::uint8_t kUserPresent = 0x01;
constexpr std::uint8_t kUserVerified = 0x04;
constexpr std::uint8_t kAttestedCredential = 0x40;
constexpr std::uint8_t kExtensions = 0x80;
constexpr std::size_t kAaguid = 16;

Error bad_passkey(const char* what) {
    return malformed(std::string("the passkey's answer cannot be read (") + what +
                     "); try again, or use another device");
}

bool on_the_curve(const std::array<std::uint8_t, 64>& point) {
    struct FreeKey {
        void operator()(es256_pk_t* key) const { es256_pk_free(&key); }
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    };
    const std::unique_ptr<es256_pk_t, FreeKey> key(es256_pk_new());
    if (es256_pk_from_ptr(key.get(), point.data(), point.size()) != FIDO_OK) return false;
    const std::unique_ptr<EVP_PKEY, FreeKey> evp(es256_pk_to_EVP_PKEY(key.get()));
    if (!evp) return false;
    const std::unique_ptr<EVP_PKEY_CTX, FreeKey> context(EVP_PKEY_CTX_new(evp.get(), nullptr));
    return context && EVP_PKEY_public_check(context.get()) == 1;
}

}  // namespace

Result<ClientData> read_client_data(std::string_view json) {
    const auto object = parse_object(json);
    if (!object) return bad_passkey("client data");
    const auto type = text_of(*object, "type", 64);
    const auto challenge = base64url_of(*object, "challenge", kMaxChallengeText);
    const auto origin = text_of(*object, "origin", kMaxOrigin);
    if (!type || !challenge || !origin) return bad_passkey("client data");
    const boost::json::value* cross = object->if_contains("crossOrigin");
    if (cross && !cross->is_bool()) return bad_passkey("client data");
    return ClientData{*type, *challenge, *origin, cross && cross->get_bool()};
}

Result<AuthenticatorData> read_authenticator_data(base::ByteView bytes) {
    base::ByteReader reader(bytes);
    AuthenticatorData data;
    const base::ByteView hash = reader.bytes(data.rp_id_hash.size());
    const std::uint8_t flags = reader.u8();
    data.counter = reader.u32();
    if (!reader.ok()) return bad_passkey("authenticator data");
    std::copy(hash.begin(), hash.end(), data.rp_id_hash.begin());
    data.user_present = (flags & kUserPresent) != 0;
    data.user_verified = (flags & kUserVerified) != 0;
    if (flags & kAttestedCredential) {
        reader.skip(kAaguid);
        const std::uint16_t size = reader.u16();
        const base::ByteView id = reader.bytes(size);
        if (!reader.ok() || id.empty() || id.size() > kMaxPasskeyIdBytes) {
            return bad_passkey("credential");
        }
        // The key says itself where it ends.
        CborReader cbor(reader.rest());
        if (!cbor.skip()) return bad_passkey("public key");
        const base::ByteView key = reader.bytes(reader.left() - cbor.rest().size());
        data.credential = {{id.begin(), id.end()}, {key.begin(), key.end()}};
    }
    if (flags & kExtensions) {
        CborReader cbor(reader.rest());
        CborReader start = cbor;
        if (!start.map() || !cbor.skip()) return bad_passkey("extensions");
        reader.skip(reader.left() - cbor.rest().size());
    }
    if (reader.left() > 0) return bad_passkey("bytes after the end");
    return data;
}

Result<base::ByteView> read_attestation_object(base::ByteView object) {
    CborReader cbor(object);
    const auto members = cbor.map();
    if (!members || *members != 3) return bad_passkey("attestation");
    std::optional<std::string_view> format;
    std::optional<std::uint64_t> statement;  // its entries
    std::optional<base::ByteView> data;
    for (int i = 0; i < 3; ++i) {
        const auto name = cbor.text();
        if (name == "fmt" && !format) {
            format = cbor.text();
            if (!format) return bad_passkey("attestation");
        } else if (name == "attStmt" && !statement) {
            CborReader start = cbor;
            statement = start.map();
            if (!statement || !cbor.skip()) return bad_passkey("attestation");
        } else if (name == "authData" && !data) {
            data = cbor.bytes();
            if (!data) return bad_passkey("attestation");
        } else {
            return bad_passkey("attestation");
        }
    }
    // Section 8.7: the statement of "none" is an empty map.
    if (*format == "none" && *statement != 0) return bad_passkey("attestation");
    if (!cbor.rest().empty()) return bad_passkey("attestation");
    return *data;
}

Result<std::array<std::uint8_t, 64>> read_cose_key(base::ByteView key) {
    // RFC 9053: 1 is the key type (2: EC2), 3 the algorithm (-7: ES256), -1 the curve (1: P-256),
    // -2 and -3 are x and y.
    CborReader cbor(key);
    const auto members = cbor.map();
    if (!members) return bad_passkey("public key");
    std::array<std::uint8_t, 64> point{};
    std::optional<std::int64_t> type, algorithm, curve;
    bool has_x = false, has_y = false;
    for (std::uint64_t i = 0; i < *members; ++i) {
        const auto label = cbor.integer();
        if (label == 1 && !type) {
            type = cbor.integer();
        } else if (label == 3 && !algorithm) {
            algorithm = cbor.integer();
        } else if (label == -1 && !curve) {
            curve = cbor.integer();
        } else if ((label == -2 && !has_x) || (label == -3 && !has_y)) {
            const auto bytes = cbor.bytes();
            if (!bytes || bytes->size() != 32) return bad_passkey("public key");
            std::copy(bytes->begin(), bytes->end(), point.begin() + (label == -2 ? 0 : 32));
            (label == -2 ? has_x : has_y) = true;
        } else {
            return bad_passkey("public key");
        }
        // The members of another kind of key mean other things: they are not even read.
        if ((type && algorithm && (type != 2 || algorithm != -7)) || (curve && curve != 1)) {
            return Error(Errc::Unsupported,
                         "this device makes passkeys of a kind that is not taken here (not ES256); "
                         "use another device");
        }
    }
    if (!type || !algorithm || !curve || !has_x || !has_y || !cbor.rest().empty()) {
        return bad_passkey("public key");
    }
    if (!on_the_curve(point)) return bad_passkey("public key");
    return point;
}

}  // namespace sightline::hub
