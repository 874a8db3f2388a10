// What a hub keeps of sync, whatever database it is in: chains of ops with their receipts, forks
// with their proof, and encrypted chunks of attachments. It decides nothing; Relay does. One thread
// uses a store; several processes may use the same database. Everything here throws StoreFailure
// when the database fails, and then nothing of the transaction is kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sync/op.h"
#include "storage/sync/op_chain.h"

namespace sightline::storage::sync {

// What failed, and what to do about it.
class StoreFailure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
// The database does not answer now: it may later, without anybody's changing what we were told.
class StoreAway : public StoreFailure {
  public:
    using StoreFailure::StoreFailure;
};

// Up to where each chain is known to somebody: what they ask for comes after these.
using Marks = std::map<ChainId, std::uint64_t>;

// While there is one, no other transaction on the same database is under way, of whatever process:
// so positions have no holes, and grow in the order in which ops become visible. Gone without
// `commit`: nothing of it happened.
class RelayTransaction {
  public:
    virtual ~RelayTransaction() = default;

    virtual Place place(const ChainId& chain, std::uint64_t seq) = 0;
    // The first one in this chain that stands for the op at `seq`; it was promised once, so it is
    // the same whenever it is asked for. The op must be there.
    virtual std::string receipt(const ChainId& chain, std::uint64_t seq) = 0;
    // How many ops are stored, those of this transaction included.
    virtual std::uint64_t position() = 0;
    // The next op of its chain, at position() + 1.
    virtual void append(const Op& op) = 0;
    // What stands for this op of this transaction, and all before it that have none.
    virtual void promise(const ChainId& chain, std::uint64_t seq, std::string_view receipt) = 0;
    // `proof`: the op that was offered, and the envelopes that vouch for it, a line each. A site's
    // first fork is the one that stays.
    virtual void close(const Fork& fork, std::string_view proof) = 0;
    // On the disk when it returns, with all that this transaction has read; and on the standby's,
    // if the database waits for one.
    virtual void commit() = 0;
};

class RelayStore {
  public:
    virtual ~RelayStore() = default;

    virtual std::unique_ptr<RelayTransaction> begin() = 0;

    // Ops of these sites that come after `marks`, in the order in which they were stored: so
    // whatever its author had from here comes before an op. At most `most_ops`, and no more when
    // there are `most_bytes`; at least one, if there is any.
    virtual std::vector<std::string> after(const std::vector<SiteId>& sites, const Marks& marks,
                                           std::size_t most_ops, std::size_t most_bytes) = 0;
    // The receipt of the newest op of each of this site's chains: by them a site sees whether it
    // was set back, before it writes anything new.
    virtual std::vector<std::string> newest_receipts(SiteId site) = 0;
    // Sorted. More than one: a conflict, of which the hub sees no more than that.
    virtual std::vector<OpHash> heads(Pseudonym dossier) = 0;
    // Sites of whom nothing new is taken.
    virtual std::vector<Fork> forks() = 0;
    virtual std::uint64_t position() = 0;

    // Of these chunks, those that are not here.
    virtual std::vector<OpHash> missing(const std::vector<OpHash>& chunks) = 0;
    // `bytes` have the SHA-256 `name`, which the caller has compared. On the disk when it returns;
    // once more does nothing.
    virtual void keep_chunk(const OpHash& name, std::string_view bytes) = 0;
    virtual std::optional<std::string> chunk(const OpHash& name) = 0;

    // The newest list of each delegation's circle, as its root signed it.
    virtual std::vector<std::string> circles() = 0;
    // In the place of an older one; `number` is the list's, and a smaller one does nothing.
    virtual void keep_circle(std::string_view delegation, std::uint64_t number,
                             std::string_view jws) = 0;
    // What is kept under this name; `first` is kept if nothing is. With such texts nodes that share
    // a database know each other's tickets and sign receipts with one key.
    virtual std::string kept(std::string_view name, std::string_view first) = 0;
};

}  // namespace sightline::storage::sync
