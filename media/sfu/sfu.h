// The selective forwarding unit of one worker thread, sans-I/O: rooms, their participants, what
// they publish and what they subscribe to, and the grant without which nothing is forwarded.
// Datagrams and `now` go in; datagrams, events and the next deadline come out. It decrypts the
// transport layer only. One thread; must not outlive `identity`.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "media/transport/dtls_identity.h"
#include "media/transport/ice_credentials.h"
#include "media/wire/packet_batch.h"
#include "media/wire/sdp.h"

namespace sightline::sfu {

// What became of a subscriber's receive slots: slot i carries this participant's audio and video.
struct SlotMap {
    base::ResourceId subscription;
    base::ParticipantId subscriber;
    std::vector<base::ParticipantId> slots;  // null id: the slot is empty
};
struct ResourceConnected {
    base::ResourceId resource;
};
struct ResourceClosed {  // by ICE consent expiry, DTLS failure or close; never for a replaced offer
    base::ResourceId resource;
    base::SessionId session;
    base::ParticipantId participant;
    const char* reason;
};
inline constexpr std::size_t kMaxAppBytes = 64;
// An RTCP APP packet (RFC 3550 section 6.7) of a publisher, which nobody here has read.
struct AppPacket {
    base::SessionId session;
    base::ParticipantId participant;
    base::ResourceId resource;
    base::Instant at;        // when it came
    std::uint32_t name = 0;  // see wire::app_name
    std::size_t size = 0;
    std::array<std::uint8_t, kMaxAppBytes> buffer{};

    base::ByteView bytes() const { return base::ByteView(buffer).first(size); }
};
using Event = std::variant<SlotMap, ResourceConnected, ResourceClosed, AppPacket>;

// The key numbers (base::KeyNumber) that a sender's protected frames may show.
struct Protection {
    std::uint64_t first_epoch = 0;
    std::uint8_t slot = 0;
    bool operator==(const Protection&) const = default;
};
// What one participant sends, and who may have it. Whoever is not named gets nothing.
struct Flow {
    base::ParticipantId sender;
    std::vector<base::ParticipantId> audio;
    std::vector<base::ParticipantId> video;
    std::optional<Protection> protection = std::nullopt;  // none: frames are not looked at
};

// Everything a quality summary or a metric needs, for one peer connection.
struct ResourceStats {
    base::ResourceId resource;
    base::SessionId session;
    base::ParticipantId participant;
    bool publishes = false;
    bool connected = false;
    std::uint64_t packets = 0;  // received from a publisher, sent to a subscriber
    std::uint64_t bytes = 0;
    std::uint64_t lost = 0;  // after retransmission at a publisher; as reported by a subscriber
    std::uint64_t nacks = 0;
    std::uint64_t retransmitted = 0;
    std::uint64_t key_frame_requests = 0;
    std::optional<base::Duration> round_trip;
    std::optional<base::Duration> jitter;
};
struct SfuCounters {  // of the whole worker, monotonic
    std::uint64_t datagrams_in = 0;
    std::uint64_t datagrams_unknown_path = 0;
    std::uint64_t stun_malformed = 0, stun_unauthorized = 0;
    std::uint64_t dtls_wrong_path = 0, dtls_malformed = 0;
    std::uint64_t srtp_failed = 0, srtp_wrong_path = 0;
    std::uint64_t rtp_malformed = 0, rtcp_malformed = 0;
    std::uint64_t rtp_from_subscriber = 0;  // an observer's or any subscriber's uplink: dropped
    std::uint64_t rtp_not_negotiated = 0;   // SSRC or payload type not in the answer: dropped
    std::uint64_t rtp_without_grant = 0;    // came when no grant lived: dropped
    std::uint64_t rtp_unprotected = 0;  // ended a frame without the trailer it must have: dropped
    std::uint64_t rtp_forwarded = 0;
    std::uint64_t app_refused = 0;  // APP packets too large, or more than anybody needs
};

class Sfu {
  public:
    struct Config {
        const transport::DtlsIdentity* identity = nullptr;
        std::vector<wire::SdpCandidate> candidates;  // what this worker's sockets can be reached at
        std::size_t max_resources = 1000;
        std::size_t max_slots = 16;
        std::size_t max_subscriptions_per_participant = 4;
    };
    explicit Sfu(Config config);
    ~Sfu();

    struct Answer {
        base::ResourceId resource;
        std::string sdp;
        std::string etag;  // of the ICE session (RFC 9725 section 4.3.1)
    };
    // A participant's uplink; replaces an earlier one of the same participant, whose subscribers
    // keep their slots. Errors: Malformed, Unsupported (no VP8 or Opus, no BUNDLE, no rtcp-mux),
    // Exhausted.
    base::Result<Answer> publish(base::SessionId, base::ParticipantId, const wire::Sdp& offer,
                                 base::Instant now);
    // A participant's downlink: each recvonly audio and video section becomes a slot. Never carries
    // the participant's own media. Beyond the maximum the oldest subscription is closed.
    base::Result<Answer> subscribe(base::SessionId, base::ParticipantId, const wire::Sdp& offer,
                                   base::Instant now);
    struct IceRestart {
        wire::SdpFragment answer;
        std::string etag;
    };
    // Errors: NotFound; Conflict when `if_match` is neither "*" nor the resource's ETag.
    base::Result<IceRestart> restart_ice(base::ResourceId, const std::string& if_match,
                                         const wire::SdpFragment& offer, base::Instant now);
    // Errors: NotFound. The caller has checked that the resource is the asker's: see owner().
    base::Result<void> close(base::ResourceId, base::Instant now, wire::PacketBatch& out);
    std::optional<base::ParticipantId> owner(base::ResourceId) const;
    std::optional<std::string> etag(base::ResourceId) const;
    void close_participant(base::SessionId, base::ParticipantId, base::Instant, wire::PacketBatch&);
    void close_session(base::SessionId, base::Instant now, wire::PacketBatch& out);

    // Who may have whose media until `alive_until`, in place of the grant before. Without one that
    // lives nothing is forwarded, sent again, or asked for, and slots show nobody. What is not
    // granted any more is cut within the call; what stays granted goes on without a break. Also
    // for a session that nobody has joined yet. kNever: for good.
    void set_grant(base::SessionId, std::vector<Flow> flows, base::Instant alive_until,
                   base::Instant now);
    // The same flows until then, which may be sooner: an instant that has passed cuts everything.
    // Without a grant it does nothing.
    void extend_grant(base::SessionId, base::Instant alive_until, base::Instant now);
    // An RTCP APP packet to this participant's uplink; `data` as for wire::write_app, at most
    // kMaxAppBytes. Errors: NotFound when there is no such uplink, or it is not connected.
    base::Result<void> send_app(base::SessionId, base::ParticipantId publisher, std::uint32_t name,
                                base::ByteView data, wire::PacketBatch& out);

    void receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                 wire::PacketBatch& out);
    // True for a path that ICE has accepted for some resource that lives.
    bool knows(const wire::Path& path) const;
    // A TCP connection is gone: paths over it are dead.
    void path_closed(const wire::Path& path, base::Instant now);
    base::Instant tick(base::Instant now, wire::PacketBatch& out);
    std::optional<Event> poll_event();

    std::vector<ResourceStats> stats() const;
    const SfuCounters& counters() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::sfu
