// The forward path: one publisher's packet to every subscriber that has it in a slot, each time
// with the subscriber's own SSRC, sequence, time stamp, payload type, picture id and extensions,
// encrypted in the very buffer it is sent from. Allocates nothing. RFC 3550 section 7.1: a
// translator per subscriber.
#pragma once

#include "appliance/base/time.h"
#include "media/sfu/media_packet.h"
#include "media/sfu/published_track.h"
#include "media/wire/packet_batch.h"

namespace sightline::sfu {

// Returns how many copies were written to `out`.
std::size_t forward(const MediaPacket& packet, const PublishedTrack& track, base::Instant now,
                    wire::PacketBatch& out);

// Answers a subscriber's request for one packet by RTX (RFC 4588). `outgoing` is the sequence that
// the subscriber knows; the outlet has a source. False: too old, of an earlier source, just sent,
// or no RTX.
bool retransmit(std::uint16_t outgoing, const Outlet& outlet, base::Instant now,
                wire::PacketBatch& out);

}  // namespace sightline::sfu
