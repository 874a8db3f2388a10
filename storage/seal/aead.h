// AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front and a 128-bit tag behind:
//
//     nonce (12) | ciphertext (as long as the plaintext) | tag (16)
//
// A key that seals n values risks a repeated nonce with probability n²/2⁹⁷, so every dossier has a
// key of its own. What a sealed value belongs to goes into `aad`: it opens there and nowhere else.
// Any thread.
#pragma once

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::storage::seal {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kNonceBytes = 12;
inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kOverheadBytes = kNonceBytes + kTagBytes;

base::Secret random_key();

base::Bytes seal(const base::Secret& key, base::ByteView aad, base::ByteView plain);

// Errors: Malformed, without a text: another key, other `aad`, or damaged bytes; GCM cannot tell.
base::Result<base::Bytes> open(const base::Secret& key, base::ByteView aad, base::ByteView sealed);

// The tag of a sealed value, which stands for all of it; zeros when it is too short to be one.
base::ByteView tag_of(base::ByteView sealed);

}  // namespace sightline::storage::seal
