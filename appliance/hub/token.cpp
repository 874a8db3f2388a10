#include "appliance/hub/token.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

#include "appliance/base/hex.h"

namespace sightline::hub {

TokenHash hash_token(std::string_view token) {
    TokenHash hash;
    SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), hash.data());
    return hash;
}

std::optional<TokenHash> token_hash_from_hex(std::string_view text) {
    const auto bytes = base::from_hex(text);
    TokenHash hash;
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sightline::hub
