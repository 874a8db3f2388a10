// One peer's transport: ICE (lite at the hub, client at the engine), DTLS, SRTP, in one sans-I/O
// object. Bytes and `now` go in; decrypted packets, datagrams to send, events and the next deadline
// come out. RFC 8445, RFC 7675, RFC 5764, RFC 7983. One thread; must not outlive `identity`.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "media/transport/dtls_identity.h"
#include "media/transport/ice_credentials.h"
#include "media/wire/packet_batch.h"
#include "media/wire/path.h"

namespace sightline::transport {

enum class IceRole : std::uint8_t {
    Lite,    // answers checks, sends none; the DTLS server
    Client,  // full agent, controlling; checks candidates and keeps consent fresh; the DTLS client
};

enum class TransportEvent : std::uint8_t {
    Connected,     // DTLS done, SRTP keys in place: media may flow
    PathChanged,   // media now goes another way
    Disconnected,  // ICE consent expired (30 s without an answer or a check), may come back by
                   // restart
    Failed,        // DTLS failed or was closed: the transport is dead
};

class PeerTransport {
  public:
    struct Config {
        IceRole role = IceRole::Lite;
        IceCredentials local;
        IceCredentials remote;           // may be empty for Lite until known
        std::string remote_fingerprint;  // "AB:CD:..." of SHA-256; checked after the handshake
        const DtlsIdentity* identity = nullptr;
    };
    PeerTransport(Config config, base::Instant now);
    ~PeerTransport();
    PeerTransport(const PeerTransport&) = delete;
    PeerTransport& operator=(const PeerTransport&) = delete;

    // Client only: a remote candidate to check. Paths of TCP candidates name an open connection.
    void add_candidate(const wire::Path& path, std::uint32_t priority, base::Instant now);

    enum class Kind : std::uint8_t { Nothing, Rtp, Rtcp };
    struct Received {
        Kind kind = Kind::Nothing;
        base::MutableBytes packet;  // decrypted in place, inside the datagram that was handed in
    };
    // Takes one datagram. What is not from an ICE-validated path, does not parse or does not
    // authenticate is dropped and counted.
    Received receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                     wire::PacketBatch& out);

    // Does what is due (checks, consent, DTLS retransmission) and returns the next deadline.
    // Receiving may bring it forward, so a tick follows every batch of datagrams.
    base::Instant tick(base::Instant now, wire::PacketBatch& out);

    // One at a time, oldest first; nullopt: no more.
    std::optional<TransportEvent> poll_event();

    // To send: take a buffer, write a plain RTP or RTCP packet to its start, seal it. The buffer is
    // empty while media cannot flow, or when the batch is full. seal_* protect in place and commit
    // the datagram to the selected path; false: counted and dropped.
    base::MutableBytes open_packet(wire::PacketBatch& out);
    bool seal_rtp(wire::PacketBatch& out, std::size_t size);
    bool seal_rtcp(wire::PacketBatch& out, std::size_t size);

    // RFC 8445 section 9: new credentials; the old ones are accepted until the new are validated.
    // A disconnected transport gets another 30 s. Takes effect at the next tick, which is due at
    // once.
    void restart_ice(IceCredentials local, IceCredentials remote);

    // A TCP connection is gone, and with it the path over it.
    void path_closed(const wire::Path& path, base::Instant now);

    // Sends DTLS close_notify; media stops at once.
    void close(wire::PacketBatch& out);

    bool connected() const;
    const std::optional<wire::Path>& selected_path() const;
    const IceCredentials& local_credentials() const;
    std::optional<base::Duration> round_trip() const;  // Client: from STUN; Lite: nullopt
    std::string_view srtp_profile() const;             // "SRTP_AEAD_AES_128_GCM", ""

    struct Counters {
        std::uint64_t stun_malformed = 0;
        std::uint64_t stun_unauthorized = 0;
        std::uint64_t dtls_wrong_path = 0;  // from a 5-tuple that ICE has not validated
        std::uint64_t dtls_malformed = 0;
        std::uint64_t srtp_wrong_path = 0;
        std::uint64_t srtp_early = 0;   // before the DTLS handshake was done
        std::uint64_t srtp_failed = 0;  // authentication or replay
        std::uint64_t send_failed = 0;  // seal_* refused what we wrote ourselves
        std::uint64_t unknown = 0;      // first byte of no protocol we speak, empty, or oversized
    };
    const Counters& counters() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// The local user fragment that a STUN Binding request is addressed to (USERNAME is "local:remote"),
// so that a worker can find the transport of a new path; empty if the datagram is no such request.
std::string_view addressed_ufrag(base::ByteView datagram);

}  // namespace sightline::transport
