// One circle's sync at this kiosk: its Replica over the sealed store. Each op is one transaction
// together with what it changes in its dossier's form and with the audit leaf, and what was stored
// is all that a restart needs. No socket and no clock: whoever talks to the hub brings what came
// and takes what is to be sent.
//
// Throws StorageError; then nothing has changed, and the next call reads what is on the disk anew,
// because a commit that failed may still have happened. One thread. `store` must outlive it.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/kiosk/attachment_merge.h"
#include "appliance/sync_client/line_pace.h"
#include "session/signature/device_key.h"
#include "session/signature/sealing_key.h"
#include "storage/attachment_repository.h"
#include "storage/form_repository.h"
#include "storage/sync/jose_keys.h"
#include "storage/sync/replica.h"
#include "storage/sync_journal.h"

namespace sightline::kiosk {

namespace sync = storage::sync;

// This kiosk's, in all circles.
struct SyncKeys {
    signature::DeviceKey signing;
    signature::SealingKey sealing;
};

class DossierSync {
  public:
    // `now` counts only if the store was set back: the new incarnation is greater than any before.
    DossierSync(storage::Store& store, storage::SyncCircle circle,
                std::shared_ptr<const SyncKeys> keys, model::RecordTime now);

    // What the connection to the hub does.
    struct Taken {
        sync::Verdict verdict = sync::Verdict::Duplicate;
        std::uint64_t expected = 0;  // of a Gap
        std::string trouble = {};    // for people: a fork, or why it cannot be read
    };
    // An op that came. Errors: those of Replica::judge; nothing was kept.
    base::Result<Taken> take(std::string_view op, model::RecordTime now);
    // Errors: those of Receipt::verify; Conflict: the hub knows of another past, and this site has
    // stopped.
    base::Result<void> take_receipt(std::string_view jws, model::RecordTime now);
    // What the hub says of a site of this circle. Only about this one it has an effect: of others
    // the proof comes with their ops.
    void take_fork(const sync::Fork& fork, model::RecordTime now);
    // A newer list. Errors: those of Circle::take.
    base::Result<void> take_list(std::string_view jws, const storage::Said& said);
    // Pins the hub's key. Conflict: another one is pinned.
    base::Result<void> know_hub(const signature::PublicKey& hub, model::RecordTime now);
    // Own ops without a receipt, oldest first. Good until the next call of anything.
    std::vector<std::string_view> to_send(std::size_t most);
    std::map<sync::ChainId, std::uint64_t> marks();
    // It writes, sends and asks no more, but for the op that proves its two pasts.
    bool is_stopped() { return core().replica.stopped().has_value(); }
    // An op of this chain cannot be taken: for the status, until one can.
    void refuse(const sync::ChainId& chain, std::string why);
    // All that waited has been exchanged. Kept at most once a minute.
    void succeeded(model::RecordTime now);
    // A piece went to the hub or came from it: for how long the rest will take.
    void moved(std::size_t bytes, base::Duration took) { pace_.moved(bytes, took); }
    // Why nothing came of it, for the status; forgotten when something does.
    void failed(std::string why) { trouble_ = std::move(why); }

    const storage::SyncCircle& circle() const { return circle_; }
    const std::string& list_jws() const { return circle_.list_jws; }
    const signature::DeviceKey& signing_key() const { return keys_->signing; }
    std::vector<sync::SiteId> other_sites();
    // As the list calls a site.
    std::string name_of(sync::SiteId site);

    // Chunks of attachments, as sync_client::Site has them.
    std::vector<sync::OpHash> chunks(storage::ChunkWay way, std::size_t most) {
        return attachments_.waiting(way, circle_.id, most);
    }
    base::Result<std::string> read_chunk(const sync::OpHash& name) {
        return attachments_.chunk_to_send(circle_.id, name);
    }
    void chunks_sent(std::span<const sync::OpHash> names) { attachments_.sent(circle_.id, names); }
    base::Result<void> keep_chunk(const sync::OpHash& name, std::string_view bytes) {
        return attachments_.keep(circle_.id, name, bytes);
    }
    // Chunks of the dossier's attachments that the circle was told of wait to go once more.
    void send_again(storage::Transaction& transaction, const storage::FormFile& file);
    CirclePlace self() const { return {circle_.id, {circle_.site, circle_.incarnation}}; }
    // For people: what waits, the last success, what has stopped and why.
    boost::json::object status();

    // What DossierDesk does, which knows the form: first `make`, then in its transaction `store`,
    // then `apply`. Errors: those of Replica::make; Forbidden: this site was taken out.
    base::Result<sync::Arrival> make(sync::Pseudonym dossier, std::vector<sync::Change> changes,
                                     const storage::Said& said);
    void store(storage::Transaction& transaction, const sync::Arrival& arrival,
               base::DossierId dossier);
    void apply(const sync::Arrival& arrival, base::DossierId dossier);
    // A write that was to hold what `make` gave has thrown.
    void doubt() { core_.reset(); }
    // null: nothing of it.
    const sync::DossierHistory* history(sync::Pseudonym dossier);
    std::vector<base::DossierId> dossiers();

  private:
    struct Core {
        sync::CircleList list;
        sync::DeviceSigner signer;
        sync::JoseSealer sealer;
        sync::KnownKeys verifier;
        sync::Replica replica;
        std::map<sync::Pseudonym, base::DossierId> dossiers{};
        std::set<sync::Pseudonym> erased{};
        std::map<std::uint64_t, std::uint64_t> receipts{};  // newest number of each incarnation

        Core(sync::CircleList of, const storage::SyncCircle& circle, const SyncKeys& keys);
    };
    Core& core();
    std::unique_ptr<Core> load();
    void close(const sync::Fork& fork, std::string_view proof, model::RecordTime now);
    void take_effect(const sync::Arrival& arrival, model::RecordTime now);
    // What an op has made of the attachments.
    void take_news(storage::Transaction& transaction, base::DossierId dossier,
                   const storage::FormFile& file, const AttachmentNews& news);
    // Runs a transaction; on any trouble the disk is read again.
    void write(const std::function<void(storage::Transaction&)>& body);

    storage::Store& store_;
    storage::SyncJournal journal_;
    storage::FormRepository forms_;
    storage::AttachmentRepository attachments_;
    storage::SyncCircle circle_;
    std::shared_ptr<const SyncKeys> keys_;
    std::unique_ptr<Core> core_;
    std::string trouble_;
    sync_client::LinePace pace_;
    std::map<sync::ChainId, std::string> refused_;
};

}  // namespace sightline::kiosk
