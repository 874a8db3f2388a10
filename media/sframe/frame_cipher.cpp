#include "media/sframe/frame_cipher.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#include <algorithm>
#include <string>

#include "appliance/base/check.h"

namespace sightline::sframe {
namespace {

using base::ByteView;
using base::MutableBytes;

int length_of(ByteView bytes) { return static_cast<int>(bytes.size()); }

template <class T, void (*kFree)(T*)>
struct Free {
    void operator()(T* object) const { kFree(object); }
};
using Kdf = std::unique_ptr<EVP_KDF_CTX, Free<EVP_KDF_CTX, EVP_KDF_CTX_free>>;

OSSL_PARAM octets(const char* name, ByteView bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                             bytes.size());
}

// One half of HKDF (RFC 5869), as `mode` says.
void hkdf(int mode, const char* digest, ByteView key, ByteView info, MutableBytes out) {
    EVP_KDF* const fetched = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    const Kdf kdf(EVP_KDF_CTX_new(fetched));
    EVP_KDF_free(fetched);
    std::string digest_name(digest);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name.data(), 0),
        octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_INFO, info),
        OSSL_PARAM_construct_end()};
    CHECK(kdf != nullptr && EVP_KDF_derive(kdf.get(), out.data(), out.size(), parameters) == 1);
}

// All of a GCM operation but its end: the context knows the key and the direction. `parameters`: of
// its beginning, or null. Returns how many bytes of `frame` are done.
int run(EVP_CIPHER_CTX* context, ByteView iv, ByteView header, ByteView metadata,
        MutableBytes frame, const OSSL_PARAM* parameters) {
    constexpr int kAsBefore = -1;
    int n = 0;
    CHECK(EVP_CipherInit_ex2(context, nullptr, nullptr, iv.data(), kAsBefore, parameters) == 1);
    // Header and clear prefix are a few bytes: joined, they cost one call where they would cost
    // two.
    std::array<std::uint8_t, 64> joined;
    if (header.size() + metadata.size() <= joined.size()) {
        std::copy(metadata.begin(), metadata.end(),
                  std::copy(header.begin(), header.end(), joined.begin()));
        const auto length = static_cast<int>(header.size() + metadata.size());
        CHECK(EVP_CipherUpdate(context, nullptr, &n, joined.data(), length) == 1);
    } else {
        CHECK(EVP_CipherUpdate(context, nullptr, &n, header.data(), length_of(header)) == 1);
        CHECK(EVP_CipherUpdate(context, nullptr, &n, metadata.data(), length_of(metadata)) == 1);
    }
    CHECK(EVP_CipherUpdate(context, frame.data(), &n, frame.data(), length_of(frame)) == 1);
    return n;
}

// "SFrame 1.0 Secret key " or "... salt ", the KID in 8 bytes, the suite in 2.
base::Bytes label(const char* what, std::uint64_t kid, Suite suite) {
    const std::string text = std::string("SFrame 1.0 Secret ") + what + " ";
    base::Bytes out(text.begin(), text.end());
    out.resize(out.size() + 10);
    base::store64(&out[out.size() - 10], kid);
    base::store16(&out[out.size() - 2], static_cast<std::uint16_t>(suite));
    return out;
}

}  // namespace

void FrameCipher::CipherFree::operator()(evp_cipher_ctx_st* context) const {
    EVP_CIPHER_CTX_free(context);
}
void FrameCipher::MacFree::operator()(evp_mac_ctx_st* context) const { EVP_MAC_CTX_free(context); }

FrameCipher::FrameCipher(Suite suite, std::uint64_t kid, const base::Secret& base_key)
    : FrameCipher(suite, kid) {
    const auto sizes = traits(suite);
    std::array<std::uint8_t, 64> secret{};
    std::array<std::uint8_t, 64> keys{};
    const auto used = MutableBytes(secret).first(sizes.digest_bytes);
    hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, sizes.digest, base_key.reveal(), {}, used);
    const auto key = MutableBytes(keys).first(sizes.encryption_key + sizes.authentication_key);
    hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, sizes.digest, used, label("key", kid, suite), key);
    hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, sizes.digest, used, label("salt", kid, suite), salt_);
    use_keys(key);
    ::explicit_bzero(secret.data(), secret.size());
    ::explicit_bzero(keys.data(), keys.size());
}

FrameCipher FrameCipher::from_keys(Suite suite, std::uint64_t kid, ByteView keys, ByteView salt) {
    FrameCipher made(suite, kid);
    CHECK(salt.size() == made.salt_.size());
    std::copy(salt.begin(), salt.end(), made.salt_.begin());
    made.use_keys(keys);
    return made;
}

