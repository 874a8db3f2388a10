// What a round of sync needs of a site: its ops, its chunks, and what it says of itself. A kiosk
// has one for each circle, over its sealed store. Whatever a call here has answered is on the
// site's disk. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/signature/device_key.h"
#include "storage/sync/op_chain.h"
#include "storage/sync/relay_store.h"

namespace sightline::sync_client {

namespace sync = storage::sync;

class Site {
  public:
    virtual ~Site() = default;

    virtual sync::SiteId id() const = 0;
    // A compact JWS by the site's signing key.
    virtual std::string sign(std::string_view payload, std::string_view purpose) const = 0;

    // From the hub, with each ticket. Errors of either end the round: Forbidden, if it is another
    // hub than the one that this site knows, or a list that its delegation has not signed.
    virtual base::Result<void> take_hub(const signature::PublicKey& key) = 0;
    virtual base::Result<void> take_circle(std::string_view jws) = 0;
    // The newest list that is here: it goes to a hub that does not know the site, or an older one.
    virtual std::string circle() const = 0;

    // Own ops without a receipt, in order; at least one if there is any.
    virtual std::vector<std::string> to_send(std::size_t most_ops, std::size_t most_bytes) = 0;
    virtual base::Result<void> take_receipt(std::string_view jws) = 0;
    // The hub says that this site has two pasts.
    virtual void take_fork(const sync::Fork& fork) = 0;
    // It writes, sends and asks no more, but for the op that proves it.
    virtual bool stopped() const = 0;

    virtual sync::Marks marks() = 0;
    // Those of one answer, in order. An error: none after the last that was taken; asked again.
    virtual base::Result<void> take_ops(const std::vector<std::string_view>& ops) = 0;

    // Chunks of its own attachments that the hub may not have, small attachments first.
    virtual std::vector<sync::OpHash> chunks_to_send(std::size_t most) = 0;
    // NotFound: it is not to go any more, and the next one does.
    virtual base::Result<std::string> read_chunk(const sync::OpHash& name) = 0;
    // The hub has them.
    virtual void chunks_sent(const std::vector<sync::OpHash>& names) = 0;
    // Chunks that attachments of others need here, small attachments first.
    virtual std::vector<sync::OpHash> chunks_wanted(std::size_t most) = 0;
    virtual base::Result<void> keep_chunk(const sync::OpHash& name, std::string_view bytes) = 0;
};

}  // namespace sightline::sync_client
