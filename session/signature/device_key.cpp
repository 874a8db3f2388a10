#include "session/signature/device_key.h"

#include <jansson.h>
#include <malloc.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

// libjose's headers do not say that they are C. What they include themselves stands above.
extern "C" {
#include <jose/b64.h>
#include <jose/jwk.h>
#include <jose/jws.h>
#include <jose/openssl.h>
}

#include "appliance/base/check.h"
#include "appliance/base/hex.h"

namespace sightline::signature {
namespace {

using base::Errc;
using base::Error;

constexpr const char* kAlgorithm = "ES256";
constexpr std::size_t kCoordinateBytes = 32;  // of P-256
constexpr std::size_t kMaxJwkBytes = 4096;
constexpr std::size_t kMaxJwsBytes = std::size_t{64} * 1024;

void free_wiped(void* memory) {
    if (memory == nullptr) return;
    ::explicit_bzero(memory, ::malloc_usable_size(memory));
    std::free(memory);
}
// Keys pass through Jansson's strings, so whatever it frees is wiped.
[[maybe_unused]] const bool kWiping = [] {
    ::json_set_alloc_funcs(std::malloc, free_wiped);
    return true;
}();

struct JsonFree {
    void operator()(json_t* json) const { ::json_decref(json); }
};
using Json = std::unique_ptr<json_t, JsonFree>;

struct CfgFree {
    void operator()(jose_cfg_t* cfg) const { ::jose_cfg_decref(cfg); }
};
using Cfg = std::unique_ptr<jose_cfg_t, CfgFree>;

// Without a configuration libjose writes what it does not like to standard error.
Cfg silent() {
    Cfg cfg(::jose_cfg());
    CHECK(cfg != nullptr);
    ::jose_cfg_set_err_func(
        cfg.get(), [](void*, const char*, int, std::uint64_t, const char*, va_list) {}, nullptr);
    return cfg;
}

Json parse_object(std::string_view text) {
    json_error_t wrong;
    Json json(::json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, &wrong));
    return json && json_is_object(json.get()) ? std::move(json) : nullptr;
}

std::string_view member(const json_t* object, const char* name) {
    const json_t* const value = ::json_object_get(object, name);
    if (!json_is_string(value)) return {};
    return {::json_string_value(value), ::json_string_length(value)};
}

std::optional<base::Bytes> from_base64url(std::string_view text) {
    const std::size_t size = ::jose_b64_dec_buf(text.data(), text.size(), nullptr, 0);
    if (size == SIZE_MAX) return std::nullopt;
    base::Bytes bytes(size);
    if (size > 0 &&
        ::jose_b64_dec_buf(text.data(), text.size(), bytes.data(), bytes.size()) != size) {
        return std::nullopt;
    }
    return bytes;
}

// A coordinate in its one spelling; empty: it is none.
std::string coordinate(const json_t* jwk, const char* name) {
    auto bytes = from_base64url(member(jwk, name));
    if (!bytes || bytes->size() != kCoordinateBytes) return {};
    std::string text = base::to_base64url(*bytes);
    ::explicit_bzero(bytes->data(), bytes->size());
    return text;
}

bool is_p256(const json_t* jwk) {
    return member(jwk, "kty") == "EC" && member(jwk, "crv") == "P-256";
}

// The members of RFC 7638 section 3.2, in its order, without white space.
std::string canonical(std::string_view x, std::string_view y) {
    return R"({"crv":"P-256","kty":"EC","x":")" + std::string(x) + R"(","y":")" + std::string(y) +
           R"("})";
}

Json loaded(std::string_view jwk) {
    Json json = parse_object(jwk);
    CHECK(json != nullptr);
    // Pinned, so that libjose takes no other algorithm with this key.
    CHECK(::json_object_set_new(json.get(), "alg", ::json_string(kAlgorithm)) == 0);
    return json;
}

