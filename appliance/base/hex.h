// Bytes as text: lower-case hexadecimal, and base64url without padding (RFC 4648 section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/bytes.h"

namespace sightline::base {

std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);  // nullopt: odd length or not a hex digit

std::string to_base64url(ByteView bytes);
std::optional<Bytes> from_base64url(
    std::string_view text);  // nullopt: padding or other letters, or left-over bits

}  // namespace sightline::base
