// Our own downlink from the hub, sans-I/O: datagrams and `now` go in; whole encoded frames in
// order, each with the instant to render it, come out. Makes the WHEP offer with fixed slots, takes
// the answer, repairs losses (NACK, RTX), asks for key frames, reports reception, keeps each slot's
// sound and picture on one clock. One thread. Must not outlive `identity`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "media/peer/peer.h"
#include "media/transport/dtls_identity.h"
#include "media/wire/media.h"
#include "media/wire/packet_batch.h"
#include "media/wire/sdp.h"

namespace sightline::peer {

struct ReceivedFrame {
    std::size_t slot = 0;
    wire::MediaKind kind = wire::MediaKind::Audio;
    bool key_frame = false;
    base::Instant render_at;
    base::Bytes data;            // one VP8 frame, or one Opus packet
    bool discontinuity = false;  // frames before this one were lost
};

class Subscriber final : public Peer {
  public:
    struct Config {
        const transport::DtlsIdentity* identity = nullptr;
        std::size_t slots = 6;
    };
    explicit Subscriber(Config config);
    ~Subscriber() override;
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    const std::string& offer() const override;
    base::Result<void> accept(std::string_view answer, base::Instant now) override;

    void receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                 wire::PacketBatch& out) override;
    base::Instant tick(base::Instant now, wire::PacketBatch& out) override;
    std::optional<PeerEvent> poll_event() override;
    // In decoding order within a slot and kind; nullopt: no more for now.
    std::optional<ReceivedFrame> poll_frame();

    // A decoder lost its place: asks the sender of this slot for a key frame (merged and
    // throttled).
    void request_key_frame(std::size_t slot);
    // Somebody else is in this slot now: forget the old sender's clock.
    void reset_slot(std::size_t slot);

    wire::SdpFragment restart_offer() override;
    base::Result<void> accept_restart(const wire::SdpFragment& answer, base::Instant now) override;
    void close(base::Instant now, wire::PacketBatch& out) override;
    bool connected() const override;

    struct Stats {
        std::uint64_t packets = 0;
        std::uint64_t bytes = 0;
        std::uint64_t lost = 0;
        std::uint64_t frames = 0;
        std::uint64_t key_frames_requested = 0;
        std::optional<base::Duration> round_trip;
    };
    Stats stats() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::peer
