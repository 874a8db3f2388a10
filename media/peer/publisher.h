// Our own uplink to the hub, sans-I/O: encoded frames and `now` go in; SRTP datagrams, events and
// the next deadline come out. Makes the WHIP offer, takes the answer, packetizes (VP8, Opus),
// numbers for transport-wide feedback, answers NACK from its history with RTX, paces, sends sender
// reports, and lets nothing out beyond what is permitted. RTCP APP packets go both ways unread. One
// thread. Must not outlive `identity`.
#pragma once

#include <array>
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

inline constexpr std::size_t kMaxAppBytes = 64;
// An RTCP APP packet (RFC 3550 section 6.7) from the hub.
struct ReceivedApp {
    std::uint32_t name = 0;  // see wire::app_name
    std::size_t size = 0;
    std::array<std::uint8_t, kMaxAppBytes> buffer{};

    base::ByteView bytes() const { return base::ByteView(buffer).first(size); }
};

class Publisher final : public Peer {
  public:
    struct Config {
        const transport::DtlsIdentity* identity = nullptr;
        // Largest RTP payload; with headers, SRTP tag and UDP/IP it stays below 1,280 bytes, the
        // smallest MTU of IPv6.
        std::size_t max_payload = 1150;
        std::uint32_t target_bits_per_second = 1'000'000;  // what the pacer spreads frames over
    };
    explicit Publisher(Config config);
    ~Publisher() override;
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    const std::string& offer() const override;
    base::Result<void> accept(std::string_view answer, base::Instant now) override;

    // Unix time = a frame's `captured` + this; what sender reports say (RFC 3550 section 6.4.1).
    void set_wall_clock_offset(std::chrono::nanoseconds offset);

    // Packetizes one frame and sends what the pacer lets go now; the rest leaves in tick(). Dropped
    // while not connected: a frame that waits for a connection is no longer worth seeing.
    void send(const wire::EncodedFrame& frame, base::Instant now, wire::PacketBatch& out);

    // Until when frames of this kind may leave; kNever from the start. Whatever waits or is kept to
    // be sent again is thrown away by then. Pictures begin again with a key frame, which is asked
    // for.
    void permit(wire::MediaKind kind, base::Instant until, base::Instant now);

    // The oldest APP packet not fetched yet; of more than a few the rest is lost.
    std::optional<ReceivedApp> poll_app();
    // `data` is whole 4-byte words. False: not connected. Whatever is permitted.
    bool send_app(std::uint32_t name, base::ByteView data, wire::PacketBatch& out);

    void receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                 wire::PacketBatch& out) override;
    base::Instant tick(base::Instant now, wire::PacketBatch& out) override;
    std::optional<PeerEvent> poll_event() override;

    wire::SdpFragment restart_offer() override;
    base::Result<void> accept_restart(const wire::SdpFragment& answer, base::Instant now) override;
    void close(base::Instant now, wire::PacketBatch& out) override;
    bool connected() const override;

    struct Stats {
        std::uint64_t frames = 0;
        std::uint64_t packets = 0;
        std::uint64_t bytes = 0;
        std::uint64_t retransmitted = 0;
        std::uint64_t dropped_frames = 0;   // not connected, or the pacer's queue was full
        std::uint64_t withheld_frames = 0;  // not permitted, or of no use before a key frame
        std::optional<base::Duration> round_trip;
        std::optional<base::Instant> last_sent;  // of a packet of sound or picture
    };
    Stats stats() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::peer
