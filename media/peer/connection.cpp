#include "media/peer/connection.h"

namespace sightline::peer {

Connection::Connection(const transport::DtlsIdentity& identity) : identity_(identity) {}

base::Result<wire::Sdp> Connection::accept(std::string_view answer, base::Instant now) {
    auto parsed = wire::parse_sdp(answer);
    if (!parsed) return parsed.error();
    auto remote = remote_transport(*parsed);
    if (!remote) return remote.error();
    transport::PeerTransport::Config config;
    config.role = transport::IceRole::Client;
    config.local = local_;
    config.remote = remote->credentials;
    config.remote_fingerprint = remote->fingerprint;
    config.identity = &identity_;
    transport_.emplace(std::move(config), now);
    add_candidates(remote->candidates, now);
    return std::move(*parsed);
}

void Connection::add_candidates(const std::vector<wire::SdpCandidate>& candidates,
                                base::Instant now) {
    for (const auto& candidate : candidates) {
        if (candidate.transport != wire::Transport::Udp) continue;
        const wire::Path path{wire::Transport::Udp, candidate.address, 0};
        transport_->add_candidate(path, candidate.priority, now);
    }
}

wire::SdpFragment Connection::restart_offer() {
    restarting_ = transport::IceCredentials::random();
    wire::SdpFragment fragment;
    fragment.ice_ufrag = restarting_->ufrag;
    fragment.ice_pwd = restarting_->password;
    fragment.mid = "0";
    fragment.end_of_candidates = true;  // the hub learns our address from the checks
    return fragment;
}

base::Result<void> Connection::accept_restart(const wire::SdpFragment& answer, base::Instant now) {
    if (!transport_ || !restarting_) {
        return base::Error(base::Errc::Conflict, "No ICE restart is under way.");
    }
    if (answer.ice_ufrag.empty() || answer.ice_pwd.empty()) {
        return base::Error(base::Errc::Malformed,
                           "The hub's answer to the ICE restart has no credentials.");
    }
    local_ = *restarting_;
    restarting_.reset();
    transport_->restart_ice(local_, {answer.ice_ufrag, answer.ice_pwd});
    add_candidates(answer.candidates, now);
    return {};
}

std::optional<PeerEvent> Connection::poll_event() {
    if (!transport_) return std::nullopt;
    while (const auto event = transport_->poll_event()) {
        switch (*event) {
            case transport::TransportEvent::Connected:
                return PeerEvent::Connected;
            case transport::TransportEvent::Disconnected:
                return PeerEvent::Disconnected;
            case transport::TransportEvent::Failed:
                return PeerEvent::Failed;
            case transport::TransportEvent::PathChanged:
                break;
        }
    }
    return std::nullopt;
}

}  // namespace sightline::peer
