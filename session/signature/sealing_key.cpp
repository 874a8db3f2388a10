#include "session/signature/sealing_key.h"

#include <array>

#include "appliance/base/check.h"
#include "session/signature/jose.h"

namespace sightline::signature {
namespace {

using base::Errc;
using base::Error;
using jose::Json;
using jose::member;
using jose::silent;

// RFC 7516 lets a header's members stand in three places; each of ours stands in one of them.
std::string header_member(const json_t* jwe, const char* name) {
    const auto encoded = jose::from_base64url(member(jwe, "protected"));
    const Json integrity = encoded ? jose::parse_object(base::as_text(*encoded)) : nullptr;
    std::string found;
    const std::array<const json_t*, 2> headers{integrity.get(), ::json_object_get(jwe, "header")};
    for (const json_t* header : headers) {
        if (header != nullptr && found.empty()) found = member(header, name);
    }
    return found;
}

}  // namespace

SealingKey SealingKey::random() {
    SealingKey key;
    key.jwk_ = jose::random_jwk();
    key.public_.jwk_ = jose::public_jwk(jose::parse_object(key.jwk_.reveal_text()).get());
    return key;
}

base::Result<SealingKey> SealingKey::parse(const base::Secret& jwk) {
    const Error malformed{Errc::Malformed,
                          "read the sealing key: it is not a secret P-256 key as a JSON Web Key; "
                          "restore the last backup"};
    if (jwk.reveal().size() > jose::kMaxJwkBytes) return malformed;
    const Json json = jose::parse_object(jwk.reveal_text());
    SealingKey key;
    if (json) key.jwk_ = jose::secret_jwk(json.get());
    if (key.jwk_.empty()) return malformed;
    key.public_.jwk_ = jose::public_jwk(json.get());
    return key;
}

base::Result<base::Secret> SealingKey::open(std::string_view jwe) const {
    const Error malformed{Errc::Malformed,
                          "open what was sealed: it is no JWE with ECDH-ES+A256KW and A256GCM"};
    if (jwe.size() > kMaxSealedBytes) return malformed;
    const Json json = jose::parse_object(jwe);
    if (!json || ::json_object_get(json.get(), "recipients") != nullptr) return malformed;
    if (header_member(json.get(), "alg") != jose::kKeyWrap ||
        header_member(json.get(), "enc") != jose::kContentCipher ||
        !header_member(json.get(), "zip").empty()) {
        return malformed;
    }
    std::size_t size = 0;
    char* const text = static_cast<char*>(
        ::jose_jwe_dec(silent().get(), json.get(), nullptr,
                       jose::loaded(jwk_.reveal_text(), jose::kKeyWrap).get(), &size));
    if (text == nullptr) {
        return Error{Errc::Forbidden,
                     "open what was sealed: it was sealed to another key, or altered"};
    }
    return jose::taken_over(text, size);
}

std::string seal(const PublicKey& to, std::string_view text) {
    const Json jwe(::json_pack("{s:{s:s}}", "protected", "enc", jose::kContentCipher));
    const Json key = jose::loaded(to.jwk(), jose::kKeyWrap);
    CHECK(jwe &&
          ::jose_jwe_enc(silent().get(), jwe.get(), nullptr, key.get(), text.data(), text.size()));
    return jose::compact(jwe.get());
}

}  // namespace sightline::signature