// OpenSSL takes no point that is not on the curve, and no secret that belongs to another point.
bool is_sound(std::string_view jwk) {
    EVP_PKEY* const key = ::jose_openssl_jwk_to_EVP_PKEY(silent().get(), parse_object(jwk).get());
    ::EVP_PKEY_free(key);
    return key != nullptr;
}

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
    if (jwk.size() > kMaxJwkBytes) return malformed_key();
    const Json json = parse_object(jwk);
    if (!json || !is_p256(json.get())) return malformed_key();
    if (::json_object_get(json.get(), "d") != nullptr) {
        return Error{Errc::Malformed,
                     "read a key: this is a secret key; hand out the public one only, and make a "
                     "new key, because this one has been shown"};
    }
    const json_t* const algorithm = ::json_object_get(json.get(), "alg");
    if (algorithm != nullptr && member(json.get(), "alg") != kAlgorithm) return malformed_key();
    const std::string x = coordinate(json.get(), "x");
    const std::string y = coordinate(json.get(), "y");
    if (x.empty() || y.empty()) return malformed_key();
    PublicKey key;
    key.jwk_ = canonical(x, y);
    if (!is_sound(key.jwk_)) return malformed_key();
    return key;
}

std::string PublicKey::thumbprint() const {
    std::array<std::uint8_t, 32> digest{};
    const Json json = parse_object(jwk_);
    CHECK(json && ::jose_jwk_thp_buf(silent().get(), json.get(), "S256", digest.data(),
                                     digest.size()) == digest.size());
    return base::to_hex(digest);
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
    if (jwk_.empty() ||
        !::jose_jws_ver(silent().get(), signed_parts.get(), nullptr, loaded(jwk_).get(), true)) {
        return Error{Errc::Forbidden, "verify a signature: this key did not make it"};
    }
    return std::string(base::as_text(*payload));
}

DeviceKey DeviceKey::random() {
    const Json jwk(::json_pack("{s:s,s:s}", "kty", "EC", "crv", "P-256"));
    CHECK(jwk && ::jose_jwk_gen(silent().get(), jwk.get()));
    auto key = from_json(jwk.get());
    CHECK(key.has_value());
    return std::move(*key);
}

base::Result<DeviceKey> DeviceKey::parse(const base::Secret& jwk) {
    const Error malformed{Errc::Malformed,
                          "read the device key: it is not a secret P-256 key as a JSON Web Key; "
                          "restore the last backup"};
    if (jwk.reveal().size() > kMaxJwkBytes) return malformed;
    const Json json = parse_object(jwk.reveal_text());
    auto key = json ? from_json(json.get()) : std::nullopt;
    if (!key) return malformed;
    return std::move(*key);
}

std::optional<DeviceKey> DeviceKey::from_json(const json_t* jwk) {
    std::string d = coordinate(jwk, "d");
    const std::string x = coordinate(jwk, "x");
    const std::string y = coordinate(jwk, "y");
    auto point = PublicKey::parse(canonical(x, y));
    if (!is_p256(jwk) || d.empty() || !point) return std::nullopt;
    DeviceKey key;
    key.public_ = std::move(*point);
    std::string text =
        R"({"crv":"P-256","d":")" + d + R"(","kty":"EC","x":")" + x + R"(","y":")" + y + R"("})";
    key.jwk_ = base::Secret(std::string_view(text));
    ::explicit_bzero(text.data(), text.size());
    ::explicit_bzero(d.data(), d.size());
    if (!is_sound(key.jwk_.reveal_text())) return std::nullopt;
    return key;
}

base::Secret DeviceKey::secret_jwk() const { return base::Secret(jwk_.reveal()); }

std::string DeviceKey::sign(std::string_view payload, std::string_view purpose) const {
    const std::string encoded = base::to_base64url(base::as_bytes(payload));
    const Json jws(::json_pack("{s:s%}", "payload", encoded.data(), encoded.size()));
    const Json header(::json_pack("{s:{s:s,s:s%}}", "protected", "alg", kAlgorithm, "typ",
                                  purpose.data(), purpose.size()));
    CHECK(jws && header);
    CHECK(
        ::jose_jws_sig(silent().get(), jws.get(), header.get(), loaded(jwk_.reveal_text()).get()));
    return std::string(member(jws.get(), "protected")) + "." + encoded + "." +
           std::string(member(jws.get(), "signature"));
}

}  // namespace sightline::signature
