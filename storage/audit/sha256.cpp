#include "storage/audit/sha256.h"

#include <openssl/evp.h>

#include <memory>

#include "appliance/base/check.h"

namespace sightline::storage::audit {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeDigest {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

// Fetched once: EVP_sha256() would look its implementation up again for every hash.
const EVP_MD* fetched_sha256() {
    static const std::unique_ptr<EVP_MD, FreeDigest> digest(
        EVP_MD_fetch(nullptr, "SHA256", nullptr));
    CHECK(digest != nullptr);
    return digest.get();
}

}  // namespace

Hash sha256(std::initializer_list<base::ByteView> parts) {
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    CHECK(EVP_DigestInit_ex2(context.get(), fetched_sha256(), nullptr) == 1);
    for (const base::ByteView part : parts) {
        CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
    }
    Hash hash;
    CHECK(EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1);
    return hash;
}

}  // namespace sightline::storage::audit
