// What SQLite's and PostgreSQL's transactions have in common: what was read of a chain or a site is
// not asked for again, and what was appended is known without asking. So a batch of one chain's ops
// costs one question. Good only because nobody else writes while there is a transaction. One
// thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {

class CachedTransaction : public sync::RelayTransaction {
  public:
    sync::Place place(const sync::ChainId& chain, std::uint64_t seq) final;
    std::string receipt(const sync::ChainId& chain, std::uint64_t seq) final;
    std::uint64_t position() final { return position_; }
    void append(const sync::Op& op) final;
    void promise(const sync::ChainId& chain, std::uint64_t seq, std::string_view receipt) final;
    void close(const sync::Fork& fork, std::string_view proof) final;
    void commit() final;

  protected:
    struct Site {
        std::size_t incarnations = 0;
        std::uint64_t newest = 0;
        std::optional<sync::Fork> fork;
    };
    struct Loaded {
        std::uint64_t row = 0;  // the chain's in its table; 0: there is none yet
        sync::ChainHead head;
        Site site;
    };
    struct KeptReceipt {
        std::uint64_t seq = 0;
        std::string text;
    };
    // What is known of an op's place in its dossier's graph.
    struct Node {
        bool here = false;
        bool has_child = false;
    };
    using Graph = std::map<std::pair<sync::Pseudonym, sync::OpHash>, Node>;
    struct ChangedChain {
        std::uint64_t row = 0;
        sync::ChainHead head;
    };

    explicit CachedTransaction(std::uint64_t position) : position_(position) {}

    virtual Loaded load(const sync::ChainId& chain) = 0;
    // Of the ops from `seq` on, in order, at most `most`.
    virtual std::vector<sync::OpHash> hashes(std::uint64_t row, std::uint64_t seq,
                                             std::size_t most) = 0;
    // The first one at or after `seq`.
    virtual std::optional<KeptReceipt> kept_receipt(std::uint64_t row, std::uint64_t seq) = 0;
    // The new row. Its head is written by `finish`.
    virtual std::uint64_t insert_chain(const sync::ChainId& chain) = 0;
    virtual void insert_op(std::uint64_t position, std::uint64_t row, std::uint64_t seq,
                           const sync::OpHash& hash, std::string_view text) = 0;
    virtual void insert_receipt(std::uint64_t row, std::uint64_t seq, std::string_view text) = 0;
    virtual void insert_fork(const sync::Fork& fork, std::string_view proof) = 0;
    // What else is to be written, and the commit. `graph` adds to what the database has.
    virtual void finish(const std::vector<ChangedChain>& chains, const Graph& graph) = 0;

  private:
    struct Chain {
        std::uint64_t row = 0;
        sync::ChainHead head;
        std::uint64_t stored = 0;         // its head when it was loaded
        std::vector<sync::OpHash> added;  // what comes after that
        std::map<std::uint64_t, sync::OpHash> read;
        std::map<std::uint64_t, std::string> promised;  // of `added`
        std::uint64_t asked = 0;  // `answer` is the first receipt from here on
        KeptReceipt answer;
    };

    Chain& chain_of(const sync::ChainId& id);
    const sync::OpHash& hash_at(Chain& chain, std::uint64_t seq);

    std::uint64_t position_;
    std::map<sync::ChainId, Chain> chains_;
    std::map<sync::SiteId, Site> sites_;
    Graph graph_;
};

}  // namespace sightline::storage::relay
