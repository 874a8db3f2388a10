#include "session/signature/shared_seal.h"

#include <set>

#include "appliance/base/check.h"
#include "session/signature/jose.h"
#include "session/signature/sealing_key.h"

namespace sightline::signature {
namespace {

using base::Errc;
using base::Error;
using jose::Json;
using jose::member;
using jose::silent;

// {"enc":"A256GCM"}. What is not this has members that might mean something to somebody.
constexpr std::string_view kProtected = "eyJlbmMiOiJBMjU2R0NNIn0";

Error malformed() {
    return {Errc::Malformed,
            "open what was sealed to several: it is no general JWE with ECDH-ES+A256KW and "
            "A256GCM within the bounds"};
}

// libjose writes a single recipient in the flattened form; ours is one form for any number.
void generalize(json_t* jwe) {
    if (::json_object_get(jwe, "recipients") != nullptr) return;
    const Json recipient(::json_pack("{s:O,s:O}", "header", ::json_object_get(jwe, "header"),
                                     "encrypted_key", ::json_object_get(jwe, "encrypted_key")));
    CHECK(recipient != nullptr);
    CHECK(::json_object_set_new(jwe, "recipients", ::json_pack("[O]", recipient.get())) == 0);
    CHECK(::json_object_del(jwe, "header") == 0 && ::json_object_del(jwe, "encrypted_key") == 0);
}

// null: not of the form. Its recipients are an array of 1 to the bound, each with the header that
// we write, and nobody twice.
Json parsed(std::string_view jwe) {
    if (jwe.size() > kMaxSharedBytes) return nullptr;
    Json json = jose::parse_object(jwe);
    if (!json || ::json_object_size(json.get()) != 5 ||
        member(json.get(), "protected") != kProtected || member(json.get(), "iv").empty() ||
        member(json.get(), "tag").empty() ||
        !json_is_string(::json_object_get(json.get(), "ciphertext"))) {
        return nullptr;
    }
    const json_t* const all = ::json_object_get(json.get(), "recipients");
    if (!json_is_array(all) || ::json_array_size(all) == 0 ||
        ::json_array_size(all) > kMaxSharedRecipients) {
        return nullptr;
    }
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < ::json_array_size(all); ++i) {
        const json_t* const recipient = ::json_array_get(all, i);
        const json_t* const header = ::json_object_get(recipient, "header");
        const std::string_view kid = member(header, "kid");
        if (::json_object_size(recipient) != 2 || ::json_object_size(header) != 3 ||
            member(recipient, "encrypted_key").empty() || member(header, "alg") != jose::kKeyWrap ||
            !json_is_object(::json_object_get(header, "epk")) || kid.empty() ||
            !seen.insert(kid).second) {
            return nullptr;
        }
    }
    return json;
}

}  // namespace

base::Result<std::string> seal_to_all(std::span<const PublicKey> recipients,
                                      std::string_view text) {
    if (recipients.empty() || recipients.size() > kMaxSharedRecipients) {
        return Error{Errc::Malformed, "seal to several: there are none, or more than 80"};
    }
    // libjose would seal nothing, and then not open it.
    if (text.empty()) return Error{Errc::Malformed, "seal to several: there is nothing to seal"};
    if (text.size() > kMaxSharedText) {
        return Error{Errc::TooLarge, "seal to several: it is longer than 128 KiB; cut it up"};
    }
    const Json jwe(::json_pack("{s:{s:s}}", "protected", "enc", jose::kContentCipher));
    const Json content_key(::json_object());
    CHECK(jwe && content_key);
    std::set<std::string> seen;
    for (const PublicKey& recipient : recipients) {
        const std::string kid = recipient.jwk().empty() ? std::string() : recipient.thumbprint();
        if (kid.empty() || !seen.insert(kid).second) {
            return Error{Errc::Malformed, "seal to several: a recipient is nobody, or there twice"};
        }
        // The algorithm for each key: left alone, libjose wraps with A128KW.
        const Json header(
            ::json_pack("{s:{s:s,s:s}}", "header", "alg", jose::kKeyWrap, "kid", kid.c_str()));
        CHECK(header && ::jose_jwe_enc_jwk(silent().get(), jwe.get(), header.get(),
                                           jose::loaded(recipient.jwk(), jose::kKeyWrap).get(),
                                           content_key.get()));
    }
    CHECK(
        ::jose_jwe_enc_cek(silent().get(), jwe.get(), content_key.get(), text.data(), text.size()));
    generalize(jwe.get());
    return jose::compact(jwe.get());
}

base::Result<std::vector<std::string>> recipients_of(std::string_view jwe) {
    const Json json = parsed(jwe);
    if (!json) return malformed();
    const json_t* const all = ::json_object_get(json.get(), "recipients");
    std::vector<std::string> kids;
    for (std::size_t i = 0; i < ::json_array_size(all); ++i) {
        kids.emplace_back(member(::json_object_get(::json_array_get(all, i), "header"), "kid"));
    }
    return kids;
}

base::Result<base::Secret> SealingKey::open_shared(std::string_view jwe) const {
    const Json json = parsed(jwe);
    if (!json) return malformed();
    const json_t* const all = ::json_object_get(json.get(), "recipients");
    const std::string own = public_.thumbprint();
    const json_t* recipient = nullptr;
    for (std::size_t i = 0; i < ::json_array_size(all); ++i) {
        const json_t* const each = ::json_array_get(all, i);
        if (member(::json_object_get(each, "header"), "kid") == own) recipient = each;
    }
    if (recipient == nullptr) {
        return Error{Errc::NotFound,
                     "open what was sealed to several: this key is none of its recipients"};
    }
    const Error altered{Errc::Forbidden, "open what was sealed to several: it was altered"};
    const Json content_key(
        ::jose_jwe_dec_jwk(silent().get(), json.get(), recipient,
                           jose::loaded(jwk_.reveal_text(), jose::kKeyWrap).get()));
    if (!content_key) return altered;
    std::size_t size = 0;
    char* const text = static_cast<char*>(
        ::jose_jwe_dec_cek(silent().get(), json.get(), content_key.get(), &size));
    if (text == nullptr) return altered;
    return jose::taken_over(text, size);
}

}  // namespace sightline::signature
