// A protected frame as it travels: whole encoded frames are encrypted before they are packetised,
// but for the first bytes, which packetisers and decoders' front ends read.
//
//     +--------------+------------+-----+--------+---+
//     | clear prefix | ciphertext | tag | header | n |     n: the header's length, one byte
//     +--------------+------------+-----+--------+---+
//
// RFC 9605 puts the header in front; here it trails, so that the front keeps the codec's form and a
// forwarder finds the key's number in the last packet. The tag covers header and clear prefix too
// (the prefix is the RFC's metadata). No state. Any thread.
#pragma once

#include <optional>

#include "media/sframe/frame_cipher.h"
#include "media/wire/media.h"

namespace sightline::sframe {

inline constexpr std::size_t kMaxOverhead = kMaxTagBytes + kMaxHeaderBytes + 1;

// How much of an encoded frame stays in clear: Opus 1 byte (the TOC, RFC 6716 section 3.1); VP8 10
// of a key frame and 3 of others (RFC 6386 section 9.1). Never more than there is.
std::size_t clear_bytes(wire::MediaKind kind, base::ByteView frame);

// The frame in the first `size` bytes of `buffer` becomes a protected one of the returned size,
// under a counter that this cipher has not used. `buffer` has kMaxOverhead more.
std::size_t protect(FrameCipher& cipher, std::uint64_t counter, wire::MediaKind kind,
                    base::MutableBytes buffer, std::size_t size);

struct Trailer {
    Header header;
    std::size_t size = 0;  // header and length byte
};
// Of a frame, or of its last packet's payload. nullopt: it has none.
std::optional<Trailer> parse_trailer(base::ByteView bytes);

// A protected frame becomes the frame of the returned size. nullopt: not authentic, or shorter than
// that; all but the clear prefix is zeros then.
std::optional<std::size_t> unprotect(FrameCipher& cipher, const Trailer& trailer,
                                     wire::MediaKind kind, base::MutableBytes frame);

}  // namespace sightline::sframe
