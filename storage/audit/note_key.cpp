#include "storage/audit/note_key.h"

#include <openssl/evp.h>

#include <algorithm>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using base::Errc;
using base::Error;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreePublicKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

}  // namespace

bool is_key_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxKeyNameBytes && is_utf8(name) && !has_space(name) &&
           !has_control_characters(name) && name.find('+') == std::string_view::npos;
}

std::uint32_t VerifierKey::id() const {
    const std::uint8_t between[] = {0x0a, static_cast<std::uint8_t>(type)};
    return base::load32(sha256({base::as_bytes(name), between, key}).data());
}

std::string VerifierKey::vkey() const {
    std::uint8_t id_bytes[4];
    base::store32(id_bytes, id());
    base::Bytes typed = {static_cast<std::uint8_t>(type)};
    typed.insert(typed.end(), key.begin(), key.end());
    return name + "+" + base::to_hex(id_bytes) + "+" + to_base64(typed);
}

bool VerifierKey::verify(base::ByteView message, const RawSignature& signature) const {
    const std::unique_ptr<EVP_PKEY, FreePublicKey> pkey(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    return pkey != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

base::Result<VerifierKey> parse_vkey(std::string_view text) {
    const auto refuse = [](Errc code, const char* why) {
        return Error{code, std::string("read verifier key: ") + why};
    };
    const auto name = cut(text, '+');
    const auto id = cut(text, '+');
    if (!name || !id) return refuse(Errc::Malformed, "it must be NAME+ID+BASE64");
    if (!is_key_name(*name)) return refuse(Errc::Malformed, "its name is not a key name");
    const auto typed = from_base64(text);
    if (!typed || typed->empty()) return refuse(Errc::Malformed, "its key is not base64");
    const std::uint8_t type = typed->front();
    if (type != static_cast<std::uint8_t>(KeyType::Ed25519) &&
        type != static_cast<std::uint8_t>(KeyType::Cosignature)) {
        return refuse(Errc::Unsupported, "its type is neither 0x01 nor 0x04");
    }
    VerifierKey key;
    key.name = *name;
    key.type = static_cast<KeyType>(type);
    if (typed->size() != 1 + key.key.size()) {
        return refuse(Errc::Malformed, "its key does not have 32 bytes");
    }
    std::copy(typed->begin() + 1, typed->end(), key.key.begin());
    std::uint8_t id_bytes[4];
    base::store32(id_bytes, key.id());
    if (*id != base::to_hex(id_bytes)) {
        return refuse(Errc::Malformed, "its ID is not that of its name and key: copy it again");
    }
    return key;
}

SigningKey::SigningKey(VerifierKey verifier, std::unique_ptr<evp_pkey_st, FreeKey> key)
    : verifier_(std::move(verifier)), key_(std::move(key)) {}

void SigningKey::FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

base::Result<SigningKey> SigningKey::from_seed(std::string name, KeyType type,
                                               const base::Secret& seed) {
    if (!is_key_name(name)) {
        return Error{Errc::Malformed,
                     "make signing key: its name has a space or a plus sign, is "
                     "empty, or is longer than 255 bytes"};
    }
    if (seed.reveal().size() != 32) {
        return Error{Errc::Malformed, "make signing key: the seed must have 32 bytes"};
    }
    std::unique_ptr<evp_pkey_st, FreeKey> key(EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, nullptr, seed.reveal().data(), seed.reveal().size()));
    VerifierKey verifier{std::move(name), type, {}};
    std::size_t size = verifier.key.size();
    CHECK(key != nullptr &&
          EVP_PKEY_get_raw_public_key(key.get(), verifier.key.data(), &size) == 1);
    return SigningKey(std::move(verifier), std::move(key));
}

RawSignature SigningKey::sign(base::ByteView message) const {
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    RawSignature signature;
    std::size_t size = signature.size();
    CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
    CHECK(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
          1);
    return signature;
}

}  // namespace sightline::storage::audit
