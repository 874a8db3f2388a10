#include "storage/seal/derive.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <utility>

#include "appliance/base/check.h"

namespace sightline::storage::seal {
namespace {

struct MacFree {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
struct KdfFree {
    void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

char kSha256[] = "SHA256";

OSSL_PARAM octets(const char* name, base::ByteView bytes) {
    static std::uint8_t nothing = 0;  // OpenSSL refuses a null pointer even for no bytes
    auto* const data = bytes.empty() ? &nothing : const_cast<std::uint8_t*>(bytes.data());
    return OSSL_PARAM_construct_octet_string(name, data, bytes.size());
}

}  // namespace

struct Mac::State {
    std::unique_ptr<EVP_MAC_CTX, MacFree> context;
};

namespace {

// HMAC with its digest chosen and no key yet. Copied for each key: looking algorithms up by name
// costs more than a short message does.
EVP_MAC_CTX* keyless_hmac() {
    static EVP_MAC_CTX* const made = [] {
        EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        EVP_MAC_CTX* const context = EVP_MAC_CTX_new(hmac);
        const OSSL_PARAM params[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, kSha256, 0),
            OSSL_PARAM_construct_end()};
        CHECK(context != nullptr && EVP_MAC_CTX_set_params(context, params) == 1);
        return context;
    }();
    return made;
}

}  // namespace

Mac::Mac(const base::Secret& key) : state_(std::make_unique<State>()) {
    state_->context.reset(EVP_MAC_CTX_dup(keyless_hmac()));
    CHECK(EVP_MAC_init(state_->context.get(), key.reveal().data(), key.reveal().size(), nullptr) ==
          1);
}
Mac::~Mac() = default;
Mac::Mac(Mac&&) noexcept = default;
Mac& Mac::operator=(Mac&&) noexcept = default;

Digest Mac::of(base::ByteView message) const {
    EVP_MAC_CTX* const context = state_->context.get();
    Digest digest{};
    std::size_t length = 0;
    // Without a key, init begins a new message under the key that is there.
    CHECK(EVP_MAC_init(context, nullptr, 0, nullptr) == 1);
    CHECK(EVP_MAC_update(context, message.data(), message.size()) == 1);
    CHECK(EVP_MAC_final(context, digest.data(), &length, digest.size()) == 1);
    return digest;
}

base::Secret hkdf(const base::Secret& secret, base::ByteView salt, std::string_view info) {
    static EVP_KDF* const algorithm = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    const std::unique_ptr<EVP_KDF_CTX, KdfFree> context(EVP_KDF_CTX_new(algorithm));
    CHECK(context != nullptr);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, kSha256, 0),
        octets(OSSL_KDF_PARAM_KEY, secret.reveal()), octets(OSSL_KDF_PARAM_SALT, salt),
        octets(OSSL_KDF_PARAM_INFO, base::as_bytes(info)), OSSL_PARAM_construct_end()};
    Digest key{};
    CHECK(EVP_KDF_derive(context.get(), key.data(), key.size(), params) == 1);
    base::Secret out{base::ByteView(key)};
    ::explicit_bzero(key.data(), key.size());
    return out;
}

StretchedPin stretch_pin(const base::Secret& pin, base::ByteView salt, PinCost cost) {
    CHECK(cost.log2_n >= kMinLog2N && cost.log2_n <= kMaxLog2N);
    constexpr std::uint64_t kBlock = 8;
    const std::uint64_t n = std::uint64_t{1} << cost.log2_n;
    std::array<std::uint8_t, 64> wide{};
    const auto text = pin.reveal_text();
    CHECK(EVP_PBE_scrypt(text.data(), text.size(), salt.data(), salt.size(), n, kBlock, 1,
                         128 * kBlock * (n + 8), wide.data(), wide.size()) == 1);
    const base::ByteView view(wide);
    StretchedPin out{base::Secret(view.first(32)), base::Secret(view.last(32))};
    ::explicit_bzero(wide.data(), wide.size());
    return out;
}

}  // namespace sightline::storage::seal
