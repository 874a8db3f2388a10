#include "appliance/kiosk/access_token.h"

#include <openssl/sha.h>

#include <array>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"

namespace sightline::kiosk {

AccessToken AccessToken::random() {
    AccessToken token;
    token.text = base::random_token();
    token.sha256 = sha256_hex(token.text);
    return token;
}

std::string sha256_hex(std::string_view text) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
    return base::to_hex(hash);
}

}  // namespace sightline::kiosk
