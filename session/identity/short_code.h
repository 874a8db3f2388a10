// A key in a form that a person reads out on the telephone: the first 60 bits of its thumbprint, in
// Crockford's base32, as XXXX-XXXX-XXXX. No letter in it is taken for a digit. It names a key that
// is there; it is not long enough to stand for one where somebody may try millions of keys.
// Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/bytes.h"

namespace sightline::identity {

// `thumbprint`: RFC 7638 with SHA-256, in base64url.
std::string short_code(std::string_view thumbprint);

// The code in its one spelling, from whatever somebody typed: small letters, o for 0, i and l for
// 1, with dashes and blanks or without. nullopt: it is none.
std::optional<std::string> parse_short_code(std::string_view text);

// The same letters and spellings for any number of bits; the last letter's are filled with zeros.
std::string crockford(base::ByteView bytes, std::size_t bits);
std::optional<std::string> parse_crockford(std::string_view text, std::size_t bits);

}  // namespace sightline::identity