void FrameCipher::use_keys(ByteView key) {
    const auto sizes = traits(suite_);
    CHECK(key.size() == sizes.encryption_key + sizes.authentication_key);
    seal_ = make_context(true, key.first(sizes.encryption_key));
    if (sizes.authentication_key == 0) {
        open_ = make_context(false, key.first(sizes.encryption_key));
    } else {
        EVP_MAC* const fetched = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        mac_.reset(EVP_MAC_CTX_new(fetched));
        EVP_MAC_free(fetched);
        std::string digest(sizes.digest);
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
            OSSL_PARAM_construct_end()};
        const auto mac_key = key.last(sizes.authentication_key);
        CHECK(mac_ != nullptr &&
              EVP_MAC_init(mac_.get(), mac_key.data(), mac_key.size(), parameters) == 1);
    }
}

FrameCipher::~FrameCipher() = default;
FrameCipher::FrameCipher(FrameCipher&&) noexcept = default;
FrameCipher& FrameCipher::operator=(FrameCipher&&) noexcept = default;

FrameCipher::CipherContext FrameCipher::make_context(bool encrypts, ByteView key) const {
    EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, traits(suite_).cipher, nullptr);
    CipherContext context(EVP_CIPHER_CTX_new());
    CHECK(cipher != nullptr && context != nullptr);
    CHECK(EVP_CipherInit_ex2(context.get(), cipher, key.data(), nullptr, encrypts ? 1 : 0,
                             nullptr) == 1);
    EVP_CIPHER_free(cipher);
    return context;
}

// Section 4.4.3: the counter, as long as the nonce, over the salt.
FrameCipher::Nonce FrameCipher::nonce(std::uint64_t counter) const {
    std::uint8_t bytes[8];
    base::store64(bytes, counter);
    Nonce nonce = salt_;
    for (std::size_t i = 0; i < sizeof bytes; ++i) nonce[kNonceBytes - 8 + i] ^= bytes[i];
    return nonce;
}

void FrameCipher::seal(std::uint64_t counter, ByteView header, ByteView metadata,
                       MutableBytes frame, MutableBytes tag) {
    CHECK(tag.size() == tag_size());
    const Nonce iv = nonce(counter);
    if (mac_) {
        counter_mode(iv, frame);
        const auto made = hmac(iv, header, metadata, frame);
        std::copy_n(made.begin(), tag.size(), tag.begin());
        return;
    }
    auto* const context = seal_.get();
    int n = run(context, iv, header, metadata, frame, nullptr);
    CHECK(EVP_EncryptFinal_ex(context, frame.data() + n, &n) == 1);
    OSSL_PARAM made[] = {octets(OSSL_CIPHER_PARAM_AEAD_TAG, tag), OSSL_PARAM_construct_end()};
    CHECK(EVP_CIPHER_CTX_get_params(context, made) == 1);
}

bool FrameCipher::open(std::uint64_t counter, ByteView header, ByteView metadata,
                       MutableBytes frame, ByteView tag) {
    CHECK(tag.size() == tag_size());
    const Nonce iv = nonce(counter);
    if (mac_) {
        const auto made = hmac(iv, header, metadata, frame);
        if (CRYPTO_memcmp(made.data(), tag.data(), tag.size()) != 0) {
            std::fill(frame.begin(), frame.end(), std::uint8_t{0});
            return false;
        }
        counter_mode(iv, frame);
        return true;
    }
    auto* const context = open_.get();
    // With the beginning: one call less than giving it at the end.
    const OSSL_PARAM wanted[] = {octets(OSSL_CIPHER_PARAM_AEAD_TAG, tag),
                                 OSSL_PARAM_construct_end()};
    int n = run(context, iv, header, metadata, frame, wanted);
    if (EVP_DecryptFinal_ex(context, frame.data() + n, &n) == 1) return true;
    std::fill(frame.begin(), frame.end(), std::uint8_t{0});
    return false;
}

// Section 4.5.1: the initial counter block is the nonce and 32 bits of zero.
void FrameCipher::counter_mode(const Nonce& nonce, MutableBytes frame) {
    std::array<std::uint8_t, 16> block{};
    std::copy(nonce.begin(), nonce.end(), block.begin());
    int n = 0;
    CHECK(EVP_EncryptInit_ex2(seal_.get(), nullptr, nullptr, block.data(), nullptr) == 1);
    CHECK(EVP_EncryptUpdate(seal_.get(), frame.data(), &n, frame.data(), length_of(frame)) == 1);
}

std::array<std::uint8_t, kMaxTagBytes> FrameCipher::hmac(const Nonce& nonce, ByteView header,
                                                         ByteView metadata, ByteView frame) {
    std::uint8_t lengths[24];
    base::store64(lengths, header.size() + metadata.size());
    base::store64(lengths + 8, frame.size());
    base::store64(lengths + 16, tag_size());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole{};
    std::size_t size = 0;
    CHECK(EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1);  // the key stays
    for (const ByteView part : {ByteView(lengths), ByteView(nonce), header, metadata, frame}) {
        CHECK(EVP_MAC_update(mac_.get(), part.data(), part.size()) == 1);
    }
    CHECK(EVP_MAC_final(mac_.get(), whole.data(), &size, whole.size()) == 1);
    std::array<std::uint8_t, kMaxTagBytes> tag{};
    std::copy_n(whole.begin(), std::min(size, tag.size()), tag.begin());
    return tag;
}

}  // namespace sightline::sframe
