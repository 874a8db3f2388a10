// A whole site in a folder: its keys, its ops in the order in which they were stored, receipts,
// forks, and chunks of attachments; what it said it has survives kill -9. For tests of sync between
// processes; a kiosk has the same over its sealed store. One thread.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "appliance/sync_client/site.h"
#include "storage/sync/circle.h"
#include "storage/sync/jose_keys.h"
#include "storage/sync/replica.h"

namespace sightline::tests {

namespace sync = storage::sync;

// A delegation whose circle has some sites. The same seed makes nothing twice: keys are random.
struct TestCircle {
    // `group`: sites of another one have other ids.
    explicit TestCircle(std::size_t sites, std::size_t group = 0);

    sync::CircleList list(std::uint64_t number = 1) const;
    std::string jws(std::uint64_t number = 1) const { return list(number).issue(root).value(); }
    std::string root_jwk() const { return root.public_key().jwk(); }

    signature::DeviceKey root = signature::DeviceKey::random();
    signature::SealingKey recovery = signature::SealingKey::random();
    // Not vectors: GCC 12 sees a null pointer where one moves them.
    std::deque<signature::DeviceKey> devices;
    std::deque<signature::SealingKey> sealing;
    std::vector<sync::CircleSite> members;
};

// What one site is in a circle, whoever issues that. The keys must outlive it.
struct Membership {
    sync::SiteId site;
    const signature::DeviceKey& device;
    const signature::SealingKey& sealing;
    signature::PublicKey root;
    std::string list;  // the circle's JWS
};

class JournalSite : public sync_client::Site {
  public:
    // Makes the folder, or reads what is in it.
    JournalSite(std::filesystem::path folder, Membership membership, std::uint64_t incarnation = 1);
    // For member `index` of the circle, which must outlive it.
    JournalSite(std::filesystem::path folder, const TestCircle& circle, std::size_t index,
                std::uint64_t incarnation = 1, std::uint64_t list_number = 1);
    ~JournalSite() override;

    // Stored when it returns. Throws std::runtime_error if it may not be.
    sync::Op edit(sync::Pseudonym dossier, const sync::OpContent& content);
    // An attachment at `attachments/NAME`, in chunks.
    sync::Op attach(sync::Pseudonym dossier, const std::string& name, const std::string& bytes);
    // What has come of it; nullopt: something is missing.
    std::optional<std::string> attachment(sync::Pseudonym dossier, const std::string& name);
    const sync::Replica& replica() const { return *replica_; }
    // Ops that took effect more than once since the folder was opened, which must be none.
    std::size_t doubled() const { return doubled_; }
    std::size_t chunks_left() { return chunks_to_send(100000).size(); }

    sync::SiteId id() const override;
    std::string sign(std::string_view payload, std::string_view purpose) const override;
    base::Result<void> take_hub(const signature::PublicKey& key) override;
    base::Result<void> take_circle(std::string_view jws) override;
    std::string circle() const override { return membership_.list; }
    std::vector<std::string> to_send(std::size_t most_ops, std::size_t most_bytes) override;
    base::Result<void> take_receipt(std::string_view jws) override;
    void take_fork(const sync::Fork& fork) override;
    bool stopped() const override;
    sync::Marks marks() override;
    base::Result<void> take_ops(const std::vector<std::string_view>& ops) override;
    std::vector<sync::OpHash> chunks_to_send(std::size_t most) override;
    base::Result<std::string> read_chunk(const sync::OpHash& name) override;
    void chunks_sent(const std::vector<sync::OpHash>& names) override;
    std::vector<sync::OpHash> chunks_wanted(std::size_t most) override;
    base::Result<void> keep_chunk(const sync::OpHash& name, std::string_view bytes) override;

  private:
    void open();
    void start_replica();
    void keep(char kind, std::string_view text);
    void write(const std::vector<std::pair<char, std::string>>& records);
    void apply(const sync::Arrival& arrival);
    void note_chunks(const sync::Arrival& arrival);
    std::filesystem::path chunk_file(const sync::OpHash& name) const;

    std::filesystem::path folder_;
    Membership membership_;
    sync::ChainId self_;
    sync::Circle believed_;
    signature::PublicKey hub_;
    sync::DeviceSigner signer_;
    std::unique_ptr<sync::JoseSealer> sealer_;
    std::unique_ptr<sync::KnownKeys> keys_;
    std::unique_ptr<sync::Replica> replica_;
    int journal_ = -1;
    std::set<sync::OpHash> effects_;
    std::size_t doubled_ = 0;
    std::vector<sync::OpHash> unsent_, wanted_;
};

}  // namespace sightline::tests
