// A site and the hub as processes that can fall over: what lies on their disk stays, all else goes.
// Each writes to its disk in the order that Replica and Relay ask for, and may die between any two
// steps. One thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/sync/relay.h"
#include "storage/sync/replica.h"
#include "tests/sim/sync/cheap_keys.h"
#include "tests/sim/sync/oracle.h"
#include "tests/sim/sync/world.h"
#include "tests/support/memory_relay_store.h"

namespace sightline::sim {

namespace sync = storage::sync;

struct Message {
    enum class Kind : std::uint8_t { Push, Ask, Op, Receipt, ForkNotice };
    Kind kind = Kind::Push;
    std::size_t site = 0;  // from or to; the other end is the hub
    std::string text = {};
    std::map<sync::ChainId, std::uint64_t> marks = {};
    std::optional<sync::Fork> fork = {};

    bool is_for_hub() const { return kind == Kind::Push || kind == Kind::Ask; }
};

// Asked at each point where a process may die.
using Dies = std::function<bool()>;

struct SiteDisk {
    std::vector<std::string> ops;
    std::vector<std::string> receipts;
    std::vector<sync::Fork> forks;
};

class SiteNode {
  public:
    SiteNode(sync::ChainId self, Sabotage sabotage) : self_(self), sabotage_(sabotage) { start(); }

    bool up() const { return replica_.has_value(); }
    void die() { replica_.reset(); }
    void start();
    // What a history wants of a disk that is copied or set back; the process is down meanwhile.
    SiteDisk& disk() { return disk_; }
    const SiteDisk& disk() const { return disk_; }
    void begin_incarnation() { ++self_.incarnation; }

    const sync::Replica& replica() const { return *replica_; }
    std::string_view name() const { return name_; }
    sync::ChainId self() const { return self_; }

    // nullopt: refused, or it died before the op was on its disk.
    std::optional<sync::Op> edit(sync::Pseudonym dossier, const sync::OpContent& content,
                                 std::optional<std::vector<OpHash>> seen, const Dies& dies);
    void receive(const Message& message, const Dies& dies, Outcome& seen);

    // How often each op took effect in what this process now shows.
    const std::map<OpHash, int>& effects() const { return effects_; }
    sync::DossierState shown(sync::Pseudonym dossier) const;
    // Those for which it has had the hub's receipt.
    const std::set<OpHash>& promised() const { return promised_; }

  private:
    void take_effect(const std::vector<OpHash>& ops, const OpHash& by);
    void keep(const sync::Fork& fork);

    sync::ChainId self_;
    Sabotage sabotage_;
    CheapSigner signer_{self_.site.text()};
    CheapSealer sealer_;
    CheapVerifier verifier_;
    std::string name_ = self_.site.brief();
    SiteDisk disk_;
    std::optional<sync::Replica> replica_;
    std::map<OpHash, int> effects_;
    std::set<OpHash> promised_;
};

class HubNode {
  public:
    // Of the sites with the ids 1 to `sites`.
    HubNode(Sabotage sabotage, std::size_t sites) : sabotage_(sabotage) {
        for (std::size_t i = 0; i < sites; ++i)
            everybody_.push_back(sync::SiteId::from_value(i + 1));
    }

    bool up() const { return up_; }
    void die() { up_ = false; }
    void start() { up_ = true; }  // all that it remembers is on its disk
    sync::RelayStore& store() { return store_; }

    std::vector<Message> receive(const Message& message, sync::SiteId from, std::size_t most,
                                 const Dies& dies, Outcome& seen);
    // Ops in the order in which it stored them.
    std::vector<OpHash> stored() const;
    // A receipt that was not the same as the first time.
    bool changed_its_word() const { return changed_its_word_; }

  private:
    Message answered(std::size_t site, const OpHash& op, const std::string& receipt);

    Sabotage sabotage_;
    CheapSigner signer_{"hub"};
    CheapVerifier verifier_;
    std::vector<sync::SiteId> everybody_;
    sync::MemoryRelayStore store_;
    sync::Relay relay_{signer_, store_};
    bool up_ = true;
    std::map<OpHash, std::string> first_receipts_;  // over all of its lives
    bool changed_its_word_ = false;
};

}  // namespace sightline::sim
