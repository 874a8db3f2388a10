#include "appliance/base/random.h"

#include <sys/random.h>

#include <cerrno>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"

namespace sightline::base {

void fill_random(MutableBytes buffer) {
    while (!buffer.empty()) {
        const ssize_t n = ::getrandom(buffer.data(), buffer.size(), 0);
        CHECK(n > 0 || errno == EINTR);
        if (n > 0) buffer = buffer.subspan(static_cast<std::size_t>(n));
    }
}

std::uint32_t random_u32() {
    std::uint8_t b[4];
    fill_random(b);
    return load32(b);
}

std::uint64_t random_u64() {
    std::uint8_t b[8];
    fill_random(b);
    return load64(b);
}

std::string random_token() {
    std::uint8_t bytes[32];
    fill_random(bytes);
    return to_base64url(bytes);
}

std::string random_ice_chars(std::size_t length) {
    static constexpr char kAlphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Bytes noise(length);
    fill_random(noise);
    std::string text(length, '\0');
    for (std::size_t i = 0; i < length; ++i) text[i] = kAlphabet[noise[i] & 63];
    return text;
}

}  // namespace sightline::base
