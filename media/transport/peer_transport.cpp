#include "media/transport/peer_transport.h"

#include <algorithm>

#include "appliance/base/check.h"
#include "media/transport/dtls_session.h"
#include "media/transport/ice_client.h"
#include "media/transport/ice_lite.h"
#include "media/transport/srtp_session.h"
#include "media/wire/rtp.h"
#include "media/wire/stun.h"

namespace sightline::transport {
namespace {

enum class Protocol : std::uint8_t { Unknown, Stun, Dtls, Srtp };

// RFC 7983 section 7:
//   [0..3]     -> STUN
//   [20..63]   -> DTLS
//   [128..191] -> RTP/RTCP
// ZRTP (16..19) and TURN channels (64..79) are not spoken here.
Protocol protocol_of(base::ByteView datagram) {
    if (datagram.empty() || datagram.size() > wire::kMaxDatagram) return Protocol::Unknown;
    const std::uint8_t first = datagram[0];
    if (first <= 3) return Protocol::Stun;
    if (first >= 20 && first <= 63) return Protocol::Dtls;
    if (first >= 128 && first <= 191) return Protocol::Srtp;
    return Protocol::Unknown;
}

// The last events, oldest first. Whoever polls after every call never sees it full.
class EventQueue {
  public:
    void push(TransportEvent event) {
        if (count_ == events_.size()) return;
        events_[(first_ + count_++) % events_.size()] = event;
    }
    std::optional<TransportEvent> pop() {
        if (count_ == 0) return std::nullopt;
        const TransportEvent event = events_[first_];
        first_ = (first_ + 1) % events_.size();
        --count_;
        return event;
    }

  private:
    std::array<TransportEvent, 32> events_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

std::unique_ptr<IceAgent> make_ice(const PeerTransport::Config& config, base::Instant now) {
    if (config.role == IceRole::Lite) {
        return std::make_unique<IceLite>(config.local, config.remote, now);
    }
    return std::make_unique<IceClient>(config.local, config.remote, now);
}

const DtlsIdentity& required(const DtlsIdentity* identity) {
    CHECK(identity != nullptr);
    return *identity;
}

}  // namespace

struct PeerTransport::Parts {
    Parts(const Config& config, base::Instant now)
        : role(config.role),
          ice(make_ice(config, now)),
          dtls(required(config.identity),
               config.role == IceRole::Lite ? DtlsSession::Role::Server : DtlsSession::Role::Client,
               config.remote_fingerprint) {}

    DtlsSession::To to() const { return ice->selected() ? &*ice->selected() : nullptr; }
    bool media_may_flow() const { return srtp != nullptr && ice->selected().has_value(); }

    void receive_stun(const wire::Path& path, base::ByteView datagram, base::Instant now,
                      wire::PacketBatch& out);
    void receive_dtls(const wire::Path& path, base::ByteView datagram, base::Instant now,
                      wire::PacketBatch& out);
    Received receive_srtp(const wire::Path& path, base::MutableBytes datagram);
    bool seal(wire::PacketBatch& out, std::optional<std::size_t> size);
    void after_ice(base::Instant now, wire::PacketBatch& out);
    void after_dtls();
    void announce();

