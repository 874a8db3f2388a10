#include "session/signature/device_key.h"

#include <array>
#include <cstring>
#include <optional>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "session/signature/jose.h"

namespace sightline::signature {
namespace {

using base::Errc;
using base::Error;
using jose::from_base64url;
using jose::Json;
using jose::member;
using jose::parse_object;
using jose::silent;

constexpr const char* kAlgorithm = "ES256";
constexpr std::size_t kMaxJwsBytes = std::size_t{64} * 1024;

struct Parts {
    std::string_view header, payload, signature;
};
// RFC 7515 section 7.1: three parts in base64url with a period between them.
std::optional<Parts> split(std::string_view jws) {
    const auto first = jws.find('.');
    const auto last = jws.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    const Parts parts{jws.substr(0, first), jws.substr(first + 1, last - first - 1),
                      jws.substr(last + 1)};
    for (const std::string_view part : {parts.header, parts.payload, parts.signature}) {
        if (part.find_first_not_of(JOSE_B64_MAP) != std::string_view::npos) return std::nullopt;
    }
    if (parts.header.empty() || parts.signature.empty()) return std::nullopt;
    return parts;
}

Error malformed_key() {
    return {Errc::Malformed, "read a key: it is not a public P-256 key as a JSON Web Key"};
}

}  // namespace

base::Result<PublicKey> PublicKey::parse(std::string_view jwk) {
    if (jwk.size() > jose::kMaxJwkBytes) return malformed_key();
    const Json json = parse_object(jwk);
    if (!json) return malformed_key();
    if (::json_object_get(json.get(), "d") != nullptr) {
        return Error{Errc::Malformed,
                     "read a key: this is a secret key; hand out the public one only, and make a "
                     "new key, because this one has been shown"};
    }
    const json_t* const algorithm = ::json_object_get(json.get(), "alg");
    if (algorithm != nullptr && member(json.get(), "alg") != kAlgorithm) return malformed_key();
    PublicKey key;
    key.jwk_ = jose::public_jwk(json.get());
    if (key.jwk_.empty()) return malformed_key();
    return key;
}

std::string PublicKey::thumbprint() const {
    std::array<std::uint8_t, 32> digest{};
    const Json json = parse_object(jwk_);
    CHECK(json && ::jose_jwk_thp_buf(silent().get(), json.get(), "S256", digest.data(),
                                     digest.size()) == digest.size());
    return base::to_base64url(digest);
}

base::Result<std::string> PublicKey::verify(std::string_view jws, std::string_view purpose) const {
    if (jws.size() > kMaxJwsBytes) {
        return Error{Errc::Malformed, "verify a signature: it is longer than 64 KiB"};
    }
    const auto parts = split(jws);
    const auto header = parts ? from_base64url(parts->header) : std::nullopt;
    const auto payload = parts ? from_base64url(parts->payload) : std::nullopt;
    const Json head = header ? parse_object(base::as_text(*header)) : nullptr;
    if (!head || !payload) {
        return Error{Errc::Malformed, "verify a signature: this is not a compact JWS"};
    }
    // Nothing else in the header: no key of its own, no extension that changes what is signed.
    if (member(head.get(), "alg") != kAlgorithm || ::json_object_size(head.get()) != 2) {
        return Error{Errc::Forbidden,
                     "verify a signature: only ES256 with a purpose and nothing else is taken"};
    }
    if (member(head.get(), "typ") != purpose) {
        return Error{Errc::Forbidden, "verify a signature: it was made for another purpose than " +
                                          std::string(purpose)};
    }
    const Json signed_parts(::json_pack("{s:s%,s:s%,s:s%}", "protected", parts->header.data(),
                                        parts->header.size(), "payload", parts->payload.data(),
                                        parts->payload.size(), "signature", parts->signature.data(),
                                        parts->signature.size()));
    CHECK(signed_parts != nullptr);
    if (jwk_.empty() || !::jose_jws_ver(silent().get(), signed_parts.get(), nullptr,
                                        jose::loaded(jwk_, kAlgorithm).get(), true)) {
        return Error{Errc::Forbidden, "verify a signature: this key did not make it"};
    }
    return std::string(base::as_text(*payload));
}

DeviceKey DeviceKey::random() {
    auto key = parse(jose::random_jwk());
    CHECK(key.has_value());
    return std::move(*key);
}

base::Result<DeviceKey> DeviceKey::parse(const base::Secret& jwk) {
    const Error malformed{Errc::Malformed,
                          "read the device key: it is not a secret P-256 key as a JSON Web Key; "
                          "restore the last backup"};
    if (jwk.reveal().size() > jose::kMaxJwkBytes) return malformed;
    const Json json = parse_object(jwk.reveal_text());
    DeviceKey key;
    if (json) key.jwk_ = jose::secret_jwk(json.get());
    if (key.jwk_.empty()) return malformed;
    key.public_.jwk_ = jose::public_jwk(json.get());
    return key;
}

base::Secret DeviceKey::secret_jwk() const { return base::Secret(jwk_.reveal()); }

std::string DeviceKey::sign(std::string_view payload, std::string_view purpose) const {
    const std::string encoded = base::to_base64url(base::as_bytes(payload));
    const Json jws(::json_pack("{s:s%}", "payload", encoded.data(), encoded.size()));
    const Json header(::json_pack("{s:{s:s,s:s%}}", "protected", "alg", kAlgorithm, "typ",
                                  purpose.data(), purpose.size()));
    CHECK(jws && header);
    CHECK(::jose_jws_sig(silent().get(), jws.get(), header.get(),
                         jose::loaded(jwk_.reveal_text(), kAlgorithm).get()));
    return std::string(member(jws.get(), "protected")) + "." + encoded + "." +
           std::string(member(jws.get(), "signature"));
}

}  // namespace sightline::signature
