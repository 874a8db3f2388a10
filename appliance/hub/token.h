// Bearer tokens as the hub knows them: by their SHA-256 only, which names one participant of one
// session. base::random_token makes them. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightline::hub {

using TokenHash = std::array<std::uint8_t, 32>;

TokenHash hash_token(std::string_view token);
std::optional<TokenHash> token_hash_from_hex(std::string_view text);  // exactly 64 digits

// Takes the same time whatever the bytes are; false at once when the lengths differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace sightline::hub
