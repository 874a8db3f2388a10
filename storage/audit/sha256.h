// SHA-256 of several pieces in a row, which is all the hashing the audit log needs. OpenSSL's
// context is kept per thread, so that a million small hashes allocate nothing. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "appliance/base/bytes.h"

namespace sightline::storage::audit {

using Hash = std::array<std::uint8_t, 32>;

// The hash of all parts joined. The caller sees to it that the joints are unambiguous.
Hash sha256(std::initializer_list<base::ByteView> parts);

}  // namespace sightline::storage::audit
