// What PeerTransport asks of ICE, whichever side it plays: who may send to us, and which way our
// own packets go. One thread.
#pragma once

#include <optional>

#include "appliance/base/time.h"
#include "media/transport/ice_credentials.h"
#include "media/wire/packet_batch.h"
#include "media/wire/path.h"
#include "media/wire/stun.h"

namespace sightline::transport {

// RFC 7675 section 5.1: consent expires after 30 seconds without a valid answer. A lite agent sends
// no checks of its own, so it counts from the last valid check that it answered.
inline constexpr base::Duration kConsentExpiry = std::chrono::seconds(30);

class IceAgent {
  public:
    virtual ~IceAgent() = default;

    // False: not authentic or not asked for; to be counted.
    virtual bool receive(const wire::Path& path, const wire::StunMessage& message,
                         base::Instant now, wire::PacketBatch& out) = 0;
    // Does what is due and returns the next deadline.
    virtual base::Instant tick(base::Instant now, wire::PacketBatch& out) = 0;

    virtual void add_candidate(const wire::Path& path, std::uint32_t priority,
                               base::Instant now) = 0;
    virtual void restart(IceCredentials local, IceCredentials remote) = 0;
    virtual void path_closed(const wire::Path& path) = 0;

    // A peer that knows the password has been heard on this path, and may send DTLS and SRTP there.
    virtual bool validated(const wire::Path& path) const = 0;
    // nullopt: no way yet, or consent has expired.
    virtual const std::optional<wire::Path>& selected() const = 0;
    // Nothing valid was heard for kConsentExpiry, counted from the start while nothing ever was.
    virtual bool expired() const = 0;
    virtual const IceCredentials& local() const = 0;
    virtual std::optional<base::Duration> round_trip() const { return std::nullopt; }
};

}  // namespace sightline::transport
