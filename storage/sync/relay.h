// The hub's side of sync: it takes ops in order, keeps them with signed receipts, and hands them
// on. It reads envelopes only, and remembers nothing but what is in its store: so any node with the
// same store does the same. A receipt goes out after the commit only. What is referred to must
// outlive it. One thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage/sync/keys.h"
#include "storage/sync/op.h"
#include "storage/sync/op_chain.h"
#include "storage/sync/relay_store.h"

namespace sightline::storage::sync {

class Relay {
  public:
    struct Answer {
        Judgement judgement;
        // Of Next and Duplicate: a receipt that stands for the op. Of a duplicate the same as then.
        std::string receipt = {};
    };

    Relay(const Signer& signer, RelayStore& store) : signer_(signer), store_(store) {}

    // Ops whose signatures were verified (`parse_vouched`), of any sites, judged one after the
    // other and stored in one transaction, with one receipt for what is next of each chain. A Gap
    // is answered with what is expected, a Fork and Closed with the fork. Throws StoreFailure:
    // nothing was taken.
    std::vector<Answer> take(std::span<const Op> ops);

  private:
    const Signer& signer_;
    RelayStore& store_;
};

}  // namespace sightline::storage::sync
