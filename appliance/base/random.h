// Random bytes from the kernel, for identifiers, tokens, ICE credentials and protocol offsets.
#pragma once

#include <cstdint>
#include <string>

#include "appliance/base/bytes.h"

namespace sightline::base {

// Fills the buffer from getrandom(2); aborts if the kernel has none, which happens only before it
// has been seeded at boot.
void fill_random(MutableBytes buffer);
std::uint32_t random_u32();
std::uint64_t random_u64();

// What lets its bearer in, in a link, a cookie or a header: 32 random bytes in base64url, 43
// characters.
std::string random_token();

// `length` characters from A-Z a-z 0-9 + /, the ice-char set of RFC 8839 section 5.4: 6 bits each.
std::string random_ice_chars(std::size_t length);

}  // namespace sightline::base
