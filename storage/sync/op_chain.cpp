#include "storage/sync/op_chain.h"

#include "appliance/base/check.h"

namespace sightline::storage::sync {

const char* name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Next:
            return "next";
        case Verdict::Duplicate:
            return "duplicate";
        case Verdict::Gap:
            return "gap";
        case Verdict::Fork:
            return "fork";
        case Verdict::Closed:
            return "closed";
        case Verdict::Refused:
            return "refused";
    }
    return "unknown";
}

std::string Fork::text() const {
    return "sync site " + chain.site.brief() + ": it has two pasts from its op " +
           std::to_string(seq) + " of incarnation " + std::to_string(chain.incarnation) +
           " on, so it was cloned or set back; nothing new of it is taken. Find out which machine "
           "is "
           "the right one, enrol it anew, and enter by hand what only the other one has";
}

Judgement judge(const ChainHead& head, const std::optional<OpHash>& known, const Envelope& envelope,
                const OpHash& hash) {
    if (envelope.seq <= head.seq) {
        CHECK(known.has_value());
        if (*known == hash) return {Verdict::Duplicate};
        return {Verdict::Fork, 0, Fork{envelope.chain, envelope.seq, *known, hash}};
    }
    if (envelope.seq > head.seq + 1) return {Verdict::Gap, head.seq + 1};
    // Its number is the next one, but it follows another op than the one that is here.
    if (envelope.previous != head.hash) {
        return {Verdict::Fork, 0, Fork{envelope.chain, head.seq, head.hash, envelope.previous}};
    }
    return {Verdict::Next};
}

Judgement SiteChains::judge(const Envelope& envelope, const OpHash& hash) const {
    Judgement judgement = sync::judge(head(envelope.chain.incarnation),
                                      at(envelope.chain.incarnation, envelope.seq), envelope, hash);
    // What was taken before a fork stays taken, and has its receipt.
    if (fork_ && judgement.verdict != Verdict::Duplicate) return {Verdict::Closed, 0, fork_};
    if (!chains_.contains(envelope.chain.incarnation) && chains_.size() >= kMaxIncarnations) {
        return {Verdict::Refused};
    }
    judgement.old_incarnation =
        !chains_.empty() && chains_.rbegin()->first > envelope.chain.incarnation;
    return judgement;
}

void SiteChains::append(const Envelope& envelope, const OpHash& hash) {
    CHECK(judge(envelope, hash).verdict == Verdict::Next);
    chains_[envelope.chain.incarnation].push_back(hash);
}

ChainHead SiteChains::head(std::uint64_t incarnation) const {
    const auto chain = chains_.find(incarnation);
    if (chain == chains_.end()) return {};
    return {chain->second.size(), chain->second.back()};
}

std::optional<OpHash> SiteChains::at(std::uint64_t incarnation, std::uint64_t seq) const {
    const auto chain = chains_.find(incarnation);
    if (chain == chains_.end() || seq == 0 || seq > chain->second.size()) return std::nullopt;
    return chain->second[seq - 1];
}

std::vector<std::uint64_t> SiteChains::incarnations() const {
    std::vector<std::uint64_t> all;
    for (const auto& [incarnation, ops] : chains_) all.push_back(incarnation);
    return all;
}

const SiteChains& AllChains::of(SiteId site) const {
    static const SiteChains none;
    const auto found = sites_.find(site);
    return found == sites_.end() ? none : found->second;
}

void AllChains::append(const Envelope& envelope, const OpHash& hash) {
    sites_[envelope.chain.site].append(envelope, hash);
}

void AllChains::close(const Fork& fork) {
    SiteChains& chains = sites_[fork.chain.site];
    if (!chains.fork()) chains.close(fork);
}

std::vector<Fork> AllChains::forks() const {
    std::vector<Fork> all;
    for (const auto& [site, chains] : sites_) {
        if (chains.fork()) all.push_back(*chains.fork());
    }
    return all;
}

}  // namespace sightline::storage::sync
