// The hub's side of sync: it takes ops in order, keeps them with a signed receipt each, and hands
// them on. It reads envelopes only. Pure state, by the same rule as a replica: what it decides is
// stored (op, place in the chain and receipt in one transaction) before it is applied, and a
// receipt goes out after that only. What is referred to must outlive it. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "storage/sync/keys.h"
#include "storage/sync/op.h"
#include "storage/sync/op_chain.h"
#include "storage/sync/receipt.h"

namespace sightline::storage::sync {

class Relay {
  public:
    struct Decision {
        Op op;
        Judgement judgement;
        std::string receipt;  // of Next: to be stored with the op; of Duplicate: the same as then
    };

    Relay(const Signer& signer, const Verifier& verifier) : signer_(signer), verifier_(verifier) {}

    // Errors: those of Op::parse. A Gap is answered with what is expected, a Fork and Closed with
    // the fork.
    base::Result<Decision> judge(std::string_view text) const;
    // Of verdict Next, once it is stored; nothing may have been applied since it was judged.
    void apply(const Decision& decision);
    // Of verdict Fork, once both ops are stored as proof.
    void close(const Fork& fork) { chains_.close(fork); }

    // Whatever comes after `marks`, each chain in order; at most `most`.
    std::vector<std::string_view> after(const std::map<ChainId, std::uint64_t>& marks,
                                        std::size_t most) const;
    // The receipt of the newest op of each of this site's chains: by them a site sees whether it
    // was set back, before it writes anything new.
    std::vector<std::string_view> newest_receipts(SiteId site) const;
    // Sorted. More than one: a conflict, of which the hub sees no more than that.
    std::vector<OpHash> heads(Pseudonym dossier) const;
    std::vector<Fork> forks() const { return chains_.forks(); }
    std::uint64_t position() const { return position_; }

  private:
    struct Stored {
        std::string op;
        std::string receipt;
    };
    struct Parenthood {
        bool here = false;  // else it was named as a parent only
        bool has_child = false;
    };

    const Signer& signer_;
    const Verifier& verifier_;
    AllChains chains_;
    std::map<ChainId, std::vector<Stored>> stored_;
    std::map<Pseudonym, std::map<OpHash, Parenthood>> dossiers_;
    std::uint64_t position_ = 0;
};

}  // namespace sightline::storage::sync
