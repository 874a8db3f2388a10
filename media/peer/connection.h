// The part of a peer that is not about media: ICE credentials, the transport that an answer brings
// to life, and its events in a peer's words. One thread; sans-I/O. Must not outlive `identity`.
#pragma once

#include <optional>
#include <string_view>

#include "media/peer/offer.h"
#include "media/peer/peer.h"
#include "media/transport/dtls_identity.h"
#include "media/transport/peer_transport.h"

namespace sightline::peer {

class Connection {
  public:
    explicit Connection(const transport::DtlsIdentity& identity);

    const transport::IceCredentials& local() const { return local_; }
    const std::string& fingerprint() const { return identity_.fingerprint(); }

    // Parses the answer and starts checking its UDP candidates. Errors as Peer::accept.
    base::Result<wire::Sdp> accept(std::string_view answer, base::Instant now);

    wire::SdpFragment restart_offer();
    base::Result<void> accept_restart(const wire::SdpFragment& answer, base::Instant now);

    // The next event in a peer's words; path changes stay inside.
    std::optional<PeerEvent> poll_event();

    // Null until an answer has been accepted.
    transport::PeerTransport* transport() { return transport_ ? &*transport_ : nullptr; }
    const transport::PeerTransport* transport() const {
        return transport_ ? &*transport_ : nullptr;
    }
    bool connected() const { return transport_ && transport_->connected(); }

  private:
    void add_candidates(const std::vector<wire::SdpCandidate>& candidates, base::Instant now);

    const transport::DtlsIdentity& identity_;
    transport::IceCredentials local_ = transport::IceCredentials::random();
    std::optional<transport::IceCredentials> restarting_;
    std::optional<transport::PeerTransport> transport_;
};

}  // namespace sightline::peer
