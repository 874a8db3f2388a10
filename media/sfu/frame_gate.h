// Lets through only those frames of one published track that end in an SFrame trailer whose key
// number (base::KeyNumber) is one that the grant names: of the sender's slot, of the track's kind,
// of no epoch that is over. Packets are forwarded as they come, and only a frame's last one has the
// trailer. So a track is closed until it has shown one good end, and closed again by the first bad
// one, which is dropped: a frame without its last packet never decodes. A packet of sound is a
// frame of its own. It cannot tell whether a frame is encrypted, and with which key; those who have
// the keys can. Allocates nothing. One per track. One thread.
#pragma once

#include <cstdint>
#include <optional>

#include "media/sfu/media_packet.h"
#include "media/sfu/sfu.h"
#include "media/wire/media.h"

namespace sightline::sfu {

class FrameGate {
  public:
    explicit FrameGate(wire::MediaKind kind) : kind_(kind) {}

    // nullopt: everything passes. What was asked of nobody before, or for another slot, begins
    // closed; a later epoch of the same slot does not interrupt.
    void require(const std::optional<Protection>& protection);

    enum class Verdict : std::uint8_t {
        Pass,
        Held,         // of a track that is closed, and nobody's fault
        Unprotected,  // the end of a frame that is not protected as it should be
    };
    Verdict check(const MediaPacket& packet);
    bool open() const { return open_; }
    // Another stream begins, with sequence numbers of its own.
    void restart();

    // A frame has at most as many packets as are kept of a track: whoever sends more without an end
    // means to send none.
    static constexpr std::uint32_t kMaxPackets = 512;

  private:
    bool is_protected(const MediaPacket& packet) const;
    Verdict close(const MediaPacket& packet);

    const wire::MediaKind kind_;
    std::optional<Protection> protection_;
    bool open_ = true;
    std::optional<std::uint16_t> closed_at_;  // while closed: what was sent before opens nothing
    std::uint32_t packets_ = 0;               // since the last end
};

}  // namespace sightline::sfu
