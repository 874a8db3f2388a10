// The kinds of media, and one encoded frame: what an encoder gives and a decoder takes. Media is
// encrypted end to end in this form, so frames, not packets, are the unit between engine and peer.
#pragma once

#include <chrono>
#include <cstdint>

#include "appliance/base/bytes.h"

namespace sightline::wire {

enum class MediaKind : std::uint8_t { Audio, Video };

// Bytes that a frame's buffer has room for beyond the frame, for whoever encrypts it in place.
inline constexpr std::size_t kTailroom = 64;

inline constexpr std::uint32_t kAudioClockRate = 48000;  // Opus, RFC 7587 section 4.1
inline constexpr std::uint32_t kVideoClockRate = 90000;  // VP8, RFC 7741 section 4.1

struct EncodedFrame {
    MediaKind kind = MediaKind::Audio;
    bool key_frame = false;  // always true for audio
    // Capture time on the sender's media clock. Audio and video of one person share the clock,
    // which is what keeps lips and voice together; its zero is arbitrary.
    std::chrono::nanoseconds captured{0};
    base::Bytes data;
};

}  // namespace sightline::wire
