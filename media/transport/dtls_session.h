// One DTLS association of a peer (RFC 6347) that agrees on SRTP keys (RFC 5764), sans-I/O, over
// OpenSSL. Proves the peer by the fingerprint that signalling gave (RFC 8122). One thread; must not
// outlive `identity`.
//
// Time comes from `now` alone. OpenSSL would read the system clock for its retransmission timer, so
// that timer is set to an hour, past the end of any handshake, and flights are sent again from
// here.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "appliance/base/bytes.h"
#include "appliance/base/time.h"
#include "media/transport/datagram_bio.h"
#include "media/transport/dtls_identity.h"
#include "media/transport/srtp_session.h"
#include "media/wire/packet_batch.h"
#include "media/wire/path.h"

namespace sightline::transport {

class DtlsSession {
  public:
    enum class Role : std::uint8_t { Client, Server };
    enum class State : std::uint8_t {
        Idle,  // nothing sent or received yet
        Handshaking,
        Connected,  // the peer is who signalling says, SRTP keys are there
        Closed,     // close_notify sent or received
        Failed,
    };
    static constexpr const char* kProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

    // `remote_fingerprint` as in a=fingerprint:sha-256; if it is not one, every peer fails.
    DtlsSession(const DtlsIdentity& identity, Role role, std::string_view remote_fingerprint,
                const char* srtp_profiles = kProfiles);
    ~DtlsSession();

    // Where flights go, nullptr while there is no path: they are then sent by a later tick.
    using To = const wire::Path*;

    // The client's first flight. A server waits for it.
    void start(base::Instant now, To to, wire::PacketBatch& out);
    // False: not DTLS, or refused; to be counted. Bounded by the datagram's size.
    bool receive(base::ByteView datagram, base::Instant now, To to, wire::PacketBatch& out);
    // Sends the last flight again when it is due; returns the next deadline.
    base::Instant tick(base::Instant now, To to, wire::PacketBatch& out);
    void close(To to, wire::PacketBatch& out);

    // What ICE measured, to time the first retransmission by; without it RFC 6347's one second.
    void set_round_trip(base::Duration round_trip);

    State state() const { return state_; }
    // The keys' only copy, once after Connected; the caller owns it from then on.
    std::unique_ptr<SrtpSession> take_srtp() { return std::move(srtp_); }

  private:
    struct FreeSsl {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    void advance(base::Instant now, To to, wire::PacketBatch& out);
    bool drain();
    bool finish();
    bool peer_is_expected() const;
    void send_flight(To to, wire::PacketBatch& out);
    void resend_flight(To to, wire::PacketBatch& out);

    Role role_;
    State state_ = State::Idle;
    std::optional<std::array<std::uint8_t, 32>> expected_;
    DatagramBio bio_;
    std::unique_ptr<SSL, FreeSsl> ssl_;  // before bio_ in destruction: it holds references
    std::unique_ptr<SrtpSession> srtp_;
    base::Duration first_timeout_;
    base::Duration timeout_;
    base::Instant resend_at_ = base::kNever;
    base::Instant give_up_at_ = base::kNever;
    base::Instant answer_again_at_ = base::Instant::min();
    int answers_left_;
};

}  // namespace sightline::transport