    IceRole role;
    std::unique_ptr<IceAgent> ice;
    DtlsSession dtls;
    std::unique_ptr<SrtpSession> srtp;
    Counters counters;
    EventQueue events;
    std::optional<wire::Path> announced_path;
    bool announced_connected = false;
    bool announced_disconnected = false;
    bool announced_failed = false;
    bool closed_here = false;
};

PeerTransport::PeerTransport(Config config, base::Instant now)
    : parts_(std::make_unique<Parts>(config, now)) {}
PeerTransport::~PeerTransport() = default;

void PeerTransport::add_candidate(const wire::Path& path, std::uint32_t priority,
                                  base::Instant now) {
    parts_->ice->add_candidate(path, priority, now);
}

PeerTransport::Received PeerTransport::receive(const wire::Path& path, base::MutableBytes datagram,
                                               base::Instant now, wire::PacketBatch& out) {
    switch (protocol_of(datagram)) {
        case Protocol::Srtp:
            return parts_->receive_srtp(path, datagram);
        case Protocol::Stun:
            parts_->receive_stun(path, datagram, now, out);
            break;
        case Protocol::Dtls:
            parts_->receive_dtls(path, datagram, now, out);
            break;
        case Protocol::Unknown:
            ++parts_->counters.unknown;
            break;
    }
    return {};
}

void PeerTransport::Parts::receive_stun(const wire::Path& path, base::ByteView datagram,
                                        base::Instant now, wire::PacketBatch& out) {
    if (closed_here || announced_failed) return;
    const auto message = wire::parse_stun(datagram);
    if (!message) {
        ++counters.stun_malformed;
        return;
    }
    if (!ice->receive(path, *message, now, out)) ++counters.stun_unauthorized;
    after_ice(now, out);
}

void PeerTransport::Parts::receive_dtls(const wire::Path& path, base::ByteView datagram,
                                        base::Instant now, wire::PacketBatch& out) {
    // The ClientHello race: whoever knows only our address could otherwise be first with a
    // handshake.
    if (!ice->validated(path)) {
        ++counters.dtls_wrong_path;
        return;
    }
    if (!dtls.receive(datagram, now, to(), out)) ++counters.dtls_malformed;
    after_dtls();
}

PeerTransport::Received PeerTransport::Parts::receive_srtp(const wire::Path& path,
                                                           base::MutableBytes datagram) {
    if (!ice->validated(path)) {
        ++counters.srtp_wrong_path;
        return {};
    }
    if (srtp == nullptr) {
        ++counters.srtp_early;
        return {};
    }
    const Kind kind = wire::looks_like_rtcp(datagram) ? Kind::Rtcp : Kind::Rtp;
    const auto size =
        kind == Kind::Rtcp ? srtp->unprotect_rtcp(datagram) : srtp->unprotect_rtp(datagram);
    if (!size) {
        ++counters.srtp_failed;
        return {};
    }
    return {kind, datagram.first(*size)};
}

base::Instant PeerTransport::tick(base::Instant now, wire::PacketBatch& out) {
    Parts& parts = *parts_;
    if (parts.closed_here || parts.announced_failed) return base::kNever;
    const base::Instant ice_deadline = parts.ice->tick(now, out);
    parts.after_ice(now, out);
    const base::Instant dtls_deadline = parts.dtls.tick(now, parts.to(), out);
    parts.after_dtls();
    return parts.announced_failed ? base::kNever : std::min(ice_deadline, dtls_deadline);
}

std::optional<TransportEvent> PeerTransport::poll_event() { return parts_->events.pop(); }

base::MutableBytes PeerTransport::open_packet(wire::PacketBatch& out) {
    if (!parts_->media_may_flow()) return {};
    const base::MutableBytes buffer = out.next();
    return buffer.empty() ? buffer : buffer.first(buffer.size() - kMaxSrtpTrailer);
}

bool PeerTransport::seal_rtp(wire::PacketBatch& out, std::size_t size) {
    if (!parts_->media_may_flow()) return false;
    return parts_->seal(out, parts_->srtp->protect_rtp(out.next(), size));
}

bool PeerTransport::seal_rtcp(wire::PacketBatch& out, std::size_t size) {
    if (!parts_->media_may_flow()) return false;
    return parts_->seal(out, parts_->srtp->protect_rtcp(out.next(), size));
}

bool PeerTransport::Parts::seal(wire::PacketBatch& out, std::optional<std::size_t> size) {
    if (!size) {
        ++counters.send_failed;
        return false;
    }
    out.commit(*ice->selected(), *size);
    return true;
}

void PeerTransport::restart_ice(IceCredentials local, IceCredentials remote) {
    parts_->ice->restart(std::move(local), std::move(remote));
    parts_->announced_disconnected = false;
}

void PeerTransport::path_closed(const wire::Path& path, base::Instant) {
    parts_->ice->path_closed(path);
    parts_->announce();
}

void PeerTransport::close(wire::PacketBatch& out) {
    if (!parts_->announced_failed) parts_->dtls.close(parts_->to(), out);
    parts_->srtp.reset();
    parts_->closed_here = true;
}

bool PeerTransport::connected() const { return parts_->media_may_flow(); }
const std::optional<wire::Path>& PeerTransport::selected_path() const {
    return parts_->ice->selected();
}
const IceCredentials& PeerTransport::local_credentials() const { return parts_->ice->local(); }
std::optional<base::Duration> PeerTransport::round_trip() const {
    return parts_->ice->round_trip();
}
std::string_view PeerTransport::srtp_profile() const {
    return parts_->srtp ? name_of(parts_->srtp->profile()) : std::string_view();
}
const PeerTransport::Counters& PeerTransport::counters() const { return parts_->counters; }

void PeerTransport::Parts::after_ice(base::Instant now, wire::PacketBatch& out) {
    if (const auto round_trip = ice->round_trip()) dtls.set_round_trip(*round_trip);
    if (role == IceRole::Client && ice->selected()) dtls.start(now, to(), out);
    announce();
}

void PeerTransport::Parts::after_dtls() {
    switch (dtls.state()) {
        case DtlsSession::State::Idle:
        case DtlsSession::State::Handshaking:
            return;
        case DtlsSession::State::Connected:
            if (srtp == nullptr) srtp = dtls.take_srtp();
            break;
        case DtlsSession::State::Closed:
        case DtlsSession::State::Failed:
            srtp.reset();
            if (!closed_here && !announced_failed) {
                announced_failed = true;
                events.push(TransportEvent::Failed);
            }
            return;
    }
    announce();
}

// Events are the difference between what was last told and what is so now.
void PeerTransport::Parts::announce() {
    const auto& selected = ice->selected();
    if (media_may_flow()) {
        if (!announced_connected) {
            announced_connected = true;
            events.push(TransportEvent::Connected);
        } else if (announced_path != selected) {
            events.push(TransportEvent::PathChanged);
        }
        announced_path = selected;
        announced_disconnected = false;
    } else if (ice->expired() && !announced_disconnected) {
        announced_disconnected = true;
        announced_connected = false;
        events.push(TransportEvent::Disconnected);
    }
}

std::string_view addressed_ufrag(base::ByteView datagram) {
    const auto message = wire::parse_stun(datagram);
    if (!message || message->kind != wire::StunClass::Request ||
        message->method != wire::kStunBinding) {
        return {};
    }
    const std::size_t colon = message->username.find(':');
    return colon == std::string_view::npos ? std::string_view()
                                           : message->username.substr(0, colon);
}

}  // namespace sightline::transport
