// What each of several P-256 keys can open by itself: JWE in the general JSON serialization (RFC
// 7516 section 7.2.1), one content key wrapped with ECDH-ES+A256KW for each recipient, A256GCM. A
// recipient's `kid` is its key's thumbprint (RFC 7638), so whoever carries it sees how many and
// which keys it is for. `SealingKey::open_shared` opens it. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/signature/device_key.h"

namespace sightline::signature {

// A delegation's members, its recovery key and some kiosks.
inline constexpr std::size_t kMaxSharedRecipients = 80;
inline constexpr std::size_t kMaxSharedText = std::size_t{128} * 1024;
inline constexpr std::size_t kMaxSharedBytes = std::size_t{256} * 1024;

// A JSON object in one line, of 4/3 of the text and some 330 bytes for each recipient. Malformed:
// no recipient, more than the bound, or one of them twice; no text. TooLarge: the text.
base::Result<std::string> seal_to_all(std::span<const PublicKey> recipients, std::string_view text);

// The thumbprints of those who can open it, in the order in which they stand there. Malformed.
base::Result<std::vector<std::string>> recipients_of(std::string_view jwe);

}  // namespace sightline::signature
