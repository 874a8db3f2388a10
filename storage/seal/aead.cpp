#include "storage/seal/aead.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <memory>

#include "appliance/base/check.h"
#include "appliance/base/random.h"

namespace sightline::storage::seal {
namespace {

struct ContextFree {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;

// Fetched once: OpenSSL 3 otherwise looks its providers through at every use.
const EVP_CIPHER* cipher() {
    static EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    CHECK(fetched != nullptr);
    return fetched;
}

Context new_context() {
    Context context(EVP_CIPHER_CTX_new());
    CHECK(context != nullptr);
    return context;
}

int length_of(base::ByteView bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

base::Secret random_key() {
    std::array<std::uint8_t, kKeyBytes> bytes{};
    base::fill_random(bytes);
    base::Secret key{base::ByteView(bytes)};
    ::explicit_bzero(bytes.data(), bytes.size());
    return key;
}

base::Bytes seal(const base::Secret& key, base::ByteView aad, base::ByteView plain) {
    CHECK(key.reveal().size() == kKeyBytes);
    base::Bytes sealed(plain.size() + kOverheadBytes);
    // From OpenSSL's generator, which does not ask the kernel each time.
    CHECK(RAND_bytes(sealed.data(), kNonceBytes) == 1);
    std::uint8_t* const out = sealed.data() + kNonceBytes;
    const Context context = new_context();
    int n = 0;
    // A failure here can only be want of memory: every length is ours.
    CHECK(EVP_EncryptInit_ex2(context.get(), cipher(), key.reveal().data(), sealed.data(),
                              nullptr) == 1);
    CHECK(EVP_EncryptUpdate(context.get(), nullptr, &n, aad.data(), length_of(aad)) == 1);
    CHECK(EVP_EncryptUpdate(context.get(), out, &n, plain.data(), length_of(plain)) == 1);
    CHECK(EVP_EncryptFinal_ex(context.get(), out + n, &n) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                              out + plain.size()) == 1);
    return sealed;
}

base::Result<base::Bytes> open(const base::Secret& key, base::ByteView aad, base::ByteView sealed) {
    CHECK(key.reveal().size() == kKeyBytes);
    if (sealed.size() < kOverheadBytes) return base::Errc::Malformed;
    const auto ciphertext = sealed.subspan(kNonceBytes, sealed.size() - kOverheadBytes);
    base::Bytes plain(ciphertext.size());
    const Context context = new_context();
    int n = 0;
    CHECK(EVP_DecryptInit_ex2(context.get(), cipher(), key.reveal().data(), sealed.data(),
                              nullptr) == 1);
    CHECK(EVP_DecryptUpdate(context.get(), nullptr, &n, aad.data(), length_of(aad)) == 1);
    CHECK(EVP_DecryptUpdate(context.get(), plain.data(), &n, ciphertext.data(),
                            length_of(ciphertext)) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                              const_cast<std::uint8_t*>(tag_of(sealed).data())) == 1);
    if (EVP_DecryptFinal_ex(context.get(), plain.data() + n, &n) != 1) {
        ::explicit_bzero(plain.data(), plain.size());
        return base::Errc::Malformed;
    }
    return plain;
}

base::ByteView tag_of(base::ByteView sealed) {
    static constexpr std::array<std::uint8_t, kTagBytes> kNone{};
    return sealed.size() < kOverheadBytes ? base::ByteView(kNone) : sealed.last(kTagBytes);
}

}  // namespace sightline::storage::seal
