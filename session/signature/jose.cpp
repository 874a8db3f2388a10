#include "session/signature/jose.h"

#include <malloc.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"

namespace sightline::signature::jose {
namespace {

constexpr std::size_t kCoordinateBytes = 32;  // of P-256

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

// OpenSSL takes no point that is not on the curve, and no secret that belongs to another point.
bool is_sound(std::string_view jwk) {
    EVP_PKEY* const key = ::jose_openssl_jwk_to_EVP_PKEY(silent().get(), parse_object(jwk).get());
    ::EVP_PKEY_free(key);
    return key != nullptr;
}

}  // namespace

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

// The members of RFC 7638 section 3.2, in its order, without white space.
std::string public_jwk(const json_t* jwk) {
    const std::string x = coordinate(jwk, "x");
    const std::string y = coordinate(jwk, "y");
    if (!is_p256(jwk) || x.empty() || y.empty()) return {};
    std::string text = R"({"crv":"P-256","kty":"EC","x":")" + x + R"(","y":")" + y + R"("})";
    return is_sound(text) ? text : std::string();
}

base::Secret secret_jwk(const json_t* jwk) {
    std::string d = coordinate(jwk, "d");
    const std::string x = coordinate(jwk, "x");
    const std::string y = coordinate(jwk, "y");
    if (!is_p256(jwk) || d.empty() || x.empty() || y.empty()) return {};
    std::string text =
        R"({"crv":"P-256","d":")" + d + R"(","kty":"EC","x":")" + x + R"(","y":")" + y + R"("})";
    base::Secret secret{std::string_view(text)};
    ::explicit_bzero(text.data(), text.size());
    ::explicit_bzero(d.data(), d.size());
    return is_sound(secret.reveal_text()) ? std::move(secret) : base::Secret();
}

base::Secret random_jwk() {
    const Json jwk(::json_pack("{s:s,s:s}", "kty", "EC", "crv", "P-256"));
    CHECK(jwk && ::jose_jwk_gen(silent().get(), jwk.get()));
    base::Secret secret = secret_jwk(jwk.get());
    CHECK(!secret.empty());
    return secret;
}

Json loaded(std::string_view jwk, const char* algorithm) {
    Json json = parse_object(jwk);
    CHECK(json != nullptr);
    CHECK(::json_object_set_new(json.get(), "alg", ::json_string(algorithm)) == 0);
    return json;
}

std::string compact(const json_t* json) {
    const std::unique_ptr<char, void (*)(void*)> text(::json_dumps(json, JSON_COMPACT), free_wiped);
    CHECK(text != nullptr);
    return text.get();
}

base::Secret taken_over(char* text, std::size_t size) {
    base::Secret secret{std::string_view(text, size)};
    ::explicit_bzero(text, size);
    std::free(text);
    return secret;
}

}  // namespace sightline::signature::jose
