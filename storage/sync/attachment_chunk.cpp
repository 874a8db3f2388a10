#include "storage/sync/attachment_chunk.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "appliance/base/check.h"

namespace sightline::storage::sync {
namespace {

constexpr std::size_t kKeyBytes = 32;

struct ContextFree {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;

std::array<std::uint8_t, 12> nonce_of(std::uint64_t number) {
    std::array<std::uint8_t, 12> nonce{};
    for (std::size_t i = 0; i < 8; ++i) {
        nonce[nonce.size() - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return nonce;
}

Context begin(const base::Secret& key, std::uint64_t number, bool encrypt) {
    CHECK(key.reveal().size() == kKeyBytes);
    Context context(EVP_CIPHER_CTX_new());
    const auto nonce = nonce_of(number);
    CHECK(context && EVP_CipherInit_ex2(context.get(), EVP_aes_256_gcm(), key.reveal().data(),
                                        nonce.data(), encrypt ? 1 : 0, nullptr) == 1);
    return context;
}

}  // namespace

std::string seal_chunk(const base::Secret& key, std::uint64_t number, base::ByteView plain) {
    CHECK(plain.size() <= kChunkBytes);
    const Context context = begin(key, number, true);
    std::string out(plain.size() + kChunkTagBytes, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    int size = 0, last = 0;
    CHECK(EVP_EncryptUpdate(context.get(), bytes, &size, plain.data(),
                            static_cast<int>(plain.size())) == 1);
    CHECK(EVP_EncryptFinal_ex(context.get(), bytes + size, &last) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kChunkTagBytes,
                              bytes + plain.size()) == 1);
    return out;
}

base::Result<base::Bytes> open_chunk(const base::Secret& key, std::uint64_t number,
                                     base::ByteView sealed) {
    const base::Error damaged{base::Errc::Malformed,
                              "open a piece of an attachment: it is damaged, or another one's"};
    if (sealed.size() < kChunkTagBytes || sealed.size() > kChunkBytes + kChunkTagBytes) {
        return damaged;
    }
    const Context context = begin(key, number, false);
    base::Bytes plain(sealed.size() - kChunkTagBytes);
    std::array<std::uint8_t, kChunkTagBytes> tag;
    std::copy(sealed.end() - static_cast<std::ptrdiff_t>(tag.size()), sealed.end(), tag.begin());
    int size = 0, last = 0;
    CHECK(EVP_DecryptUpdate(context.get(), plain.data(), &size, sealed.data(),
                            static_cast<int>(plain.size())) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kChunkTagBytes, tag.data()) ==
          1);
    if (EVP_DecryptFinal_ex(context.get(), plain.data() + size, &last) != 1) return damaged;
    return plain;
}

}  // namespace sightline::storage::sync
