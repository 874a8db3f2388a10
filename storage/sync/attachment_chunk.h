// Attachments travel in pieces of 1 MiB, so that a cut costs no more than one; each is encrypted
// and named by the SHA-256 of its ciphertext. AES-256-GCM (NIST SP 800-38D) under the attachment's
// own key; the nonce is the piece's number, so the same bytes under the same key have the same
// names after a crash. FORMAT.md, "Chunks". Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::storage::sync {

inline constexpr std::size_t kChunkBytes = std::size_t{1024} * 1024;
inline constexpr std::size_t kChunkTagBytes = 16;

// `key` has 32 bytes and is never used for another attachment, or another version of it; `plain`
// has at most kChunkBytes.
std::string seal_chunk(const base::Secret& key, std::uint64_t number, base::ByteView plain);
// Malformed: another key or number, or damaged.
base::Result<base::Bytes> open_chunk(const base::Secret& key, std::uint64_t number,
                                     base::ByteView sealed);

}  // namespace sightline::storage::sync
