// What lets one person into one interview: 32 random bytes in base64url. The clear text is in the
// link and nowhere else; everybody who checks it holds its SHA-256. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace sightline::kiosk {

struct AccessToken {
    std::string text;    // 43 characters
    std::string sha256;  // of the text, 64 hexadecimal digits

    static AccessToken random();
};

std::string sha256_hex(std::string_view text);

}  // namespace sightline::kiosk
