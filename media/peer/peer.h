// What publisher and subscriber have in common, for the program that moves their bytes: an offer
// and an answer, datagrams in and out, events, a deadline, ICE restart. One thread; sans-I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "media/wire/packet_batch.h"
#include "media/wire/path.h"
#include "media/wire/sdp.h"

namespace sightline::peer {

enum class PeerEvent : std::uint8_t {
    Connected,       // media may flow
    Disconnected,    // no answer from the hub; an ICE restart may bring it back
    Failed,          // the transport is dead: offer again with a new peer
    KeyFrameWanted,  // publisher: somebody cannot decode until a key frame comes
};

class Peer {
  public:
    virtual ~Peer() = default;

    virtual const std::string& offer() const = 0;
    // Errors: Malformed, Unsupported; the text names what the answer lacks.
    virtual base::Result<void> accept(std::string_view answer, base::Instant now) = 0;

    virtual void receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                         wire::PacketBatch& out) = 0;
    // Does what is due and returns the next deadline.
    virtual base::Instant tick(base::Instant now, wire::PacketBatch& out) = 0;
    virtual std::optional<PeerEvent> poll_event() = 0;

    // New ICE credentials for the PATCH of WHIP and WHEP, and the hub's answer to it
    // (RFC 9725 section 4.3.3).
    virtual wire::SdpFragment restart_offer() = 0;
    virtual base::Result<void> accept_restart(const wire::SdpFragment& answer,
                                              base::Instant now) = 0;

    // Says goodbye (RTCP BYE, DTLS close_notify); nothing is sent after it.
    virtual void close(base::Instant now, wire::PacketBatch& out) = 0;
    virtual bool connected() const = 0;
};

}  // namespace sightline::peer
