// One site's side of sync: the ops it made and must send, those of others that it took, and the
// dossiers that they amount to. Pure state. Nothing changes here before it is on the disk:
//
//     decide   make, judge, judge_receipt   const: what is to be stored
//     store                                 the caller's one transaction
//     apply    apply, acknowledge, close    cannot fail
//
// and after a restart `restore` is given the ops in the order in which they were stored, and then
// the newest receipts and the forks. So a crash between store and apply loses nothing, and one
// before store has promised nothing. What is referred to must outlive it. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "storage/sync/dossier_history.h"
#include "storage/sync/keys.h"
#include "storage/sync/op.h"
#include "storage/sync/op_chain.h"
#include "storage/sync/receipt.h"

namespace sightline::storage::sync {

// An op that was made or has come, and what is to be done about it.
struct Arrival {
    Op op;
    Judgement judgement;
    std::optional<OpContent> content = {};  // of Next: nullopt if this site cannot read it
    std::string unreadable = {};            // why not, for people
    bool own = false;                       // made here, and to be sent
};

// What was said about a receipt.
struct Acknowledgement {
    Receipt receipt;
    std::optional<Fork> fork = {};  // the hub has of this site what this site does not have
};

class Replica {
  public:
    Replica(ChainId self, const Signer& signer, const Sealer& sealer, const Verifier& verifier)
        : self_(self), signer_(signer), sealer_(sealer), verifier_(verifier) {}

    // An op of this site's. `seen`: the heads that its author had before their eyes; by default
    // those of now. Store it, then apply it. Errors: Malformed, NotFound (a head that is none),
    // Conflict (this site was stopped), Exhausted, TooLarge, those of Sealer::seal.
    base::Result<Arrival> make(Pseudonym dossier, const OpContent& content,
                               std::optional<std::vector<OpHash>> seen = std::nullopt) const;
    // An op that has come, from the hub or another site. Errors: those of Op::parse, Conflict (this
    // site was stopped), Exhausted (offer it again later).
    base::Result<Arrival> judge(std::string_view text) const;
    // Of verdict Next, once it is stored; nothing may have been applied since it was judged. The
    // ops that took effect, each exactly once in a replica's life.
    std::vector<OpHash> apply(const Arrival& arrival);
    // From the own disk, after a restart; gives the ops that took effect. One without its sealed
    // part, which went with its dossier, cannot be read. Errors: those of Op::parse, Conflict: it
    // does not follow on what was restored before it, so the disk lies.
    base::Result<std::vector<OpHash>> restore(std::string_view text);
    // Of verdict Fork, once both ops are stored as proof; also what the hub says of this site.
    void close(const Fork& fork) { chains_.close(fork); }

    base::Result<Acknowledgement> judge_receipt(std::string_view jws) const;
    void acknowledge(const Receipt& receipt);

    // What to send next, in order: own ops without a receipt, at most `most`. Once stopped only the
    // first, which proves to the hub that there are two pasts; all stay here for people to look at.
    std::vector<std::string_view> to_send(std::size_t most) const;
    std::size_t unacknowledged() const { return outbox_.size(); }
    std::size_t unacknowledged_bytes() const;
    // What to ask for, unless stopped: what comes after these, and all of any other chain.
    std::map<ChainId, std::uint64_t> marks() const;
    // Set: this site's own chain has two pasts. It writes, sends and asks no more, and says so.
    const std::optional<Fork>& stopped() const { return own().fork(); }

    ChainId self() const { return self_; }
    ChainHead head() const { return own().head(self_.incarnation); }  // of its own chain
    const std::map<Pseudonym, DossierHistory>& dossiers() const { return dossiers_; }
    // null: not a word of it.
    const DossierHistory* dossier(Pseudonym pseudonym) const;
    // Sites of whom nothing new is taken.
    std::vector<Fork> forks() const { return chains_.forks(); }

  private:
    const SiteChains& own() const { return chains_.of(self_.site); }
    std::optional<Fork> foreign_past(const Op& op, const Judgement& judgement) const;
    void read(Arrival& arrival) const;

    ChainId self_;
    const Signer& signer_;
    const Sealer& sealer_;
    const Verifier& verifier_;
    AllChains chains_;
    std::map<Pseudonym, DossierHistory> dossiers_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> outbox_;  // by incarnation, seq
};

}  // namespace sightline::storage::sync
