#include "appliance/kiosk/access_token.h"

#include <openssl/sha.h>

#include <array>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"

namespace sightline::kiosk {

AccessToken AccessToken::random() {
    std::array<std::uint8_t, 32> bytes{};
    base::fill_random(bytes);
    AccessToken token;
    token.text = base::to_base64url(bytes);
    token.sha256 = sha256_hex(token.text);
    return token;
}

std::string sha256_hex(std::string_view text) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
    return base::to_hex(hash);
}

}  // namespace sightline::kiosk
