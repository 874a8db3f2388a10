#include "media/sfu/resource.h"

namespace sightline::sfu {

Resource::Resource(const Ids& ids, transport::PeerTransport::Config transport, base::Instant now)
    : deadline(now),
      opened(now),
      ids_(ids),
      remote_fingerprint_(transport.remote_fingerprint),
      transport_(std::move(transport), now) {
    ufrags.push_back(transport_.local_credentials().ufrag);
    renew_etag();
}

void Resource::renew_etag() {
    std::uint8_t bytes[8];
    base::store64(bytes, base::random_u64());
    etag_ = base::to_hex(bytes);
}

ResourceStats Resource::basic_stats(bool publishes) const {
    ResourceStats stats;
    stats.resource = ids_.resource;
    stats.session = ids_.session;
    stats.participant = ids_.participant;
    stats.publishes = publishes;
    stats.connected = transport_.connected();
    return stats;
}

}  // namespace sightline::sfu
