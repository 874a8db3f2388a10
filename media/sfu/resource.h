// One peer connection at the hub: what a WHIP and a WHEP resource have in common. Owns the
// transport. On its worker's thread; must not outlive the identity that its transport was made
// with.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/time.h"
#include "media/sfu/sfu.h"
#include "media/transport/peer_transport.h"
#include "media/wire/packet_batch.h"

namespace sightline::sfu {

class Room;

class Resource {
  public:
    struct Ids {
        base::ResourceId resource;
        base::SessionId session;
        base::ParticipantId participant;
    };
    Resource(const Ids& ids, transport::PeerTransport::Config transport, base::Instant now);
    virtual ~Resource() = default;
    Resource(const Resource&) = delete;
    Resource& operator=(const Resource&) = delete;

    // A decrypted packet of this peer. What is malformed or not agreed is counted and dropped.
    virtual void receive_rtp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) = 0;
    virtual void receive_rtcp(base::ByteView packet, base::Instant now, wire::PacketBatch& out) = 0;
    // Sends what is due (reports, feedback, requests); returns the next deadline. Not the
    // transport's.
    virtual base::Instant tick_media(base::Instant now, wire::PacketBatch& out) = 0;
    // Tells the peer that the media ends, as far as RTCP can.
    virtual void say_bye(wire::PacketBatch& out) = 0;
    virtual ResourceStats stats() const = 0;
    // False for a subscription: its peer's RTP is dropped undecrypted.
    virtual bool may_send_media() const = 0;
    virtual void on_connected(base::Instant now) = 0;
    virtual void leave(Room& room) const = 0;

    const Ids& ids() const { return ids_; }
    transport::PeerTransport& transport() { return transport_; }
    const transport::PeerTransport& transport() const { return transport_; }

    // Of the peer's certificate, as its offer said; the same as long as the connection lives.
    const std::string& remote_fingerprint() const { return remote_fingerprint_; }

    // The ETag of the ICE session (RFC 9725 section 4.3.1), without quotes; new after a restart.
    const std::string& etag() const { return etag_; }
    void renew_etag();
    // Asks to be ticked not later than this.
    void wake(base::Instant at) {
        deadline = std::min(deadline, at);
        if (earliest_ != nullptr) *earliest_ = std::min(*earliest_, at);
    }
    // Where the worker keeps the earliest deadline of all its resources; outlives this one.
    void share_deadline(base::Instant& earliest) { earliest_ = &earliest; }

    // Where the room keeps until when it forwards; outlives this one. Nothing before that.
    void share_grant(const base::Instant& until) { forwards_until_ = &until; }
    bool forwards(base::Instant now) const { return now < *forwards_until_; }

    // Kept for the worker's tables: how datagrams find this resource, and when it wants to be
    // ticked.
    std::vector<std::string>
        ufrags;                     // newest last; the one before stays valid during an ICE restart
    std::vector<wire::Path> paths;  // that ICE has accepted, oldest first
    base::Instant deadline;
    base::Instant opened;
    bool was_connected = false;

  protected:
    ResourceStats basic_stats(bool publishes) const;

  private:
    Ids ids_;
    const std::string remote_fingerprint_;
    transport::PeerTransport transport_;
    std::string etag_;
    base::Instant* earliest_ = nullptr;
    static constexpr base::Instant kNotYet = base::Instant::min();
    const base::Instant* forwards_until_ = &kNotYet;
};

}  // namespace sightline::sfu
