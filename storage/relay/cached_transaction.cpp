#include "storage/relay/cached_transaction.h"

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::storage::relay {
namespace {

using sync::OpHash;

// A site that had no answer sends the whole batch again.
constexpr std::size_t kHashesAtOnce = 64;

[[noreturn]] void not_whole(const sync::ChainId& chain, std::uint64_t seq, const char* what) {
    throw sync::StoreFailure("read the store of sync: of site " + chain.site.brief() + " op " +
                             std::to_string(seq) + " has no " + what +
                             "; the database is not whole: restore its backup");
}

}  // namespace

CachedTransaction::Chain& CachedTransaction::chain_of(const sync::ChainId& id) {
    const auto known = chains_.find(id);
    if (known != chains_.end()) return known->second;
    const Loaded loaded = load(id);
    // What was known of the site before has this transaction's own chains in it.
    sites_.try_emplace(id.site, loaded.site);
    Chain chain;
    chain.row = loaded.row;
    chain.head = loaded.head;
    chain.stored = loaded.head.seq;
    return chains_.emplace(id, std::move(chain)).first->second;
}

const OpHash& CachedTransaction::hash_at(Chain& chain, std::uint64_t seq) {
    if (seq == chain.head.seq) return chain.head.hash;
    if (seq > chain.stored) return chain.added[seq - chain.stored - 1];
    if (!chain.read.contains(seq)) {
        std::uint64_t next = seq;
        for (const OpHash& hash : hashes(chain.row, seq, kHashesAtOnce)) {
            chain.read.emplace(next++, hash);
        }
    }
    const auto found = chain.read.find(seq);
    if (found != chain.read.end()) return found->second;
    throw sync::StoreFailure("read the store of sync: op " + std::to_string(seq) + " of chain " +
                             std::to_string(chain.row) +
                             " is missing; the database is not whole: restore its backup");
}

sync::Place CachedTransaction::place(const sync::ChainId& chain, std::uint64_t seq) {
    Chain& state = chain_of(chain);
    const Site& site = sites_.at(chain.site);
    sync::Place place{state.head, std::nullopt, site.fork, site.incarnations, site.newest};
    if (seq > 0 && seq <= state.head.seq) place.known = hash_at(state, seq);
    return place;
}

std::string CachedTransaction::receipt(const sync::ChainId& chain, std::uint64_t seq) {
    Chain& state = chain_of(chain);
    CHECK(seq > 0 && seq <= state.head.seq);
    if (seq > state.stored) {
        const auto promised = state.promised.lower_bound(seq);
        CHECK(promised != state.promised.end());
        return promised->second;
    }
    if (state.asked == 0 || seq < state.asked || seq > state.answer.seq) {
        auto kept = kept_receipt(state.row, seq);
        if (!kept) not_whole(chain, seq, "receipt");
        state.asked = seq;
        state.answer = std::move(*kept);
    }
    return state.answer.text;
}

void CachedTransaction::append(const sync::Op& op) {
    const sync::Envelope& envelope = op.envelope();
    Chain& chain = chain_of(envelope.chain);
    CHECK(envelope.seq == chain.head.seq + 1);
    if (chain.row == 0) {
        chain.row = insert_chain(envelope.chain);
        Site& site = sites_.at(envelope.chain.site);
        ++site.incarnations;
        site.newest = std::max(site.newest, envelope.chain.incarnation);
    }
    insert_op(position_ + 1, chain.row, envelope.seq, op.hash(), op.text());
    ++position_;
    chain.head = {envelope.seq, op.hash()};
    chain.added.push_back(op.hash());
    graph_[{envelope.dossier, op.hash()}].here = true;
    for (const OpHash& parent : envelope.parents) {
        graph_[{envelope.dossier, parent}].has_child = true;
    }
}

void CachedTransaction::promise(const sync::ChainId& chain, std::uint64_t seq,
                                std::string_view receipt) {
    Chain& state = chain_of(chain);
    CHECK(seq > state.stored && seq <= state.head.seq);
    insert_receipt(state.row, seq, receipt);
    state.promised.emplace(seq, receipt);
}

void CachedTransaction::close(const sync::Fork& fork, std::string_view proof) {
    chain_of(fork.chain);
    Site& site = sites_.at(fork.chain.site);
    if (site.fork) return;
    insert_fork(fork, proof);
    site.fork = fork;
}

void CachedTransaction::commit() {
    std::vector<ChangedChain> changed;
    for (const auto& [id, chain] : chains_) {
        if (chain.added.empty()) continue;
        // Or its site would send it for ever, and never see at the start how far it was.
        CHECK(chain.promised.contains(chain.head.seq));
        changed.push_back({chain.row, chain.head});
    }
    finish(changed, graph_);
}

}  // namespace sightline::storage::relay
